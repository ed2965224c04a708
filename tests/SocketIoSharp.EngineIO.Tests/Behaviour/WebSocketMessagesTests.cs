namespace SocketIoSharp.EngineIO.Tests;

[TestFixture(WebSocketEngine.Default)]
[TestFixture(WebSocketEngine.System)]
public sealed class WebSocketMessagesTests(WebSocketEngine engine)
{
    private Task<EngineTestServer> StartAsync(RecordingHandler handler, Action<EngineIOOptions>? more = null)
        => EngineTestServer.StartAsync(handler, options =>
        {
            options.WebSocketEngine = engine;
            more?.Invoke(options);
        });

    [Test]
    public async Task A_base64_client_gets_binary_as_text()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient(new RawClientOptions { Query = "b64=1" });
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendAsync([1, 2, 255]);
        var frame = await webSocket.ReceiveFrameAsync();

        Assert.That((frame.Opcode, frame.Text), Is.EqualTo((RawWebSocket.TextFrame, "bAQL/")));
        await webSocket.SendAsync("bAQL/");
        Assert.That((await webSocket.ReceiveFrameAsync()).Text, Is.EqualTo("bAQL/"));
    }

    [Test]
    public async Task A_message_in_fragments_is_one_message()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendFrameAsync(RawWebSocket.TextFrame, "4hel"u8.ToArray(), isFinal: false);
        await webSocket.SendFrameAsync(RawWebSocket.Continuation, "l"u8.ToArray(), isFinal: false);
        await webSocket.SendFrameAsync(RawWebSocket.PingFrame, "x"u8.ToArray());
        await webSocket.SendFrameAsync(RawWebSocket.Continuation, "o"u8.ToArray());

        var pong = await webSocket.ReceiveFrameAsync();
        Assert.That((pong.Opcode, pong.Text), Is.EqualTo((RawWebSocket.PongFrame, "x")));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4hello"));
    }

    [Test]
    public async Task A_close_packet_is_ignored()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendTogetherAsync("1", "4still here");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4still here"));
    }

    [Test]
    public async Task Messages_are_compressed_from_the_threshold_on_when_both_sides_want_it([Values] bool asks)
    {
        await using var server = await StartAsync(RecordingHandler.Echo(), static options => options.PerMessageDeflate = new PerMessageDeflateOptions());
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync(asks ? ["Sec-WebSocket-Extensions: permessage-deflate"] : []);

        await webSocket.SendAsync("4" + new string('x', 1022));
        var small = await webSocket.ReceiveFrameAsync();
        await webSocket.SendAsync("4" + new string('x', 1023));
        var large = await webSocket.ReceiveFrameAsync();

        Assert.That(webSocket.Response.Header("Sec-WebSocket-Extensions"), asks ? Does.StartWith("permessage-deflate") : Is.Null);
        Assert.That(small.Reserved, Is.Zero);
        Assert.That(large.Reserved, Is.EqualTo(asks ? 4 : 0));
        Assert.That(large.Payload, Has.Length.LessThan(asks ? 100 : 1025));
    }

    [Test]
    public async Task Nothing_is_compressed_by_default()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync("Sec-WebSocket-Extensions: permessage-deflate");

        Assert.That(webSocket.Response.Header("Sec-WebSocket-Extensions"), Is.Null);
    }

    [TestCase(1000)]
    [TestCase(4001)]
    [TestCase(null)]
    public async Task The_close_frame_of_the_client_is_answered_and_ends_the_session(int? code)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        var answer = await webSocket.CloseAsync(code);

        // The framework takes a close frame without a code for one with 1000.
        Assert.That(answer, Is.EqualTo(code ?? (engine == WebSocketEngine.System ? 1000 : RawWebSocket.NoCode)));
        Assert.That((await handler.NextCloseAsync()).ReasonText, Is.EqualTo("transport close"));
        Assert.That(await webSocket.Connection.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_connection_that_breaks_ends_the_session([Values] bool isReset)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        if (isReset)
        {
            webSocket.Reset();
        }
        else
        {
            webSocket.Connection.Finish();
        }

        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
        await Eventually.True(() => server.Clock().Count == 0);
    }

    [Test]
    public async Task A_client_that_closes_after_the_server_did_ends_the_connection()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        (await handler.Opened.NextAsync()).Close();

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await webSocket.SendTogetherAsync("4too late");
        await webSocket.SendFrameAsync(RawWebSocket.CloseFrame, []);

        Assert.That(await webSocket.Connection.ReadToEndAsync(), Is.Empty);
        await Eventually.True(() => server.Clock().Count == 0);
        Assert.That(handler.Messages.Count, Is.Zero);
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task A_client_that_never_answers_the_close_is_cut_off_after_a_while()
    {
        var time = new ManualTimeProvider();
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, options => options.WebSocketEngine = engine, time);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        (await handler.Opened.NextAsync()).Close();
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));

        time.Advance(TimeSpan.FromSeconds(31));

        Assert.That(await webSocket.Connection.ReadToEndAsync(), Is.Empty);
        await Eventually.True(() => server.Clock().Count == 0);
    }

    [Test]
    public async Task WebSocket_pings_keep_no_session_alive()
    {
        var time = new ManualTimeProvider();
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, options => options.WebSocketEngine = engine, time);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        time.Advance(TimeSpan.FromSeconds(26));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("2"));

        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(6));
            await webSocket.SendFrameAsync(RawWebSocket.PingFrame, "alive"u8.ToArray());
            await webSocket.SendFrameAsync(RawWebSocket.PongFrame, []);
            var pong = await webSocket.ReceiveFrameAsync();
            Assert.That((pong.Opcode, pong.Text), Is.EqualTo((RawWebSocket.PongFrame, "alive")));
        }

        Assert.That(handler.Closed.Count, Is.Zero);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }
}
