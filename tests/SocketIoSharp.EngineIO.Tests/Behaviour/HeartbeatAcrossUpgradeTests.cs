namespace SocketIoSharp.EngineIO.Tests;

[TestFixture(WebSocketEngine.Default)]
[TestFixture(WebSocketEngine.System)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HeartbeatAcrossUpgradeTests(WebSocketEngine engine)
{
    private readonly ManualTimeProvider _time = new();

    private Task<EngineTestServer> StartAsync(RecordingHandler handler)
        => EngineTestServer.StartAsync(
            handler,
            options =>
            {
                options.WebSocketEngine = engine;
                options.AllowEIO3 = true;
                options.UpgradeTimeout = TimeSpan.FromMinutes(2);
            },
            _time);

    // Node clears the deadline of a ping that is under way at the upgrade and never sets it again.
    [Test]
    public async Task A_ping_under_way_at_the_upgrade_still_times_out()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        _time.Advance(TimeSpan.FromSeconds(26));

        await using var webSocket = await client.UpgradeAsync();
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("2"));
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
    }

    [Test]
    public async Task A_ping_that_came_by_polling_may_be_answered_by_websocket()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        _time.Advance(TimeSpan.FromSeconds(26));
        Assert.That(await client.GetAsync(), Is.EqualTo("2"));

        await using var webSocket = await client.UpgradeAsync();
        await webSocket.SendTogetherAsync("3", "4sync");
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("sync"));
        _time.Advance(TimeSpan.FromSeconds(26));

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("2"));
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    // Node never sets the deadline again after an upgrade of protocol 3.
    [Test]
    public async Task A_protocol_3_session_still_times_out_after_its_upgrade()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(new RawClientOptions { Protocol = 3 });
        await client.HandshakeAsync();
        await using var webSocket = await client.UpgradeAsync();
        await webSocket.SendAsync("2");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3"));

        _time.Advance(TimeSpan.FromSeconds(44.9));
        Assert.That(handler.Closed.Count, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
    }

    [Test]
    public async Task A_session_that_never_completes_its_upgrade_ends_by_its_heartbeat()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.ProbeAsync();

        _time.Advance(TimeSpan.FromSeconds(48));

        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(server.Engine.ClientsCount, Is.Zero);
    }
}
