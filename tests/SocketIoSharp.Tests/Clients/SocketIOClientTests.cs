using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using SocketIOClient.Transport;
using SocketIoSharp.TestKit;
using Client = SocketIOClient.SocketIO;
using ClientOptions = SocketIOClient.SocketIOOptions;

namespace SocketIoSharp.Tests;

/// <summary>The .NET client SocketIOClient, a peer that was not written with this server in mind.</summary>
[TestFixture(TransportProtocol.Polling)]
[TestFixture(TransportProtocol.WebSocket)]
public sealed class SocketIOClientTests(TransportProtocol transport)
{
    private static readonly byte[] s_bytes = [0, 1, 2, 253, 254, 255];

    [Test]
    public async Task It_connects_and_leaves()
    {
        var sockets = new Inbox<IServerSocket>();
        var reasons = new Inbox<DisconnectReason>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            sockets.Add(socket);
            socket.OnDisconnect(reasons.Add);
        }));
        using var client = CreateClient(server);

        await ConnectAsync(client);
        var socket = await sockets.NextAsync();

        Assert.That(client.Id, Is.EqualTo(socket.Id));
        Assert.That(socket.Transport.ToString(), Is.EqualTo(transport.ToString()));
        await client.DisconnectAsync().Soon();
        Assert.That(await reasons.NextAsync(), Is.EqualTo(DisconnectReason.ClientNamespaceDisconnect));
    }

    [Test]
    public async Task Events_go_both_ways_in_order_with_several_arguments()
    {
        var received = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(static io => io.OnConnection(static socket =>
            socket.On("say", (string text, int number, Item item) => socket.EmitAsync("said", text, number, item))));
        using var client = CreateClient(server);
        client.On("said", response => received.Add($"{response.GetValue<string>()} {response.GetValue<int>(1)} {response.GetValue<Item>(2).Name}"));
        await ConnectAsync(client);

        for (var i = 0; i < 20; i++)
        {
            await client.EmitAsync("say", "grüße", i, new Item("€")).Soon();
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.That(await received.NextAsync(), Is.EqualTo($"grüße {i} €"));
        }
    }

    [Test]
    public async Task The_server_answers_its_events()
    {
        var answers = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(static io => io.OnConnection(static socket =>
        {
            socket.OnWithAck("sum", static (int a, int b) => a + b);
            socket.On("several", static (Ack ack) => ack.SendAsync("a", 2, true));
        }));
        using var client = CreateClient(server);
        await ConnectAsync(client);

        await client.EmitAsync("sum", response => answers.Add(response.ToString()), 1, 2).Soon();
        Assert.That(await answers.NextAsync(), Is.EqualTo("[3]"));
        await client.EmitAsync("several", response => answers.Add(response.ToString())).Soon();
        Assert.That(await answers.NextAsync(), Is.EqualTo("[\"a\",2,true]"));
    }

    [Test]
    public async Task It_answers_events_of_the_server()
    {
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(sockets.Add));
        using var client = CreateClient(server);
        client.On("name?", response => _ = response.CallbackAsync($"{response.GetValue<string>()} Client"));
        await ConnectAsync(client);

        var answer = (await sockets.NextAsync()).Timeout(Eventually.Patience).EmitWithAckAsync<string>("name?", "Dr");

        Assert.That(await answer.Soon(), Is.EqualTo("Dr Client"));
    }

    [Test]
    public async Task Binary_values_go_both_ways()
    {
        var received = new Inbox<byte[]>();
        await using var server = await SocketIOTestServer.StartAsync(static io => io.OnConnection(static socket =>
        {
            socket.On("file", (string name, byte[] content) => socket.EmitAsync("stored", name, content.Reverse().ToArray()));
            socket.OnWithAck("echo", static (byte[] content) => content);
        }));
        using var client = CreateClient(server);
        client.On("stored", response => received.Add(response.GetValue<byte[]>(1)));
        await ConnectAsync(client);

        await client.EmitAsync("file", "a.bin", s_bytes).Soon();
        Assert.That(await received.NextAsync(), Is.EqualTo(s_bytes.Reverse()));
        await client.EmitAsync("echo", response => received.Add(response.GetValue<byte[]>()), s_bytes).Soon();
        Assert.That(await received.NextAsync(), Is.EqualTo(s_bytes));
    }

    [Test]
    public async Task It_joins_a_namespace()
    {
        var received = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(static io => io.Of("/admin").OnConnection(static socket => socket.EmitAsync("welcome", socket.Namespace.Name)));
        using var client = CreateClient(server, "admin");
        client.On("welcome", response => received.Add(response.GetValue<string>()));

        await ConnectAsync(client);

        Assert.That(await received.NextAsync(), Is.EqualTo("/admin"));
    }

    [Test]
    public async Task It_says_who_it_is_and_may_be_refused()
    {
        var users = new Inbox<string?>();
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(static (socket, next) => socket.Handshake.GetAuth<Credentials>()?.Token == "secret" ? next() : throw new ConnectionRefusedException("wrong token"));
            io.OnConnection(socket => users.Add(socket.Handshake.GetAuth<Credentials>()?.User));
        });
        using var friend = CreateClient(server, auth: new Credentials("ann", "secret"));
        using var stranger = CreateClient(server, auth: new Credentials("eve", "guess"));
        stranger.OnError += (_, error) => errors.Add(error);

        await ConnectAsync(friend);
        Assert.That(await users.NextAsync(), Is.EqualTo("ann"));
        await stranger.ConnectAsync().Soon();
        Assert.That(await errors.NextAsync(), Does.Contain("wrong token"));

        Assert.That(users.Count, Is.Zero);
    }

    [Test]
    public async Task It_receives_broadcasts_to_its_room()
    {
        var received = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(static io => io.OnConnection(static socket =>
        {
            socket.On("join", async (string room, Ack ack) =>
            {
                await socket.JoinAsync(room);
                await ack.SendAsync();
            });
            socket.On("tell", (string room, string text) => socket.To(room).EmitAsync("told", text));
        }));
        using var speaker = CreateClient(server);
        using var listener = CreateClient(server);
        listener.On("told", response => received.Add(response.GetValue<string>()));
        var joined = new Inbox<string>();
        await ConnectAsync(speaker);
        await ConnectAsync(listener);
        await listener.EmitAsync("join", response => joined.Add(response.ToString()), "news").Soon();
        await joined.NextAsync();

        await speaker.EmitAsync("tell", "news", "hello").Soon();

        Assert.That(await received.NextAsync(), Is.EqualTo("hello"));
    }

    [Test]
    public async Task It_comes_back_when_its_connection_is_lost()
    {
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(sockets.Add));
        using var client = CreateClient(server, reconnects: true);
        await ConnectAsync(client);
        var first = await sockets.NextAsync();

        first.Session.Close(discard: true);

        var second = await sockets.NextAsync();
        Assert.That(second.Id, Is.Not.EqualTo(first.Id));
        await Eventually.True(() => client.Id == second.Id);
    }

    [Test]
    public async Task It_speaks_the_protocol_of_version_2_clients()
    {
        var answers = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            static io => io.OnConnection(static socket => socket.OnWithAck("sum", static (int a, int b) => a + b)),
            static options => options.AllowEIO3 = true);
        using var client = CreateClient(server);
        client.Options.EIO = 3;
        await ConnectAsync(client);

        await client.EmitAsync("sum", response => answers.Add(response.ToString()), 1, 2).Soon();

        Assert.That(await answers.NextAsync(), Is.EqualTo("[3]"));
    }

    [Test]
    public async Task It_is_told_when_the_server_disconnects_it()
    {
        var reasons = new Inbox<string>();
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(sockets.Add));
        using var client = CreateClient(server);
        client.OnDisconnected += (_, reason) => reasons.Add(reason);
        await ConnectAsync(client);

        await (await sockets.NextAsync()).DisconnectAsync();

        Assert.That(await reasons.NextAsync(), Is.EqualTo("io server disconnect"));
    }

    /// <summary>The client's own method does not wait for the namespace, and events that are sent too early overtake its request to join.</summary>
    private static async Task ConnectAsync(Client client)
    {
        await client.ConnectAsync().Soon();
        await Eventually.True(() => client.Connected);
    }

    private Client CreateClient(SocketIOTestServer server, string path = "", object? auth = null, bool reconnects = false)
        => new(new Uri(server.Address, path), new ClientOptions
        {
            Transport = transport,
            AutoUpgrade = false,
            Auth = auth,
            Reconnection = reconnects,
            ReconnectionDelay = 10,
            ReconnectionDelayMax = 20,
            ConnectionTimeout = Eventually.Patience,
        });

    // The client writes and reads members by their exact names.
    private sealed record Item([property: JsonPropertyName("name")] string Name);

    private sealed record Credentials(string User, string Token);
}
