using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Rooms with channels of their own: whoever has joined hears what is sent there.</summary>
[TestFixture(AdapterKind.ShardedDynamic, BusKind.InMemory)]
[TestFixture(AdapterKind.ShardedDynamic, BusKind.Resp)]
[TestFixture(AdapterKind.ShardedDynamicPrivate, BusKind.InMemory)]
[TestFixture(AdapterKind.ShardedDynamicPrivate, BusKind.Resp)]
public sealed class ShardedRoomTests(AdapterKind adapter, BusKind bus) : IAsyncDisposable
{
    private TestCluster _cluster = null!;
    private ContractServer _server = null!;
    private ContractServer _other = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = new TestCluster(adapter, bus);
        _server = await _cluster.StartServerAsync(static options => options.AllowEIO3 = true);
        _other = await _cluster.StartServerAsync();
        await _cluster.WhenCompleteAsync(2);
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Test]
    public async Task After_joining_what_other_servers_send_to_the_room_arrives()
    {
        await using var client = await _server.ConnectAsync();

        for (var i = 0; i < 100; i++)
        {
            await client.Socket.JoinAsync("room" + i);
            await _other.IO.To("room" + i).EmitAsync("x", i);
            Assert.That(await client.ReceiveAsync(), Is.EqualTo($"2[\"x\",{i}]"));
            await client.Socket.LeaveAsync("room" + i);
        }
    }

    [Test]
    public async Task Joining_and_leaving_at_once_ends_with_the_channels_of_the_rooms_that_there_are()
    {
        await using var link = await _cluster.OpenAsync();
        await using var first = await _server.ConnectAsync();
        await using var second = await _server.ConnectAsync();
        var clients = new[] { first, second };

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var joining = new List<Task>();
            for (var i = 0; i < 1_000; i++)
            {
                var socket = clients[random.Next(2)].Socket;
                var room = "r" + random.Next(8);
                joining.Add(random.Next(2) == 0 ? socket.JoinAsync(room) : socket.LeaveAsync(room));
            }

            await Task.WhenAll(joining);
        }))).Soon();

        var rooms = _server.IO.Adapter.Rooms;
        for (var i = 0; i < 8; i++)
        {
            var room = "r" + i;
            var channel = RedisChannels.Room(_cluster.Prefix, "/", room);
            await TestCluster.BecomesAsync(async () => await link.Bus.CountSubscribersAsync(channel, isSharded: true, CancellationToken.None) == (rooms.Contains(room) ? 1 : 0));
        }

        await Eventually.True(() => Subscribed == rooms.Count(HasChannel));
        foreach (var room in rooms.Where(static room => room[0] == 'r' && room.Length == 2))
        {
            await _other.IO.To(room).EmitAsync("x", room);
            var receiver = clients.First(client => client.Socket.Rooms.Contains(room));
            Assert.That(await receiver.ReceiveAsync(), Is.EqualTo($"2[\"x\",\"{room}\"]"));
            if (clients.All(client => client.Socket.Rooms.Contains(room)))
            {
                await second.ReceiveAsync();
            }
        }
    }

    [Test]
    public async Task When_all_clients_have_gone_no_room_is_subscribed_to()
    {
        for (var i = 0; i < 10; i++)
        {
            await using var client = await _server.ConnectAsync();
            await client.Socket.JoinAsync(["a", "b", "c"]);
            client.Lose();
        }

        await Eventually.True(() => _server.IO.Sockets.Count == 0 && Subscribed == 0);
    }

    [TestCase("a room of 20 letters")]
    [TestCase("r")]
    [TestCase("räume 世界 #*?[x]")]
    public async Task Rooms_of_any_name_are_reached(string room)
    {
        await using var client = await _server.ConnectAsync();
        await client.Socket.JoinAsync(room);

        await _other.IO.To(room).EmitAsync("x", 1);
        await _other.IO.To(client.Id).EmitAsync("x", 2);

        Assert.That(new[] { await client.ReceiveAsync(), await client.ReceiveAsync() }, Is.EquivalentTo(new[] { """2["x",1]""", """2["x",2]""" }));
    }

    [Test]
    public async Task Old_clients_in_other_namespaces_whose_ids_are_longer_are_reached()
    {
        var ids = new Inbox<string>();
        using var registration = _server.IO.Of("/other").OnConnection(socket => ids.Add(socket.Id));
        await using var client = await RawWebSocket.ConnectAsync(_server.Address, "/socket.io/?EIO=3&transport=websocket");
        Assert.That(await client.ReceiveAsync().Soon(), Does.StartWith("0{"));
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("40"));
        await client.SendAsync("40/other");
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("40/other,"));
        var id = await ids.NextAsync();
        Assert.That(id, Has.Length.GreaterThan(20));

        await TestCluster.BecomesAsync(async () =>
        {
            var found = await _other.IO.Of("/other").FetchSocketsAsync();
            return found.Any(socket => socket.Id == id);
        });
        await _other.IO.Of("/other").To(id).EmitAsync("x", 1);
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("""42/other,["x",1]"""));
        var remote = (await _other.IO.Of("/other").FetchSocketsAsync()).Single(socket => socket.Id == id);
        await remote.EmitAsync("x", 2);
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("""42/other,["x",2]"""));
    }

    [Test]
    public async Task While_redis_is_away_joining_does_not_wait_and_the_room_is_reached_when_it_is_back()
    {
        if (bus != BusKind.InMemory)
        {
            // Only that one can be taken away from these servers alone.
            return;
        }

        await using var client = await _server.ConnectAsync();
        _cluster.InMemory.SetAvailable(false);

        await client.Socket.JoinAsync("r").Soon();
        await client.Socket.LeaveAsync("r").Soon();
        await client.Socket.JoinAsync("s").Soon();

        _cluster.InMemory.SetAvailable(true);
        await Eventually.True(() => TestCluster.IsUp(_server) && TestCluster.IsUp(_other));
        await using var link = await _cluster.OpenAsync();
        var channel = RedisChannels.Room(_cluster.Prefix, "/", "s");
        await TestCluster.BecomesAsync(async () => await link.Bus.CountSubscribersAsync(channel, isSharded: true, CancellationToken.None) == 1);
        await _other.IO.To("s").EmitAsync("x");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2["x"]"""));
    }

    private int Subscribed => ((ShardedRedisAdapter)_server.IO.Adapter).SubscribedRooms;

    private bool HasChannel(string room) => adapter == AdapterKind.ShardedDynamicPrivate || room.Length != 20;
}
