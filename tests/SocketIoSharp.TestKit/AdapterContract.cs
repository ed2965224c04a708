using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace SocketIoSharp.TestKit;

/// <summary>
/// What every adapter promises. Three clients sit on as many servers as the adapter connects; whatever one server does must
/// reach them in the same way, wherever they are.
/// </summary>
public abstract partial class AdapterContract
{
    private static readonly TimeSpan s_shortTimeout = TimeSpan.FromMilliseconds(100);

    private readonly List<ContractServer> _servers = [];
    private SkippingTimeProvider _time = new();

    /// <summary>How many servers the cluster of this adapter has in the test.</summary>
    protected abstract int ServerCount { get; }

    /// <summary>Whether events carry their places in a stream.</summary>
    protected virtual bool HasOffsets => false;

    /// <summary>Whether binary values in the data of sockets reach other servers as such.</summary>
    protected virtual bool CarriesBinaryData => true;

    protected IReadOnlyList<ContractServer> Servers => _servers;

    /// <summary>The server that sends.</summary>
    protected ISocketIOServer IO => _servers[0].IO;

    /// <summary>The clients; the first one is on the server that sends.</summary>
    protected ContractClient A { get; private set; } = null!;

    protected ContractClient B { get; private set; } = null!;

    protected ContractClient C { get; private set; } = null!;

    private ContractClient[] All => [A, B, C];

    /// <summary>Sets the adapter of a server.</summary>
    protected abstract void Configure(SocketIOOptions options);

    /// <summary>Adds what the adapter needs beside the options.</summary>
    protected virtual void Configure(ISocketIOBuilder builder)
    {
    }

    [SetUp]
    public async Task StartServers()
    {
        _time = new SkippingTimeProvider();
        for (var i = 0; i < ServerCount; i++)
        {
            _servers.Add(await ContractServer.StartAsync(Configure, _time, configure: Configure));
        }

        foreach (var server in _servers)
        {
            await WhenAllAreCountedAsync(server.IO.Adapter);
        }

        A = await _servers[0].ConnectAsync(HasOffsets);
        B = await _servers[1 % ServerCount].ConnectAsync(HasOffsets);
        C = await _servers[2 % ServerCount].ConnectAsync(HasOffsets);
    }

    [TearDown]
    public async Task StopServers()
    {
        foreach (var client in All)
        {
            await client.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _servers.Clear();
    }

    [Test]
    public async Task A_broadcast_reaches_everybody()
    {
        await IO.EmitAsync("hello", 1, "x");

        await ExpectAsync("""2["hello",1,"x"]""", A, B, C);
    }

    [Test]
    public async Task Broadcasts_arrive_in_the_order_in_which_they_were_sent()
    {
        for (var i = 0; i < 200; i++)
        {
            _ = IO.EmitAsync("n", i);
        }

        for (var i = 0; i < 200; i++)
        {
            await ExpectAsync($"""2["n",{i}]""", A, B, C);
        }
    }

    [Test]
    public async Task A_broadcast_with_binary_values_reaches_everybody()
    {
        await IO.EmitAsync("b", new byte[] { 1, 2, 3 });

        foreach (var client in All)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("""51-["b",{"_placeholder":true,"num":0}]"""));
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("bAQID"));
        }
    }

    [Test]
    public async Task A_broadcast_to_a_room_reaches_those_who_are_in_it()
    {
        await A.Socket.JoinAsync("r");
        await C.Socket.JoinAsync("r");

        await IO.To("r").EmitAsync("room");

        await ExpectAsync("""2["room"]""", A, C);
        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_broadcast_to_several_rooms_reaches_each_client_once()
    {
        await A.Socket.JoinAsync(["r", "s"]);
        await B.Socket.JoinAsync("s");

        await IO.To("r").To("s").EmitAsync("union");

        await ExpectAsync("""2["union"]""", A, B);
        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_broadcast_leaves_out_rooms_and_single_clients()
    {
        await B.Socket.JoinAsync("r");

        await IO.Except("r").EmitAsync("e1");
        await IO.Except(C.Id).EmitAsync("e2");
        await A.Socket.Broadcast.EmitAsync("e3");

        await ExpectAsync("""2["e1"]""", A, C);
        await ExpectAsync("""2["e2"]""", A, B);
        await ExpectAsync("""2["e3"]""", B, C);
        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task The_id_of_a_socket_is_a_room_of_its_own()
    {
        await IO.To(C.Id).EmitAsync("own");

        await ExpectAsync("""2["own"]""", C);
        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_room_without_clients_is_nobody()
    {
        await IO.To("nobody").EmitAsync("x");

        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_local_broadcast_stays_on_its_server()
    {
        await IO.Local.EmitAsync("local");

        await ExpectAsync("""2["local"]""", [.. All.Where(client => client.Socket.Namespace.Server == IO)]);
        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_volatile_broadcast_reaches_clients_that_are_ready()
    {
        await IO.Volatile.EmitAsync("v", 1);

        await ExpectAsync("""2["v",1]""", A, B, C);
    }

    [Test]
    public async Task Clients_of_other_namespaces_receive_nothing()
    {
        await IO.Of("/other").EmitAsync("x");

        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task Rooms_are_joined_and_left()
    {
        var adapter = A.Socket.Namespace.Adapter;

        await A.Socket.JoinAsync(["r", "s"]);

        Assert.That(A.Socket.Rooms, Is.EquivalentTo(new[] { A.Id, "r", "s" }));
        Assert.That(adapter.GetRooms(A.Id), Is.EquivalentTo(new[] { A.Id, "r", "s" }));
        Assert.That(adapter.GetSockets("r"), Is.EquivalentTo(new[] { A.Id }));
        Assert.That(adapter.GetSockets(), Does.Contain(A.Id));
        Assert.That(adapter.Rooms, Is.SupersetOf(new[] { A.Id, "r", "s" }));
        await A.Socket.LeaveAsync("r");
        Assert.That(A.Socket.Rooms, Is.EquivalentTo(new[] { A.Id, "s" }));
        Assert.That(adapter.GetSockets("r"), Is.Empty);
        Assert.That(adapter.Rooms, Does.Not.Contain("r"));
    }

    [Test]
    public async Task Changes_of_rooms_are_told_in_order()
    {
        var events = new ConcurrentQueue<string>();
        var adapter = IO.Adapter;
        adapter.OnRoomCreated(room => events.Enqueue("created " + room));
        adapter.OnRoomJoined((room, id) => events.Enqueue($"joined {room} {id}"));
        adapter.OnRoomLeft((room, id) => events.Enqueue($"left {room} {id}"));
        adapter.OnRoomDeleted(room => events.Enqueue("deleted " + room));

        await using var client = await _servers[0].ConnectAsync(HasOffsets);
        var id = client.Id;
        await client.Socket.JoinAsync("r");
        await client.Socket.JoinAsync("r");
        await A.Socket.JoinAsync("r");
        await client.Socket.LeaveAsync("s");
        await A.Socket.LeaveAsync("r");
        await client.Socket.DisconnectAsync();

        Assert.That(events, Is.EqualTo(new[]
        {
            $"created {id}", $"joined {id} {id}", "created r", $"joined r {id}", $"joined r {A.Id}", $"left r {A.Id}",
            $"left {id} {id}", $"deleted {id}", $"left r {id}", "deleted r",
        }));
    }

    /// <summary>The packets come next, one for each of the clients.</summary>
    protected static async Task ExpectAsync(string packet, params ContractClient[] clients)
    {
        ArgumentNullException.ThrowIfNull(clients);
        foreach (var client in clients)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo(packet));
        }
    }

    /// <summary>Nothing has come to any client but what was received: the next is what is sent now.</summary>
    protected async Task ExpectNothingElseAsync()
    {
        await IO.EmitAsync("end");
        await ExpectAsync("""2["end"]""", A, B, C);
    }

    /// <summary>A client whose rooms change because of another server learns it a little later.</summary>
    protected static Task RoomsBecomeAsync(ContractClient client, params string[] rooms)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Eventually.True(() => client.Socket.Rooms.SetEquals([client.Id, .. rooms]));
    }

    private async Task WhenAllAreCountedAsync(Adapter adapter)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        while (await adapter.GetServerCountAsync(patience.Token) != ServerCount)
        {
            await ticks.WaitForNextTickAsync(patience.Token);
        }
    }

    private static string Text(JsonElement json) => json.GetRawText();
}
