using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Published weaknesses of WebSocket libraries, each tried on both of our engines over a real connection.</summary>
[TestFixture(WebSocketEngine.Default)]
[TestFixture(WebSocketEngine.System)]
public sealed class WebSocketLedgerTests(WebSocketEngine webSocketEngine)
{
    private const string Target = "/engine.io/?EIO=4&transport=websocket";

    private HostedEngine Engine { get; set; } = null!;

    [SetUp]
    public async Task StartAsync() => Engine = await HostedEngine.StartAsync(options =>
    {
        options.WebSocketEngine = webSocketEngine;
        options.MaxHttpBufferSize = 50_000;
        options.MaxFramesPerMessage = 1_000;
        options.MaxPendingControlFrames = 100;
        options.PerMessageDeflate = new PerMessageDeflateOptions();
    });

    [TearDown]
    public async Task StopAsync() => await Engine.DisposeAsync();

    [Test]
    public async Task Cve_2016_10518_a_pong_carries_the_bytes_of_its_ping_and_no_others()
    {
        await using var webSocket = await OpenAsync();

        foreach (var length in new[] { 0, 1, 2, 60, 124, 125 })
        {
            var payload = new byte[length];
            Random.Shared.NextBytes(payload);
            await webSocket.SendFrameAsync(RawWebSocket.PingFrame, payload);
            var pong = await webSocket.ReceiveFrameAsync();
            Assert.That((pong.Opcode, Convert.ToHexString(pong.Payload)), Is.EqualTo((RawWebSocket.PongFrame, Convert.ToHexString(payload))));
        }
    }

    [TestCase("")]
    [TestCase("03E8")]
    [TestCase("0FA16279")]
    public async Task Cve_2026_45736_a_close_frame_carries_the_code_of_the_peer_and_no_other_bytes(string payload)
    {
        await using var webSocket = await OpenAsync();

        await webSocket.SendFrameAsync(RawWebSocket.CloseFrame, Convert.FromHexString(payload));

        var close = await webSocket.ReceiveFrameAsync();
        Assert.That(close.Opcode, Is.EqualTo(RawWebSocket.CloseFrame));
        if (payload.Length == 0 && webSocketEngine == WebSocketEngine.System)
        {
            // The framework does not tell a close frame without a code from one with 1000.
            payload = "03E8";
        }

        Assert.That(payload, Does.StartWith(Convert.ToHexString(close.Payload)));
        Assert.That(close.Payload, Has.Length.EqualTo(Math.Min(2, payload.Length / 2)));
    }

    [Test]
    public async Task Cve_2016_10542_a_payload_above_the_limit_closes_with_1009()
    {
        await using var webSocket = await OpenAsync();

        await webSocket.SendFrameAsync(RawWebSocket.TextFrame, new byte[60_000]);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1009));
    }

    [TestCase("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99")]
    [TestCase("Sec-WebSocket-Extensions: permessage-deflate; __proto__=1")]
    [TestCase("Sec-WebSocket-Extensions: constructor")]
    [TestCase("Sec-WebSocket-Extensions: __proto__; toString=hasOwnProperty")]
    [TestCase("Sec-WebSocket-Extensions: ,;=\",,")]
    [TestCase("Sec-WebSocket-Extensions: \"")]
    [TestCase("Sec-WebSocket-Extensions: permessage-deflate; x=\"")]
    [TestCase("Sec-WebSocket-Extensions:")]
    [TestCase("Sec-WebSocket-Protocol: ,")]
    [TestCase("Sec-WebSocket-Protocol: a, a")]
    [TestCase("Sec-WebSocket-Protocol: (")]
    [TestCase("Sec-WebSocket-Protocol:")]
    [TestCase("Sec-WebSocket-Version: 13, 8")]
    [TestCase("Sec-WebSocket-Key: second")]
    public async Task Ghsa_5v72_xg48_5rpm_hostile_headers_are_ignored_or_answered_with_400(string header)
    {
        var answer = await UpgradeAsync(header);

        Assert.That(answer.Status, Is.EqualTo(101).Or.EqualTo(400));
        await AssertServesAsync();
    }

    [TestCase("Sec-WebSocket-Protocol: ", ",")]
    [TestCase("Sec-WebSocket-Protocol: a", " ")]
    [TestCase("Sec-WebSocket-Protocol: ", "a,")]
    [TestCase("Sec-WebSocket-Extensions: ", ",")]
    [TestCase("Sec-WebSocket-Extensions: a", ";a")]
    [TestCase("Sec-WebSocket-Extensions: a;b=\"", "\\\"")]
    [TestCase("Sec-WebSocket-Extensions: ", "permessage-deflate,")]
    public async Task Cve_2021_32640_long_headers_are_read_in_linear_time(string start, string repeated)
    {
        var header = start + string.Concat(Enumerable.Repeat(repeated, 28_000 / repeated.Length));
        await UpgradeAsync("X-Warm-Up: yes");
        var watch = Stopwatch.StartNew();

        var answer = await UpgradeAsync(header);

        Assert.That(answer.Status, Is.EqualTo(101).Or.EqualTo(400).Or.EqualTo(431));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Cve_2024_37890_more_headers_than_the_limit_are_refused(bool areBeforeTheUpgrade)
    {
        var flood = Enumerable.Range(0, 200).Select(static i => $"X-{i}: {i}");
        string[] upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
        await using var connection = await RawHttpConnection.ConnectAsync(Engine.Address);

        await connection.WriteHeadAsync($"GET {Target} HTTP/1.1", areBeforeTheUpgrade ? [.. flood, .. upgrade] : [.. upgrade, .. flood]);

        Assert.That(await ReadStatusAsync(connection), Is.InRange(400, 499));
        await AssertServesAsync();
    }

    [Test]
    public async Task Cve_2026_48779_a_message_of_too_many_tiny_fragments_ends_the_connection([Values(0, 1)] int size)
    {
        await using var webSocket = await OpenAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var fragment = RawWebSocket.CreateFrame(RawWebSocket.Continuation, new byte[size], isFinal: false);
        var flood = Enumerable.Repeat(fragment, 2_000).SelectMany(static frame => frame).ToArray();
        var own = GC.GetTotalAllocatedBytes(precise: true) - before;

        await webSocket.SendFrameAsync(RawWebSocket.TextFrame, "4"u8.ToArray(), isFinal: false);
        await webSocket.Connection.WriteAsync(flood);

        if (webSocketEngine == WebSocketEngine.System && size > 0)
        {
            // The framework does not show where such a frame ends: the bytes alone bound the message, and these are few.
            await webSocket.SendFrameAsync(RawWebSocket.Continuation, []);
            Assert.That(await webSocket.ReceiveAsync(), Has.Length.EqualTo(2_001));
        }
        else
        {
            var close = await Engine.Handler.NextCloseAsync();
            Assert.That(close.Reason, Is.EqualTo(CloseReason.TransportError));
            Assert.That(close.Details, Does.Contain("too many frames").IgnoreCase);
        }

        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before - own, Is.LessThan(10_000_000));
        await AssertServesAsync();
    }

    [Test]
    public async Task Large_fragments_count_once_each()
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.MaxFramesPerMessage = 100;
        });
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, Target);
        await webSocket.ReceiveAsync();

        await webSocket.SendFrameAsync(RawWebSocket.BinaryFrame, new byte[900_000], isFinal: false);
        await webSocket.SendFrameAsync(RawWebSocket.Continuation, []);

        var echo = await webSocket.ReceiveFrameAsync();
        Assert.That((echo.Opcode, echo.Payload.Length), Is.EqualTo((RawWebSocket.BinaryFrame, 900_000)));
    }

    [Test]
    public async Task Cve_2026_62389_a_message_that_is_never_finished_ends_the_connection()
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.MaxMessageTime = TimeSpan.FromMilliseconds(100);
        });
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();

        await webSocket.SendFrameAsync(RawWebSocket.TextFrame, "4never"u8.ToArray(), isFinal: false);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1008));
        var close = await engine.Handler.NextCloseAsync();
        Assert.That((close.Reason, close.Details), Is.EqualTo((CloseReason.TransportError, "a message took longer than MaxMessageTime")));
    }

    [Test]
    public async Task Cve_2026_62389_a_frame_that_is_never_finished_ends_the_connection()
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.MaxMessageTime = TimeSpan.FromMilliseconds(100);
        });
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();

        await webSocket.Connection.WriteAsync(RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "4never"u8.ToArray()).AsMemory(..^1));

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1008));
        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
    }

    // What the connection itself costs is the host's and the test's own; a buffer of ours would add 16 KiB, the message, to each.
    [Test]
    public async Task Ws_8_22_2_idle_connections_hold_no_buffer_of_ours()
    {
        const int Count = 300;
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = options => options.WebSocketEngine = webSocketEngine,
            Services = static builder => builder.Logging.SetMinimumLevel(LogLevel.Warning),
            Handler = new ForgetfulEcho(),
        });
        var text = "4" + new string('x', 16 * 1024);
        var clients = new List<RawWebSocket>();
        long before = 0;
        for (var i = 0; i < Count + 50; i++)
        {
            if (i == 50)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }

            var webSocket = await RawWebSocket.ConnectAsync(engine.Address, Target);
            await webSocket.ReceiveAsync();
            await webSocket.SendAsync(text);
            Assert.That(await webSocket.ReceiveAsync(), Has.Length.EqualTo(text.Length));
            clients.Add(webSocket);

            // A socket remembers the buffer that it sent last: let the client's be a small one.
            await webSocket.SendFrameAsync(RawWebSocket.PongFrame, []);
        }

        // The test's own client holds a receive buffer of 16 KiB.
        var each = ((GC.GetTotalMemory(forceFullCollection: true) - before) / Count) - (16 * 1024);

        await TestContext.Out.WriteLineAsync($"{each} bytes for each connection");
        Assert.That(each, Is.LessThan(28 * 1024));
        clients.ForEach(static client => client.Reset());
    }

    [Test]
    public async Task Ws_8_23_0_a_ping_flood_by_a_peer_that_does_not_read_is_bounded()
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.MaxPendingControlFrames = 100;
            options.PingInterval = TimeSpan.FromMilliseconds(500);
            options.PingTimeout = TimeSpan.FromMilliseconds(500);
        });
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();
        var ping = RawWebSocket.CreateFrame(RawWebSocket.PingFrame, new byte[125]);
        var flood = Enumerable.Repeat(ping, 2_000).SelectMany(static frame => frame).ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // Until the server has had enough, or takes no more; nothing is ever read.
        var flooding = FloodAsync();
        var close = await engine.Handler.NextCloseAsync();
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        webSocket.Reset();
        await flooding;

        Assert.That(close.Reason, Is.EqualTo(CloseReason.TransportError).Or.EqualTo(CloseReason.PingTimeout));
        Assert.That(growth, Is.LessThan(10_000_000));

        async Task FloodAsync()
        {
            try
            {
                while (true)
                {
                    await webSocket.Connection.WriteAsync(flood);
                }
            }
            catch (Exception exception) when (exception is System.Net.Sockets.SocketException or ObjectDisposedException or OperationCanceledException or TimeoutException)
            {
                // That is the end that was hoped for.
            }
        }
    }

    // Random frames and mutations of good ones: every connection comes to an end, the server serves on.
    [Test]
    public async Task Cve_2021_26423_random_frames_never_make_the_server_loop()
    {
        var random = new Random(26423);
        for (var i = 0; i < 150; i++)
        {
            await using var webSocket = await OpenAsync();
            var bytes = new List<byte>();
            for (var frame = 0; frame < 5; frame++)
            {
                var payload = new byte[random.Next(0, 40)];
                random.NextBytes(payload);
                bytes.AddRange(RawWebSocket.CreateFrame(random.Next(16), payload, isFinal: random.Next(2) == 0, reserved: random.Next(8), isMasked: random.Next(8) > 0));
            }

            for (var flips = random.Next(4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Count)] ^= (byte)(1 << random.Next(8));
            }

            await webSocket.Connection.WriteAsync(bytes.ToArray());
            webSocket.Connection.Finish();
            await webSocket.ReceiveCloseAsync();
        }

        await Eventually.True(() => Engine.Server.ClientsCount == 0);
        await AssertServesAsync();
    }

    private async Task<RawWebSocket> OpenAsync()
    {
        var webSocket = await RawWebSocket.ConnectAsync(Engine.Address, Target);
        OpenPacket.ReadSid(await webSocket.ReceiveAsync());
        return webSocket;
    }

    private async Task<RawResponse> UpgradeAsync(string header)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(Engine.Address);
        await connection.WriteHeadAsync($"GET {Target} HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", header);
        return await connection.ReadResponseAsync();
    }

    private static async Task<int> ReadStatusAsync(RawHttpConnection connection)
    {
        var answer = Encoding.ASCII.GetString(await connection.ReadAsync("HTTP/1.1 000".Length));
        return int.Parse(answer.AsSpan(9), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task AssertServesAsync()
    {
        await using var webSocket = await OpenAsync();
        await webSocket.SendAsync("4alive");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4alive"));
    }
}
