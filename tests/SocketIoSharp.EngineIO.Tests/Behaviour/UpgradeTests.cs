namespace SocketIoSharp.EngineIO.Tests;

[TestFixture(WebSocketEngine.Default)]
[TestFixture(WebSocketEngine.System)]
public sealed class UpgradeTests(WebSocketEngine engine)
{
    private Task<EngineTestServer> StartAsync(RecordingHandler handler, TimeProvider? time = null, Action<EngineIOOptions>? more = null)
        => EngineTestServer.StartAsync(
            handler,
            options =>
            {
                options.WebSocketEngine = engine;
                more?.Invoke(options);
            },
            time);

    [Test]
    public async Task A_session_moves_to_websocket()
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = await client.OpenProbeAsync();
        await Eventually.True(() => session.IsUpgrading);

        await webSocket.SendAsync("2probe");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3probe"));
        Assert.That((session.Transport, session.IsUpgraded), Is.EqualTo((EngineIOTransportType.Polling, false)));
        await webSocket.SendAsync("5");
        await webSocket.SendAsync("4over websocket");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4over websocket"));
        Assert.That((session.Transport, session.IsUpgraded, session.IsUpgrading), Is.EqualTo((EngineIOTransportType.WebSocket, true, false)));
        Assert.That((await client.SendGetAsync()).ToString(), Is.EqualTo("""400 {"code":3,"message":"Bad request"}"""));
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task Until_the_5_everything_goes_over_polling()
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = await client.ProbeAsync();

        await client.PostAsync("4a");
        Assert.That(await client.GetAsync(), Is.EqualTo("4a"));
        session.TrySendText("waits");
        session.TrySendBinary([1, 2, 3]);
        await webSocket.SendAsync("5");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4waits"));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("bAQID"));
    }

    [Test]
    public async Task A_waiting_poll_is_answered_with_a_noop_every_100_ms_while_the_client_probes()
    {
        var time = new ManualTimeProvider();
        await using var server = await StartAsync(new RecordingHandler(), time);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var poll = client.GetAsync();
        await server.PollWaits(client);
        await using var webSocket = await client.ProbeAsync();
        lock (server.Session(client).Gate)
        {
            // The answer may be here before the server has finished with the probe.
        }

        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(85));
            Assert.That(server.Session(client).IsWritable, Is.True, "the poll still waits");
            time.Advance(TimeSpan.FromMilliseconds(15));
            Assert.That(await poll.Soon(), Is.EqualTo("6"));
            poll = client.GetAsync();
            await server.PollWaits(client);
        }

        await webSocket.SendAsync("5");
        Assert.That(await poll.Soon(), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_connection_that_only_opens_gets_no_noop()
    {
        var time = new ManualTimeProvider();
        await using var server = await StartAsync(new RecordingHandler(), time);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        var poll = client.GetAsync();
        await server.PollWaits(client);
        await using var webSocket = await client.OpenProbeAsync();
        await Eventually.True(() => session.IsUpgrading);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(session.IsWritable, Is.True);
        session.TrySendText("a");
        Assert.That(await poll.Soon(), Is.EqualTo("4a"));
    }

    [Test]
    public async Task A_poll_that_waits_at_the_5_ends_with_a_close_packet_and_the_session_lives_on()
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.ProbeAsync();
        var poll = client.SendGetAsync();
        await server.PollWaits(client);

        await webSocket.SendAsync("5");

        Assert.That((await poll.Soon()).ToString(), Is.EqualTo("200 1"));
        await webSocket.SendAsync("4a");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4a"));
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task A_post_that_is_being_read_at_the_5_is_cut_off_and_the_session_lives_on()
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.ProbeAsync();
        await using var post = await client.BeginPostAsync(100, "4abc");
        await Eventually.True(() => server.Clock().Count == 3);

        await webSocket.SendAsync("5");

        Assert.That(await post.ReadToEndAsync(), Is.Empty);
        await webSocket.SendAsync("4a");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4a"));
        Assert.That(handler.Closed.Count, Is.Zero);
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("a"));
    }

    [Test]
    public async Task A_5_without_a_probe_is_accepted()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.OpenProbeAsync();

        await webSocket.SendTogetherAsync("5", "4a");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4a"));
    }

    [Test]
    public async Task A_repeated_probe_is_answered_again()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.ProbeAsync();

        await webSocket.SendAsync("2probe");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3probe"));
        await webSocket.SendTogetherAsync("5", "4a");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4a"));
    }

    [TestCase("2")]
    [TestCase("2prob")]
    [TestCase("2probe2")]
    [TestCase("3probe")]
    [TestCase("4message")]
    [TestCase("6")]
    [TestCase("1")]
    [TestCase("garbage")]
    [TestCase("")]
    public async Task Anything_else_closes_the_connection_that_probes_and_only_that(string packet)
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.ProbeAsync();

        await webSocket.SendAsync(packet);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await client.PostAsync("4a");
        Assert.That(await client.GetAsync(), Is.EqualTo("4a"));
        await using var second = await client.UpgradeAsync();
        await second.SendAsync("4b");
        Assert.That(await second.ReceiveAsync(), Is.EqualTo("4b"));
    }

    [Test]
    public async Task Binary_is_no_probe()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.OpenProbeAsync();

        await webSocket.SendAsync("2probe"u8.ToArray());

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(server.Session(client).State, Is.EqualTo(SessionState.Open));
    }

    [Test]
    public async Task An_upgrade_that_takes_too_long_is_given_up([Values] bool isProbed)
    {
        var time = new ManualTimeProvider();
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler, time, static options => options.UpgradeTimeout = TimeSpan.FromSeconds(2));
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = isProbed ? await client.ProbeAsync() : await client.OpenProbeAsync();
        await Eventually.True(() => session.IsUpgrading);

        time.Advance(TimeSpan.FromSeconds(1.99));
        Assert.That(session.IsUpgrading, Is.True);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.That(session.IsUpgrading, Is.False);
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await client.PostAsync("4a");
        Assert.That(await client.GetAsync(), Is.EqualTo("4a"));
        Assert.That(server.Log.Of("UpgradeFailed"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_second_websocket_is_closed_while_the_first_one_probes_and_afterwards()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var first = await client.ProbeAsync();

        await using var second = await client.OpenProbeAsync();
        Assert.That(await second.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await first.SendAsync("5");
        await first.SendAsync("4a");
        Assert.That(await first.ReceiveAsync(), Is.EqualTo("4a"));
        await using var third = await client.OpenProbeAsync();
        Assert.That(await third.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await first.SendAsync("4b");
        Assert.That(await first.ReceiveAsync(), Is.EqualTo("4b"));
    }

    [Test]
    public async Task A_session_that_began_on_websocket_is_not_upgraded()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await using var first = await client.ConnectAsync();

        await using var second = await client.OpenProbeAsync();

        Assert.That(await second.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await first.SendAsync("4a");
        Assert.That(await first.ReceiveAsync(), Is.EqualTo("4a"));
    }

    [Test]
    public async Task A_client_upgrades_although_nobody_told_it_to()
    {
        await using var server = await StartAsync(RecordingHandler.Echo(), more: static options => options.AllowUpgrades = false);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.UpgradeAsync();

        await webSocket.SendAsync("4a");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4a"));
    }

    [Test]
    public async Task A_session_that_closes_while_the_client_probes_closes_that_connection_too([Values] bool discard)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = await client.ProbeAsync();
        var poll = client.SendGetAsync();
        await server.PollWaits(client);

        session.Close(discard);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That((await poll.Soon()).ToString(), Is.EqualTo("200 1"));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
    }

    [Test]
    public async Task A_5_for_a_session_that_is_closing_completes_the_close()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = await client.ProbeAsync();
        session.Close();
        Assert.That(session.State, Is.EqualTo(SessionState.Closing));

        await webSocket.SendAsync("5");

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.ForcedClose)));
        await webSocket.SendFrameAsync(RawWebSocket.CloseFrame, []);
        await Eventually.True(() => server.Clock().Count == 0);
    }

    [Test]
    public async Task The_upgrade_can_be_observed()
    {
        var observer = new UpgradeObserver();
        await using var server = await StartAsync(RecordingHandler.Echo(), more: options => options.Observer = observer);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        await using var webSocket = await client.UpgradeAsync();

        Assert.That(await observer.Events.NextAsync(), Is.EqualTo("upgrading"));
        Assert.That(await observer.Events.NextAsync(), Is.EqualTo("upgrade"));
    }

    private sealed class UpgradeObserver : EngineIOObserver
    {
        public Inbox<string> Events { get; } = new();

        public override void Upgrading(IEngineIOSession session) => Events.Add("upgrading");

        public override void Upgraded(IEngineIOSession session) => Events.Add("upgrade");
    }
}
