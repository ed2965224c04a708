using System.Net.Sockets;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Published weaknesses of other servers that lie in sizes and malformed payloads, each tried on ours over a real connection.</summary>
public sealed class PayloadLedgerTests
{
    private const string WebSocket = "/engine.io/?EIO=4&transport=websocket";

    private static readonly WebSocketEngine[] s_engines = Enum.GetValues<WebSocketEngine>();

    [Test]
    public async Task Cve_2020_36048_a_huge_post_is_cut_off_while_it_is_read([Values] bool isChunked)
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        const int Announced = 100_000_000;
        var chunk = new byte[64 * 1024];
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await using var connection = await client.OpenConnectionAsync();
        await connection.WriteHeadAsync($"POST {client.Target("polling")} HTTP/1.1", isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {Announced}");
        var answer = connection.ReadResponseAsync();
        var sent = 0;
        try
        {
            while (!answer.IsCompleted && sent < Announced)
            {
                if (isChunked)
                {
                    await connection.WriteAsync($"{chunk.Length:x}\r\n");
                }

                await connection.WriteAsync(chunk);
                sent += chunk.Length;
                if (isChunked)
                {
                    await connection.WriteAsync("\r\n");
                }
            }
        }
        catch (SocketException)
        {
            // The server may end the connection while we are still sending.
        }

        Assert.That((await answer).Status, Is.EqualTo(413));
        Assert.That(sent, Is.LessThan(Announced / 2));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(40_000_000));
        await client.PostAsync("4alive");
        Assert.That(await client.GetAsync(), Is.EqualTo("4alive"));
    }

    [Test]
    public async Task Cve_2020_36048_a_payload_of_a_million_empty_packets_is_read_in_linear_time()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        // A packet and the separator, half a million times: as many as fit.
        await client.PostAsync(string.Concat(Enumerable.Repeat("6\u001e", 499_998)) + "4end");

        Assert.That(await engine.Handler.NextTextAsync(), Is.EqualTo("end"));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(30_000_000));
    }

    [Test]
    public async Task Cve_2026_48802_unsolicited_pongs_start_no_further_heartbeat()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();
        await using var polling = engine.CreateClient();
        await polling.HandshakeAsync();

        for (var i = 0; i < 100; i++)
        {
            await webSocket.SendTogetherAsync("3", "3", "3", "3", "3", "3", "3", "3", "3", "3");
        }

        await polling.PostAsync(string.Join('\u001e', Enumerable.Repeat("3", 10_000)));
        await webSocket.SendAsync("4done");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4done"));

        Assert.That(engine.Clock.Count, Is.EqualTo(2), "one deadline for each session");
    }

    [Test]
    public async Task Cve_2026_48809_the_size_limit_applies_to_a_websocket_message_before_it_is_held([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine, [Values] bool isFragmented)
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.MaxHttpBufferSize = 10_000;
        });
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        if (isFragmented)
        {
            await webSocket.SendFrameAsync(RawWebSocket.BinaryFrame, new byte[5_000], isFinal: false);
            await webSocket.SendFrameAsync(RawWebSocket.Continuation, new byte[5_001], isFinal: false);
        }
        else
        {
            // Only the header of a frame of a terabyte, and as many bytes as the framework wants to see.
            await webSocket.Connection.WriteAsync((byte[])[0x82, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
            await webSocket.Connection.WriteAsync(new byte[webSocketEngine == WebSocketEngine.System ? 20_000 : 0]);
        }

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1009));
        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(2_000_000));
    }

    [Test]
    public async Task Cve_2026_48809_a_message_of_exactly_the_limit_passes([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.MaxHttpBufferSize = 10_000;
        });
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();
        var text = "4" + new string('x', 9_999);

        await webSocket.SendAsync(text);

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo(text));
    }

    [Test]
    public async Task Decompression_bombs_are_counted_while_they_are_inflated([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.PerMessageDeflate = new PerMessageDeflateOptions();
        });
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket, "Sec-WebSocket-Extensions: permessage-deflate");
        Assert.That(webSocket.Response.Header("Sec-WebSocket-Extensions"), Does.StartWith("permessage-deflate"));
        await webSocket.ReceiveAsync();
        var bomb = Deflate(300_000_000);
        Assert.That(bomb, Has.Length.LessThan(1_000_000), "small enough for the limit as it is");
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await webSocket.SendFrameAsync(RawWebSocket.BinaryFrame, bomb, reserved: 4);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1009));
        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(30_000_000));
    }

    [Test]
    public async Task Decompression_bombs_in_a_post_are_not_inflated_at_all()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await using var connection = await client.OpenConnectionAsync();
        var body = Deflate(10_000_000);

        await connection.WriteHeadAsync($"POST {client.Target("polling")} HTTP/1.1", "Content-Encoding: deflate", $"Content-Length: {body.Length}");
        await connection.WriteAsync(body);

        Assert.That((await connection.ReadResponseAsync()).Body, Is.EqualTo("ok"));
        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ParseError));
    }

    [TestCase(":")]
    [TestCase("1:")]
    [TestCase("99999999999999999999:4a")]
    [TestCase("-1:4a")]
    [TestCase("3:4a")]
    [TestCase("2:4a1")]
    [TestCase("\u0000\u0001")]
    [TestCase("2:4a2:")]
    [TestCase("3:4😀a")]
    [TestCase("2:😀")]
    public async Task Socketioxide_741_malformed_payloads_of_protocol_3_end_the_session_alone(string payload)
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.AllowEIO3 = true);
        await using var client = engine.CreateClient(protocol: 3);
        await client.HandshakeAsync();

        Assert.That((await client.SendPostAsync(payload)).Body, Is.EqualTo("ok"));

        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ParseError));
        await engine.AssertServesAsync();
    }

    [Test]
    public async Task Socketioxide_741_random_bytes_as_payloads_of_protocol_3_never_hang_the_server([Values] bool isBinary)
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.AllowEIO3 = true);
        var random = new Random(741);
        for (var i = 0; i < 200; i++)
        {
            await using var client = engine.CreateClient(protocol: 3);
            await client.HandshakeAsync();
            var payload = new byte[random.Next(1, 40)];
            random.NextBytes(payload);
            payload[0] = isBinary ? (byte)random.Next(2) : payload[0];
            Assert.That((await client.SendPostAsync(payload, isBinary ? "application/octet-stream" : "text/plain")).Status, Is.EqualTo(200));
        }

        await engine.AssertServesAsync();
    }

    [Test]
    public async Task Socketioxide_741_lengths_of_protocol_3_count_utf16_units()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.AllowEIO3 = true);
        await using var client = engine.CreateClient(protocol: 3);
        await client.HandshakeAsync();

        await client.PostAsync("4:4a😀3:4é€");

        Assert.That(await engine.Handler.NextTextAsync(), Is.EqualTo("a😀"));
        Assert.That(await engine.Handler.NextTextAsync(), Is.EqualTo("é€"));
    }

    private static byte[] Deflate(int length)
    {
        using var deflated = new MemoryStream();
        using (var stream = new System.IO.Compression.DeflateStream(deflated, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1_000_000];
            for (var written = 0; written < length; written += zeros.Length)
            {
                stream.Write(zeros);
            }

            stream.Flush();
        }

        return deflated.ToArray();
    }
}
