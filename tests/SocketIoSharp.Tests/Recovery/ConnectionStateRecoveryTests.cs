using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Recovery;

/// <summary>Connection state recovery over real connections, in the literal wire.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConnectionStateRecoveryTests
{
    private const string Offset = "\"[0-9A-Za-z._-]{10,19}\"";

    private readonly Inbox<IServerSocket> _connected = new();
    private readonly Inbox<DisconnectReason> _disconnected = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ConnectionStateRecoveryOptions _recovery = new();
    private SocketIOTestServer _server = null!;

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task The_reply_names_a_private_id_besides_the_id()
    {
        await StartAsync();
        await using var client = await ConnectAsync();

        Assert.That(client.Id, Does.Match("^[\\w-]{20}$"));
        Assert.That(client.PrivateId, Does.Match("^[\\w-]{20}$").And.Not.EqualTo(client.Id));
    }

    [Test]
    public async Task Without_the_option_there_is_neither_a_private_id_nor_an_offset()
    {
        _server = await SocketIOTestServer.StartAsync(static _ => { });
        await using var client = new RecoveringClient(_server);
        await client.ConnectAsync();

        await _server.IO.EmitAsync("x", "text");

        Assert.That(client.PrivateId, Is.Null);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""42["x","text"]"""));
    }

    [Test]
    public async Task Events_carry_an_offset_at_their_end()
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        var socket = await _connected.NextAsync();

        await _server.IO.EmitAsync("broadcast", 1);
        await socket.EmitAsync("single", "text");
        await _server.IO.EmitAsync("binary", new byte[] { 1 });

        Assert.That(await client.ReceiveAsync(), Does.Match($"^42\\[\"broadcast\",1,{Offset}\\]$"));
        Assert.That(await client.ReceiveAsync(), Does.Match($"^42\\[\"single\",\"text\",{Offset}\\]$"));
        Assert.That(await client.ReceiveAsync(), Does.Match($"^451-\\[\"binary\",{{\"_placeholder\":true,\"num\":0}},{Offset}\\]$"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("bAQ=="));
    }

    [Test]
    public async Task Events_that_ask_for_an_answer_and_answers_carry_none()
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        var socket = await _connected.NextAsync();
        socket.OnWithAck("ask", (string text) => text);

        var single = socket.Timeout(Eventually.Patience).EmitWithAckAsync<int>("single", "text");
        Assert.That(await client.ReceiveAsync(), Does.Match("^42(\\d+)\\[\"single\",\"text\"\\]$"));
        var many = _server.IO.Timeout(Eventually.Patience).EmitWithAckAsync<int>("many", "text");
        Assert.That(await client.ReceiveAsync(), Does.Match("^42(\\d+)\\[\"many\",\"text\"\\]$"));
        await client.SendAsync("""420["ask","x"]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""430["x"]"""));
        await client.SendAsync("41");

        Assert.That((await many.Soon()).Responses, Is.Empty);
        Assert.That(async () => await single.Soon(), Throws.TypeOf<SocketDisconnectedException>());
    }

    [Test]
    public async Task A_volatile_event_carries_the_newest_offset_if_its_end_could_be_taken_for_one()
    {
        await StartAsync();
        await using var client = await ConnectAsync();

        await _server.IO.EmitAsync("kept", 1);
        var kept = await client.ReceiveAsync();
        await _server.IO.Volatile.EmitAsync("text", "x");
        await Received(client, $"""42["text","x","{client.Offset}"]""");
        await _server.IO.Volatile.EmitAsync("name only");
        await Received(client, $"""42["name only","{client.Offset}"]""");
        await _server.IO.Volatile.EmitAsync("number", 1);
        await Received(client, """42["number",1]""");

        Assert.That(kept, Does.EndWith($",\"{client.Offset}\"]"));
    }

    [Test]
    public async Task A_client_receives_what_it_missed_and_then_the_reply()
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        var socket = await _connected.NextAsync();
        await socket.JoinAsync("room");
        socket.Data["name"] = "bob";
        await _server.IO.EmitAsync("seen", 0);
        await client.ReceiveAsync();
        var (id, privateId) = (client.Id, client.PrivateId);
        await LoseAsync(client);

        await _server.IO.EmitAsync("all", 1);
        await _server.IO.To("room").EmitAsync("room", new byte[] { 1, 2 });
        await _server.IO.To("elsewhere").EmitAsync("elsewhere", 3);
        await _server.IO.To(id).EmitAsync("own", 4);
        await _server.IO.Except("room").EmitAsync("except", 5);
        var missed = await client.ConnectAsync();

        Assert.That(missed, Has.Count.EqualTo(4));
        Assert.That(missed[0], Does.Match($"^42\\[\"all\",1,{Offset}\\]$"));
        Assert.That(missed[1], Does.Match($"^451-\\[\"room\",{{\"_placeholder\":true,\"num\":0}},{Offset}\\]$"));
        Assert.That(missed[2], Is.EqualTo("bAQI="));
        Assert.That(missed[3], Does.Match($"^42\\[\"own\",4,{Offset}\\]$"));
        Assert.That((client.Id, client.PrivateId), Is.EqualTo((id, privateId)));
        var resumed = await _connected.NextAsync();
        Assert.That(resumed, Is.Not.SameAs(socket));
        Assert.That(resumed.Recovered, Is.True);
        Assert.That(resumed.Rooms, Is.EquivalentTo(new[] { id, "room" }));
        Assert.That(resumed.Data.Get<string>("name"), Is.EqualTo("bob"));
    }

    [Test]
    public async Task A_client_that_has_received_nothing_resumes_from_its_connect()
    {
        await StartAsync();
        await _server.IO.EmitAsync("before");
        await using var client = await ConnectAsync();
        await LoseAsync(client);
        await _server.IO.EmitAsync("after", 1);

        var missed = await client.ConnectAsync();

        Assert.That(missed, Has.Count.EqualTo(1));
        Assert.That(missed[0], Does.StartWith("""42["after",1,"""));
    }

    [Test]
    public async Task A_client_that_loses_the_connection_again_before_it_has_read_anything_misses_nothing()
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        await LoseAsync(client);
        await _server.IO.EmitAsync("after", 1);
        await client.ConnectAsync();
        client.Offset = null;
        await LoseAsync(client);

        Assert.That(await client.ConnectAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Two_clients_with_one_private_id_do_not_both_come_back()
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        var id = client.Id;
        await LoseAsync(client);
        await using var thief = new RecoveringClient(_server) { PrivateId = client.PrivateId };

        await client.ConnectAsync();
        await thief.ConnectAsync();

        Assert.That(client.Id, Is.EqualTo(id));
        Assert.That(thief.Id, Is.Not.EqualTo(id));
        Assert.That(thief.PrivateId, Is.Not.EqualTo(client.PrivateId));
    }

    [Test]
    public async Task While_the_old_connection_stands_a_client_is_new()
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        await using var second = new RecoveringClient(_server) { PrivateId = client.PrivateId };

        await second.ConnectAsync();

        Assert.That(second.Id, Is.Not.EqualTo(client.Id));
        await _server.IO.EmitAsync("x", 1);
        Assert.That(await client.ReceiveAsync(), Does.StartWith("""42["x",1,"""));
        Assert.That(await second.ReceiveAsync(), Does.StartWith("""42["x",1,"""));
    }

    [TestCase("an-unknown-private-i", null)]
    [TestCase(null, "hello")]
    [TestCase(null, "Q7xFaGI.0")]
    public async Task An_unknown_private_id_or_offset_is_a_new_connection(string? privateId, string? offset)
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        var id = client.Id;
        await _server.IO.EmitAsync("x", 1);
        await client.ReceiveAsync();
        await LoseAsync(client);
        client.PrivateId = privateId ?? client.PrivateId;
        client.Offset = offset ?? client.Offset;

        Assert.That(await client.ConnectAsync(), Is.Empty);
        Assert.That(client.Id, Is.Not.EqualTo(id));
        Assert.That((await LastConnectedAsync(2)).Recovered, Is.False);
    }

    [Test]
    public async Task A_private_id_that_is_no_text_is_a_new_connection()
    {
        await StartAsync();
        await using var client = await _server.OpenAsync();

        await client.SendAsync("""40{"pid":1,"offset":["x"]}""");

        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{\"sid\":"));
    }

    [Test]
    public async Task A_session_expires()
    {
        _recovery.MaxDisconnectionDuration = TimeSpan.FromSeconds(10);
        await StartAsync();
        await using var client = await ConnectAsync();
        var id = client.Id;
        await LoseAsync(client);
        _time.Advance(TimeSpan.FromSeconds(11));

        await client.ConnectAsync();

        Assert.That(client.Id, Is.Not.EqualTo(id));
    }

    [Test]
    public async Task A_client_whose_events_were_evicted_is_new_rather_than_with_a_gap()
    {
        _recovery.MaxBytesPerNamespace = 5_000;
        await StartAsync();
        await using var client = await ConnectAsync();
        var id = client.Id;
        await LoseAsync(client);
        for (var i = 0; i < 20; i++)
        {
            await _server.IO.EmitAsync("x", new string('x', 500));
        }

        Assert.That(await client.ConnectAsync(), Is.Empty);
        Assert.That(client.Id, Is.Not.EqualTo(id));
    }

    [Test]
    public async Task A_client_that_has_left_cannot_come_back([Values] bool isThrownOut)
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        var id = client.Id;
        if (isThrownOut)
        {
            await (await _connected.NextAsync()).DisconnectAsync();
        }
        else
        {
            await client.SendAsync("41");
        }

        await _disconnected.NextAsync();
        await using var again = new RecoveringClient(_server) { PrivateId = client.PrivateId };
        await again.ConnectAsync();

        Assert.That(again.Id, Is.Not.EqualTo(id));
    }

    [Test]
    public async Task Middlewares_are_skipped_unless_the_option_says_otherwise([Values] bool skip)
    {
        var runs = 0;
        _recovery.SkipMiddlewares = skip;
        await StartAsync(io => io.Use((_, next) =>
        {
            Interlocked.Increment(ref runs);
            return next();
        }));
        await using var client = await ConnectAsync();
        await LoseAsync(client);

        await client.ConnectAsync();

        Assert.That((await LastConnectedAsync(2)).Recovered, Is.True);
        Assert.That(runs, Is.EqualTo(skip ? 1 : 2));
    }

    [Test]
    public async Task The_user_that_a_middleware_has_set_survives()
    {
        await StartAsync(io => io.Use((socket, next) =>
        {
            socket.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "bob")], "test"));
            return next();
        }));
        await using var client = await ConnectAsync();
        await LoseAsync(client);

        await client.ConnectAsync();

        Assert.That((await LastConnectedAsync(2)).User.Identity!.Name, Is.EqualTo("bob"));
    }

    [Test]
    public async Task Other_namespaces_have_sessions_and_offsets_of_their_own()
    {
        await StartAsync();
        await using var main = await ConnectAsync();
        await using var admin = new RecoveringClient(_server, "/admin,");
        await admin.ConnectAsync();
        await _server.IO.Of("/admin").EmitAsync("x", 1);
        await _server.IO.EmitAsync("x", 1);
        await main.ReceiveAsync();
        Assert.That(await admin.ReceiveAsync(), Does.Match($"^42/admin,\\[\"x\",1,{Offset}\\]$"));
        var id = admin.Id;
        await LoseAsync(admin);
        await _server.IO.Of("/admin").EmitAsync("y", 2);

        var missed = await admin.ConnectAsync();

        Assert.That(admin.Id, Is.EqualTo(id));
        Assert.That(missed.Single(), Does.Match($"^42/admin,\\[\"y\",2,{Offset}\\]$"));
        Assert.That(main.Offset, Is.Not.EqualTo(admin.Offset));
        await LoseAsync(admin);
        admin.Offset = main.Offset;
        await admin.ConnectAsync();
        Assert.That(admin.Id, Is.Not.EqualTo(id));
    }

    [Test]
    public async Task Answers_to_events_of_the_resumed_client_go_on()
    {
        await StartAsync();
        await using var client = await ConnectAsync();
        await LoseAsync(client);
        await client.ConnectAsync();
        var socket = await LastConnectedAsync(2);

        var asking = socket.Timeout(Eventually.Patience).EmitWithAckAsync<int>("q");
        var packet = await client.ReceiveAsync();
        await client.SendAsync(packet.Replace("42", "43", StringComparison.Ordinal).Replace("\"q\"", "7", StringComparison.Ordinal));

        Assert.That(await asking.Soon(), Is.EqualTo(7));
    }

    private static async Task Received(RecoveringClient client, string packet) => Assert.That(await client.ReceiveAsync(), Is.EqualTo(packet));

    private async Task StartAsync(Action<ISocketIOServer>? configure = null)
    {
        _server = await SocketIOTestServer.StartAsync(
            io =>
            {
                configure?.Invoke(io);
                io.OnConnection(Observe);
                io.Of("/admin").OnConnection(Observe);
            },
            options => options.ConnectionStateRecovery = _recovery,
            _time);
    }

    private void Observe(IServerSocket socket)
    {
        socket.OnDisconnect(_disconnected.Add);
        _connected.Add(socket);
    }

    private async Task<RecoveringClient> ConnectAsync()
    {
        var client = new RecoveringClient(_server);
        Assert.That(await client.ConnectAsync(), Is.Empty);
        return client;
    }

    private async Task LoseAsync(RecoveringClient client)
    {
        client.Lose();
        await _disconnected.NextAsync();
    }

    private async Task<IServerSocket> LastConnectedAsync(int count)
    {
        for (; count > 1; count--)
        {
            await _connected.NextAsync();
        }

        return await _connected.NextAsync();
    }
}
