namespace SocketIoSharp.EngineIO.Tests;

[TestFixtureSource(typeof(WireClient), nameof(WireClient.All))]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HeartbeatTests(Wire wire)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    // Deadlines are met with an error of at most 5 % of the shortest interval.
    private static readonly TimeSpan s_error = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();

    private Task<EngineTestServer> StartAsync(RecordingHandler handler, Action<EngineIOOptions>? more = null)
        => EngineTestServer.StartAsync(
            handler,
            options =>
            {
                options.WebSocketEngine = WireClient.EngineOf(wire);
                options.MaxMessageTime = Timeout.InfiniteTimeSpan;
                more?.Invoke(options);
            },
            _time);

    [Test]
    public async Task The_server_pings_at_its_interval_for_ever()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        for (var i = 0; i < 5; i++)
        {
            _time.Advance(s_interval + s_error);
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
            _time.Advance(s_timeout - s_error - s_error);
            await AnswerAsync(client, handler);
        }

        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task No_ping_comes_before_the_interval()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        _time.Advance(s_interval - TimeSpan.FromMilliseconds(10));
        server.Session(client.Http).TrySendText("first");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4first"));
        _time.Advance(s_error);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
    }

    [Test]
    public async Task Without_a_pong_the_session_ends()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        _time.Advance(s_interval + s_error);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
        var end = client.ReceiveEndAsync();
        if (wire == Wire.Polling)
        {
            await server.PollWaits(client.Http);
        }

        _time.Advance(s_timeout - s_error - s_error);
        Assert.That(handler.Closed.Count, Is.Zero);
        _time.Advance(s_error * 3);

        await end.Soon();
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.PingTimeout)));
        Assert.That(server.Engine.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task The_first_other_packet_after_a_ping_restarts_the_deadline_once()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        _time.Advance(s_interval + s_error);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));

        _time.Advance(s_timeout - s_error - s_error);
        await SendAsync(client, handler, "4grace");
        _time.Advance(s_timeout - s_error - s_error);
        Assert.That(server.Engine.ClientsCount, Is.EqualTo(1), "the deadline was restarted");
        await SendAsync(client, handler, "4no further grace");
        _time.Advance(s_error * 3);

        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
    }

    [Test]
    public async Task The_grace_is_there_again_after_each_pong()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(s_interval + s_error);
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
            _time.Advance(s_timeout - s_error - s_error);
            await SendAsync(client, handler, "4grace");
            _time.Advance(s_timeout - s_error - s_error);
            await AnswerAsync(client, handler);
        }

        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task Messages_alone_keep_no_session_alive()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        for (var second = 0; second < 64 && server.Engine.ClientsCount == 1; second++)
        {
            await SendAsync(client, handler, "4busy");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // Ping after 25 s, the grace at once behind it, the end 20 s later.
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
        Assert.That(_time.Elapsed, Is.InRange(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(49)));
    }

    [Test]
    public async Task Cve_2026_48802_unsolicited_pongs_start_no_further_heartbeats()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        for (var i = 0; i < 20; i++)
        {
            await client.SendTogetherAsync("3", "3", "3probe", "3");
        }

        await SendAsync(client, handler, "4sync");
        Assert.That(server.Clock().Count, Is.EqualTo(1));
        _time.Advance(s_interval + s_error);
        server.Session(client.Http).TrySendText("end");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4end"));
    }

    [Test]
    public async Task Early_pongs_put_the_next_ping_off()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        _time.Advance(s_interval - s_error);
        await AnswerAsync(client, handler);
        _time.Advance(s_interval - s_error);
        server.Session(client.Http).TrySendText("still no ping");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4still no ping"));
        _time.Advance(s_error * 2);

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
    }

    [Test]
    public async Task While_a_handler_holds_the_reading_back_pings_go_on_and_the_deadline_waits()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { WhenMessage = (_, message) => message.GetText() == "slow" ? release.Task : Task.CompletedTask };
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = server.Session(client.Http);
        var sending = client.SendAsync("4slow");
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("slow"));
        await Eventually.True(() => session.IsReceivePaused);

        _time.Advance(s_interval + s_error);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
        _time.Advance(s_timeout + s_error);
        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
        _time.Advance(s_interval + s_error);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
        release.SetResult();
        await sending.Soon();
        await AnswerAsync(client, handler);

        _time.Advance(s_interval + s_error);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"));
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task A_handler_that_never_ends_suspends_the_deadline_for_one_further_interval_and_timeout()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { WhenMessage = (_, _) => release.Task };
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = server.Session(client.Http);
        var sending = client.SendAsync("4slow");
        await handler.NextTextAsync();
        await Eventually.True(() => session.IsReceivePaused);

        _time.Advance(s_interval + s_timeout + s_interval + s_timeout - s_error);
        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        _time.Advance(s_error * 5);

        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
        release.SetResult();
        await sending.Soon();
    }

    [Test]
    public async Task After_a_long_pause_the_client_has_a_whole_timeout_to_answer()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { WhenMessage = (_, _) => release.Task };
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = server.Session(client.Http);
        var sending = client.SendAsync("4slow");
        await handler.NextTextAsync();
        await Eventually.True(() => session.IsReceivePaused);
        _time.Advance(s_interval + s_timeout + s_error * 3);
        release.SetResult();
        await sending.Soon();
        await Eventually.True(() => !session.IsReceivePaused);

        _time.Advance(s_timeout - s_error);
        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        _time.Advance(s_error * 3);

        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
    }

    [Test]
    public async Task An_observer_sees_each_heartbeat()
    {
        var observer = new HeartbeatObserver();
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, options => options.Observer = observer);
        await using var client = await WireClient.OpenAsync(server, wire);

        await AnswerAsync(client, handler);

        Assert.That(await observer.Heartbeats.NextAsync(), Is.EqualTo(client.Http.Sid));
    }

    private static Task AnswerAsync(WireClient client, RecordingHandler handler) => SendAsync(client, handler, "3", "4seen");

    /// <summary>Sends packets, of which the last is a message, and waits until the server has seen them all.</summary>
    private static async Task SendAsync(WireClient client, RecordingHandler handler, params string[] packets)
    {
        await client.SendTogetherAsync(packets);
        Assert.That(await handler.NextTextAsync(), Is.EqualTo(packets[^1][1..]));
    }

    private sealed class HeartbeatObserver : EngineIOObserver
    {
        public Inbox<string> Heartbeats { get; } = new();

        public override void Heartbeat(IEngineIOSession session) => Heartbeats.Add(session.Id);
    }
}
