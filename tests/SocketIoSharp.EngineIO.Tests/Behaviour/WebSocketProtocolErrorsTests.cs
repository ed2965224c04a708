namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Broken rules of the framing, on both implementations: the close code, the reason, and that others are not touched.</summary>
[TestFixture(WebSocketEngine.Default)]
[TestFixture(WebSocketEngine.System)]
public sealed class WebSocketProtocolErrorsTests(WebSocketEngine engine)
{
    private static readonly (string Name, byte[] Bytes, int Code)[] s_broken =
    [
        ("reserved bits", RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "4a"u8.ToArray(), reserved: 4), 1002),
        ("reserved opcode", RawWebSocket.CreateFrame(3, "4a"u8.ToArray()), 1002),
        ("stray continuation", RawWebSocket.CreateFrame(RawWebSocket.Continuation, "4a"u8.ToArray()), 1002),
        ("fragmented ping", RawWebSocket.CreateFrame(RawWebSocket.PingFrame, [], isFinal: false), 1002),
        ("long ping", RawWebSocket.CreateFrame(RawWebSocket.PingFrame, new byte[126]), 1002),
        ("close with one byte", RawWebSocket.CreateFrame(RawWebSocket.CloseFrame, [3]), 1002),
        ("invalid text", RawWebSocket.CreateFrame(RawWebSocket.TextFrame, [(byte)'4', 0xC3, 0x28]), 1007),
        ("half a character", RawWebSocket.CreateFrame(RawWebSocket.TextFrame, [(byte)'4', 0xE2, 0x82]), 1007),
    ];

    private static IEnumerable<string> BrokenNames => s_broken.Select(static broken => broken.Name);

    private Task<EngineTestServer> StartAsync(RecordingHandler handler, Action<EngineIOOptions>? more = null)
        => EngineTestServer.StartAsync(handler, options =>
        {
            options.WebSocketEngine = engine;
            more?.Invoke(options);
        });

    [TestCaseSource(nameof(BrokenNames))]
    public async Task A_broken_frame_closes_that_session_only(string name)
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var other = server.CreateClient();
        await using var bystander = await other.ConnectAsync();
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        var (_, bytes, code) = s_broken.Single(broken => broken.Name == name);

        await webSocket.Connection.WriteAsync(bytes);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(code));
        var close = await handler.Closed.NextAsync();
        Assert.That((close.Session.Id, close.Close.ReasonText), Is.EqualTo((client.Sid, "transport error")));
        Assert.That(close.Close.Details, Is.Not.Empty);
        await bystander.SendAsync("4alive");
        Assert.That(await bystander.ReceiveAsync(), Is.EqualTo("4alive"));
    }

    [TestCaseSource(nameof(BrokenNames))]
    public async Task Cve_2022_21676_a_broken_frame_on_a_probing_connection_leaves_the_session_alone(string name)
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = await client.ProbeAsync();

        await webSocket.Connection.WriteAsync(s_broken.Single(broken => broken.Name == name).Bytes);
        await webSocket.ReceiveCloseAsync();

        await Eventually.True(() => !session.IsUpgrading);
        await client.PostAsync("4alive");
        Assert.That(await client.GetAsync(), Is.EqualTo("4alive"));
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task A_message_of_the_limit_passes_and_a_larger_one_closes_with_1009([Values] bool isFragmented)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, static options => options.MaxHttpBufferSize = 1000);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendAsync("4" + new string('x', 999));
        Assert.That((await handler.NextTextAsync()).Length, Is.EqualTo(999));
        if (isFragmented)
        {
            await webSocket.SendFrameAsync(RawWebSocket.TextFrame, [(byte)'4', .. new byte[600]], isFinal: false);
            await webSocket.SendFrameAsync(RawWebSocket.Continuation, new byte[400]);
        }
        else
        {
            await webSocket.SendAsync("4" + new string('x', 1000));
        }

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1009));
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "Max payload size exceeded")));
        Assert.That(handler.Messages.Count, Is.Zero);
    }

    [Test]
    public async Task A_client_that_breaks_a_rule_and_does_not_go_is_cut_off()
    {
        var time = new ManualTimeProvider();
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(
            handler,
            options =>
            {
                options.WebSocketEngine = engine;
                options.MaxHttpBufferSize = 10;
            },
            time);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        await webSocket.SendAsync("4" + new string('x', 100));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1009));
        await Eventually.True(() => server.Clock().Count == 1);

        time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(await webSocket.Connection.ReadToEndAsync(), Is.Empty);
        await Eventually.True(() => server.Clock().Count == 0);
    }

    [Test]
    public async Task A_message_of_too_many_frames_closes_the_session()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, static options => options.MaxFramesPerMessage = 10);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendFrameAsync(RawWebSocket.TextFrame, [(byte)'4'], isFinal: false);
        var rest = Enumerable.Range(0, 40).SelectMany(static _ => RawWebSocket.CreateFrame(RawWebSocket.Continuation, [], isFinal: false)).ToArray();
        await webSocket.Connection.WriteAsync(rest);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1008));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
    }

    [Test]
    public async Task A_compressed_message_that_inflates_past_the_limit_closes_with_1009()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, static options =>
        {
            options.MaxHttpBufferSize = 10_000;
            options.PerMessageDeflate = new PerMessageDeflateOptions();
        });
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync("Sec-WebSocket-Extensions: permessage-deflate");
        using var compressed = new MemoryStream();
        await using (var deflate = new System.IO.Compression.DeflateStream(compressed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            await deflate.WriteAsync(Enumerable.Repeat((byte)'4', 5_000_000).ToArray());
            await deflate.FlushAsync();

            // A message is compressed without the empty block that ends the flush.
            compressed.SetLength(compressed.Length - 4);
            await webSocket.SendFrameAsync(RawWebSocket.TextFrame, compressed.ToArray(), reserved: 4);
        }

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1009));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
    }
}
