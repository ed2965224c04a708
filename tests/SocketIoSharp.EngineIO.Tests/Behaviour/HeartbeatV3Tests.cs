namespace SocketIoSharp.EngineIO.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HeartbeatV3Tests
{
    private readonly ManualTimeProvider _time = new();

    private Task<EngineTestServer> StartAsync(RecordingHandler handler, WebSocketEngine engine = default)
        => EngineTestServer.StartAsync(
            handler,
            options =>
            {
                options.AllowEIO3 = true;
                options.WebSocketEngine = engine;
            },
            _time);

    [Test]
    public async Task The_client_pings_over_polling_and_its_data_is_not_echoed()
    {
        await using var server = await StartAsync(new RecordingHandler());
        await using var client = server.CreateClient(new RawClientOptions { Protocol = 3 });
        await client.HandshakeAsync();

        await client.PostAsync("1:2");
        Assert.That(await client.GetAsync(), Is.EqualTo("1:3"));
        await client.PostAsync("6:2hello");
        Assert.That(await client.GetAsync(), Is.EqualTo("1:3"));
    }

    [Test]
    public async Task The_client_pings_over_websocket([Values] WebSocketEngine engine)
    {
        await using var server = await StartAsync(new RecordingHandler(), engine);
        await using var client = server.CreateClient(new RawClientOptions { Protocol = 3 });
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendTogetherAsync("2", "2probe", "2hello");

        for (var i = 0; i < 3; i++)
        {
            Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3"));
        }
    }

    [Test]
    public async Task Only_pings_restart_the_deadline()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(new RawClientOptions { Protocol = 3 });
        await client.HandshakeAsync();
        var session = server.Session(client);

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(44));
            await client.PostAsync("1:2");
        }

        _time.Advance(TimeSpan.FromSeconds(44));
        await client.PostAsync("2:4a");
        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
    }

    [Test]
    public async Task The_server_never_pings()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(new RawClientOptions { Protocol = 3 });
        await client.HandshakeAsync();

        _time.Advance(TimeSpan.FromSeconds(44));
        server.Session(client).TrySendText("a");

        Assert.That(await client.GetAsync(), Is.EqualTo("2:4a"));
    }

    [Test]
    public async Task A_pong_of_the_client_goes_in_the_wrong_direction()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(new RawClientOptions { Protocol = 3 });
        await client.HandshakeAsync();

        await client.PostAsync("1:3");

        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "invalid heartbeat direction")));
    }

    [Test]
    public async Task A_handler_that_holds_the_reading_back_suspends_the_deadline()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { WhenMessage = (_, _) => release.Task };
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(new RawClientOptions { Protocol = 3 });
        await using var webSocket = await client.ConnectAsync();
        var session = server.Session(client);
        await webSocket.SendTogetherAsync("4slow", "2");
        await Eventually.True(() => session.IsReceivePaused);

        _time.Advance(TimeSpan.FromSeconds(80));
        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        release.SetResult();

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3"));
        _time.Advance(TimeSpan.FromSeconds(48));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
    }
}
