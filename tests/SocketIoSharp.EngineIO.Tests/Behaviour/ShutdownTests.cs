using Microsoft.AspNetCore.Builder;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class ShutdownTests
{
    // Clients that do not answer are given a second; far below what the host would wait here.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15);

    [Test]
    public async Task A_shutdown_tells_every_client_and_ends_in_time()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var polling = server.CreateClient();
        await polling.HandshakeAsync();
        var poll = polling.SendGetAsync();
        await server.PollWaits(polling);
        await using var idle = server.CreateClient();
        await idle.HandshakeAsync();
        await using var parked = server.CreateClient();
        await parked.HandshakeAsync();
        server.Engine.FindSession(parked.Sid)!.Close();
        await using var direct = server.CreateClient();
        await using var webSocket = await direct.ConnectAsync();
        await using var probing = server.CreateClient();
        await probing.HandshakeAsync();
        await using var probe = await probing.ProbeAsync();

        var stopping = server.StopAsync();

        Assert.That((await poll.Soon()).ToString(), Is.EqualTo("200 1"));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await probe.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await webSocket.SendFrameAsync(RawWebSocket.CloseFrame, []);
        await probe.SendFrameAsync(RawWebSocket.CloseFrame, []);
        await stopping.Soon();
        Assert.That(server.Engine.ClientsCount, Is.Zero);
        for (var i = 0; i < 5; i++)
        {
            Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.ForcedClose, "server shutting down")));
        }

        Assert.That(server.Log.Of("ShutdownTookTooLong"), Is.Empty);
    }

    [Test]
    public async Task Clients_that_do_not_answer_the_goodbye_hold_up_the_shutdown_for_a_second([Values] WebSocketEngine engine)
    {
        await using var server = await EngineTestServer.StartAsync(options: options => options.WebSocketEngine = engine);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        var start = TimeProvider.System.GetTimestamp();

        await server.StopAsync().Soon();

        Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(s_soon));
        Assert.That(server.Log.Of("ShutdownTookTooLong"), Is.Empty);
    }

    [Test]
    public async Task A_server_that_was_closed_refuses_what_comes_later()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        await server.Engine.CloseAsync().Soon();

        Assert.That((await client.SendGetAsync()).ToString(), Is.EqualTo("503 "));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(server.Address, "/engine.io/?EIO=4&transport=websocket")).Status, Is.EqualTo(503));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
    }

    [Test]
    public async Task A_post_under_way_does_not_hold_up_the_shutdown()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var post = await client.BeginPostAsync(100, "4abc");
        await server.PostBegun(client);

        await server.StopAsync().Soon();

        Assert.That(await post.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_client_that_says_goodbye_without_reading_is_cut_off([Values] WebSocketEngine engine)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Handler = handler,
            Options = options => options.WebSocketEngine = engine,
            ConfigureBuilder = SmallBuffers.OfServer,
            ConfigureApplication = application => application.Use(async (context, next) =>
            {
                await next(context);
                ended.TrySetResult();
            }),
        });
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        SmallBuffers.OfClient(webSocket);
        var session = await handler.Opened.NextAsync();
        var message = EncodedMessage.Binary(new byte[1_000_000]);
        for (var i = 0; i < 14; i++)
        {
            Assert.That(session.TrySend(message), Is.True);
        }

        await webSocket.SendFrameAsync(RawWebSocket.CloseFrame, [0x03, 0xE8]);

        await ended.Task.Soon();
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose).Or.EqualTo(CloseReason.TransportError));
        var start = TimeProvider.System.GetTimestamp();
        await server.StopAsync().Soon();
        Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(s_soon));
    }

    [Test]
    public async Task An_upgrade_that_was_under_way_holds_no_shutdown_up([Values] WebSocketEngine engine, [Values] bool isProbed)
    {
        await using var server = await EngineTestServer.StartAsync(options: options => options.WebSocketEngine = engine);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = isProbed ? await client.ProbeAsync() : await client.OpenProbeAsync();

        await AssertStopsSoonAsync(server);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    [Test]
    public async Task A_websocket_that_is_being_accepted_holds_no_shutdown_up([Values] WebSocketEngine engine, [Values] bool isUpgrade)
    {
        using var accepting = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var server = await EngineTestServer.StartAsync(options: options => options.WebSocketEngine = engine);
        await using var client = server.CreateClient();
        if (isUpgrade)
        {
            await client.HandshakeAsync();
        }

        using var registration = server.Engine.OnHeaders((_, _) =>
        {
            accepting.Release();
            release.Wait(Eventually.Patience);
        });
        var opening = client.OpenProbeAsync();
        await accepting.WaitAsync().Soon();
        var stopping = AssertStopsSoonAsync(server);
        await Eventually.True(() => ((EngineIOServer)server.Engine).IsClosing);
        release.Release();

        await stopping;

        await using var webSocket = await opening.Soon();
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(server.Engine.ClientsCount, Is.Zero);
    }

    private static async Task AssertStopsSoonAsync(EngineTestServer server)
    {
        var start = TimeProvider.System.GetTimestamp();
        await server.StopAsync().Soon();
        Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(s_soon));
        Assert.That(server.Log.Of("ShutdownTookTooLong"), Is.Empty);
    }
}
