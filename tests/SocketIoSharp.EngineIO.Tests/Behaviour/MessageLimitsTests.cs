namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Bounds that Node lacks: the time of a message, and unanswered pings.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MessageLimitsTests
{
    private readonly ManualTimeProvider _time = new();

    private Task<EngineTestServer> StartAsync(RecordingHandler handler, WebSocketEngine engine = default, TimeSpan? messageTime = null)
        => EngineTestServer.StartAsync(
            handler,
            options =>
            {
                options.WebSocketEngine = engine;
                options.MaxMessageTime = messageTime;
            },
            _time);

    [Test]
    public async Task A_message_that_takes_longer_than_a_heartbeat_closes_the_connection([Values] WebSocketEngine engine, [Values] bool isFragmented)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, engine);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        await BeginMessageAsync(webSocket, isFragmented);
        await Eventually.True(() => server.Clock().Count == 2);

        // Both deadlines are due at once: whichever comes first, the close frame arrives.
        _time.Advance(TimeSpan.FromSeconds(44));
        Assert.That(handler.Closed.Count, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(3));

        var close = await handler.NextCloseAsync();
        Assert.That(close.Reason, Is.EqualTo(CloseReason.TransportError).Or.EqualTo(CloseReason.PingTimeout));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1008).Or.EqualTo(RawWebSocket.NoCode));
    }

    [Test]
    public async Task A_message_that_takes_longer_than_the_option_says_closes_the_connection([Values] WebSocketEngine engine, [Values] bool isFragmented)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, engine, TimeSpan.FromSeconds(5));
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        await BeginMessageAsync(webSocket, isFragmented);
        await Eventually.True(() => server.Clock().Count == 2);

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.That(handler.Closed.Count, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(0.4));

        var close = await handler.NextCloseAsync();
        Assert.That(close.Reason, Is.EqualTo(CloseReason.TransportError));
        Assert.That(close.Details, Does.Contain("MaxMessageTime"));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1008));
    }

    [Test]
    public async Task A_slow_message_within_its_time_passes_and_the_next_has_its_own([Values] WebSocketEngine engine)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, engine, TimeSpan.FromSeconds(5));
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        for (var i = 0; i < 4; i++)
        {
            await webSocket.SendFrameAsync(RawWebSocket.TextFrame, "4sl"u8.ToArray(), isFinal: false);
            await Eventually.True(() => server.Clock().Count == 2);
            _time.Advance(TimeSpan.FromSeconds(4));
            await webSocket.SendFrameAsync(RawWebSocket.Continuation, "ow"u8.ToArray());
            Assert.That(await handler.NextTextAsync(), Is.EqualTo("slow"));
            await Eventually.True(() => server.Clock().Count == 1);
        }

        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task A_body_that_takes_too_long_is_cut_off_and_closes_the_session()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, messageTime: TimeSpan.FromSeconds(5));
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var post = await client.BeginPostAsync(100, "4abc");
        await server.PostBegun(client);

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.That(handler.Closed.Count, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(0.4));

        Assert.That(await post.ReadToEndAsync(), Is.Empty);
        var close = await handler.NextCloseAsync();
        Assert.That(close.Reason, Is.EqualTo(CloseReason.TransportError));
        Assert.That(close.Details, Does.Contain("MaxMessageTime"));
        await Eventually.True(() => server.Clock().Count == 0);
    }

    [Test]
    public async Task A_slow_body_within_its_time_passes()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, messageTime: TimeSpan.FromSeconds(20));
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var post = await client.BeginPostAsync(5, "4");
        await server.PostBegun(client);

        foreach (var character in "slow")
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            await post.WriteAsync(character.ToString());
        }

        Assert.That((await post.ReadResponseAsync()).ToString(), Is.EqualTo("200 ok"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("slow"));
        Assert.That(server.Clock().Count, Is.EqualTo(1));
    }

    [Test]
    public async Task More_pending_control_frames_than_allowed_end_the_connection()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, static options => options.MaxPendingControlFrames = 8);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        var session = await handler.Opened.NextAsync();
        var ping = RawWebSocket.CreateFrame(RawWebSocket.PingFrame, new byte[100]);

        // The client reads nothing: one message is more than all buffers hold.
        Assert.That(session.TrySendBinary(new byte[15_000_000]), Is.True);
        Assert.That(session.IsWritable, Is.False);
        await webSocket.Connection.WriteAsync(Enumerable.Repeat(ping, 8).SelectMany(static bytes => bytes).ToArray());
        await webSocket.SendAsync("4all is well");
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("all is well"));
        await webSocket.Connection.WriteAsync(ping);

        var close = await handler.NextCloseAsync();
        Assert.That(close.Reason, Is.EqualTo(CloseReason.TransportError));
        Assert.That(close.Details, Does.Contain("MaxPendingControlFrames"));
    }

    [Test]
    public async Task Of_several_pings_under_one_pending_flush_the_last_is_answered()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        var session = await handler.Opened.NextAsync();
        Assert.That(session.TrySendBinary(new byte[15_000_000]), Is.True);
        for (byte i = 0; i < 5; i++)
        {
            await webSocket.SendFrameAsync(RawWebSocket.PingFrame, [i]);
        }

        await webSocket.SendAsync("4sync");
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("sync"));

        Assert.That((await webSocket.ReceiveFrameAsync()).Payload, Has.Length.EqualTo(15_000_000));
        var pong = await webSocket.ReceiveFrameAsync();
        Assert.That((pong.Opcode, pong.Payload[0]), Is.EqualTo((RawWebSocket.PongFrame, (byte)4)));
    }

    [Test]
    public async Task A_ping_is_answered_with_its_own_bytes_only([Values] WebSocketEngine engine, [Values(0, 1, 125)] int length)
    {
        await using var server = await EngineTestServer.StartAsync(options: options => options.WebSocketEngine = engine);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        var payload = new byte[length];
        new Random(length).NextBytes(payload);

        await webSocket.SendFrameAsync(RawWebSocket.PingFrame, payload);
        var pong = await webSocket.ReceiveFrameAsync();

        Assert.That(pong.Opcode, Is.EqualTo(RawWebSocket.PongFrame));
        Assert.That(pong.Payload, Is.EqualTo(payload));
    }

    private static Task BeginMessageAsync(RawWebSocket webSocket, bool isFragmented) => isFragmented
        ? webSocket.SendFrameAsync(RawWebSocket.TextFrame, "4sl"u8.ToArray(), isFinal: false)
        : webSocket.Connection.WriteAsync(RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "4slow"u8.ToArray()).AsMemory(0, 8));
}
