using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Small differences from the Node server that no other test is about; docs/differences-from-node.md names them.</summary>
public sealed class DifferencesFromNodeTests
{
    private const string Query = "?EIO=4&transport=polling";

    [Test]
    public void A_truncated_compressed_message_is_corrupt()
    {
        // "Hello" as in RFC 7692 section 7.2.3.1, without its last three bytes.
        var frame = WebSocketWire.ClientFrame(0xC1, Convert.FromHexString("F248CDC9"));

        Assert.That(WebSocketWire.ReadAll(frame, deflate: true), Is.EqualTo(new[] { "error 1007" }));
    }

    [TestCase("6 :4hello")]
    [TestCase("0x6:4hello")]
    [TestCase("1e1:4123456789")]
    public async Task A_length_of_protocol_3_is_decimal_digits(string payload)
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.AllowEIO3 = true);
        await using var client = engine.CreateClient(protocol: 3);
        await client.HandshakeAsync();

        await client.PostAsync(payload);

        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ParseError));
    }

    [TestCase("/engine%2Eio/")]
    [TestCase("/%65ngine.io/")]
    public async Task An_escaped_path_is_the_path_that_it_stands_for(string path)
    {
        await using var engine = await HostedEngine.StartAsync();

        Assert.That((await engine.RequestAsync("GET " + path + Query)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_request_line_of_more_than_8_KB_is_refused_by_the_host()
    {
        await using var engine = await HostedEngine.StartAsync();

        Assert.That((await engine.RequestAsync($"GET /engine.io/{Query}&token={new string('a', 7_500)}")).Status, Is.EqualTo(200));
        Assert.That((await engine.RequestAsync($"GET /engine.io/{Query}&token={new string('a', 8_500)}")).Status, Is.EqualTo(414));
    }

    [Test]
    public async Task A_poll_answer_that_the_client_reads_too_slowly_is_cut_off_by_the_host()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            MayLogProblems = true,
            Kestrel = static kestrel => kestrel.Limits.MinResponseDataRate = new MinDataRate(100_000_000, TimeSpan.FromSeconds(1.01)),
        });
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var session = await engine.Handler.Opened.NextAsync();
        const int Length = 15_000_000;
        session.TrySendText(new string('a', Length));
        await using var poll = await client.OpenConnectionAsync();
        await poll.WriteHeadAsync($"GET {client.Target("polling")} HTTP/1.1");

        // One byte, and then nothing for as long as the host looks on: the only wait by the clock, because the limit is the host's own.
        await poll.ReadAsync(1);
        await Task.Delay(TimeSpan.FromSeconds(4));

        Assert.That(await ReadRestAsync(), Is.LessThan(Length));

        async Task<int> ReadRestAsync()
        {
            try
            {
                return (await poll.ReadToEndAsync()).Length;
            }
            catch (System.Net.Sockets.SocketException)
            {
                // A reset, with whatever was under way lost.
                return 0;
            }
        }
    }

    [Test]
    public async Task The_frameworks_engine_counts_empty_fragments_only([Values(0, 1)] int size)
    {
        await using var engine = await HostedEngine.StartAsync(static options =>
        {
            options.WebSocketEngine = WebSocketEngine.System;
            options.MaxFramesPerMessage = 4;
        });
        await using var client = engine.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendFrameAsync(RawWebSocket.TextFrame, "4"u8.ToArray(), isFinal: false);
        for (var i = 0; i < 10; i++)
        {
            await webSocket.SendFrameAsync(RawWebSocket.Continuation, Enumerable.Repeat((byte)'a', size).ToArray(), isFinal: false);
        }

        if (size == 0)
        {
            Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1008));
        }
        else
        {
            await webSocket.SendFrameAsync(RawWebSocket.Continuation, "b"u8.ToArray());
            Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4aaaaaaaaaab"));
        }
    }

    [Test]
    public async Task The_frameworks_engine_refuses_a_short_unmasked_frame_when_more_bytes_have_come()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.WebSocketEngine = WebSocketEngine.System);
        await using var client = engine.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendFrameAsync(RawWebSocket.TextFrame, "4"u8.ToArray(), isMasked: false);
        await webSocket.Connection.WriteAsync(new byte[20]);

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(1002));
        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
    }
}
