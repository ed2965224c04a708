using System.Text;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class Protocol3Tests
{
    private static Task<EngineTestServer> StartAsync(RecordingHandler handler, WebSocketEngine engine = default)
        => EngineTestServer.StartAsync(handler, options =>
        {
            options.AllowEIO3 = true;
            options.WebSocketEngine = engine;
        });

    private static RawClientOptions V3(string? query = null) => new() { Protocol = 3, Query = query };

    [TestCase("EIO=3&")]
    [TestCase("EIO=2&")]
    [TestCase("")]
    public async Task Everything_but_4_is_protocol_3(string version)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();

        var response = await client.SendAsync(HttpMethod.Get, $"/engine.io/?{version}transport=polling");

        // Without b64 a batch of text alone is still text.
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
        Assert.That(response.Body, Does.Match("""^\d+:0\{"sid":"[^"]{20}","upgrades":\["websocket"\],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000\}$"""));
        Assert.That(response.Body[..response.Body.IndexOf(':', StringComparison.Ordinal)], Is.EqualTo($"{response.Body.Length - response.Body.IndexOf(':', StringComparison.Ordinal) - 1}"));
        Assert.That((await handler.Opened.NextAsync()).Protocol, Is.EqualTo(3));
    }

    [Test]
    public async Task Lengths_count_UTF_16_code_units()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();

        await client.PostAsync("""20:42["echo","h€llo😀"]""");

        Assert.That(await client.GetAsync(), Is.EqualTo("""20:42["echo","h€llo😀"]"""));
    }

    [TestCase("25:42[\"echo\",\"h€llo😀\"]")]
    [TestCase("")]
    [TestCase(":4a")]
    [TestCase("4a")]
    [TestCase("3:4a")]
    [TestCase("2:4aX")]
    [TestCase("2:7a")]
    [TestCase("99999999999999999999999:4a")]
    public async Task A_payload_that_cannot_be_decoded_closes_the_session(string payload)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();

        var response = await client.SendPostAsync(payload);

        Assert.That(response.ToString(), Is.EqualTo("200 ok"));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ParseError));
    }

    [Test]
    public async Task An_empty_packet_is_skipped()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();

        await client.PostAsync("0:2:4a0:");

        Assert.That(await client.GetAsync(), Is.EqualTo("2:4a"));
    }

    [Test]
    public async Task A_batch_with_binary_is_an_octet_stream_and_one_of_text_is_not()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();

        session.TrySendText("é");
        session.TrySendBinary([1, 2, 255]);
        var binary = await client.SendGetAsync();
        session.TrySendText("é");
        var text = await client.SendGetAsync();

        Assert.That(binary.Header("Content-Type"), Is.EqualTo("application/octet-stream"));
        Assert.That(Convert.ToHexString(binary.Bytes), Is.EqualTo("0003FF34C3A9" + "0104FF040102FF"));
        Assert.That(text.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
        Assert.That(text.Body, Is.EqualTo("2:4é"));
    }

    [Test]
    public async Task An_octet_stream_may_be_posted()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();

        var response = await client.SendPostAsync(Convert.FromHexString("0003FF34C3A9" + "0104FF040102FF"), "application/octet-stream");

        Assert.That(response.ToString(), Is.EqualTo("200 ok"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("é"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("bAQL/"));
    }

    [TestCase("00")]
    [TestCase("02FF34")]
    [TestCase("0002FF34FF")]
    public async Task A_broken_octet_stream_closes_the_session(string hex)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();

        Assert.That((await client.SendPostAsync(Convert.FromHexString(hex), "application/octet-stream")).ToString(), Is.EqualTo("200 ok"));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ParseError));
    }

    [Test]
    public async Task A_base64_client_gets_binary_as_text_on_polling()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient(V3("b64=1"));
        await client.HandshakeAsync();

        await client.PostAsync("6:b4AQL/");
        var response = await client.SendGetAsync();

        Assert.That(response.ToString(), Is.EqualTo("200 6:b4AQL/"));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
    }

    [Test]
    public async Task Binary_frames_carry_their_type([Values] WebSocketEngine engine)
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler, engine);
        await using var client = server.CreateClient(V3());
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendAsync([4, 1, 2, 255]);
        var frame = await webSocket.ReceiveFrameAsync();

        Assert.That(frame.Opcode, Is.EqualTo(RawWebSocket.BinaryFrame));
        Assert.That(frame.Payload, Is.EqualTo(new byte[] { 4, 1, 2, 255 }));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("bAQL/"));
        (await handler.Opened.NextAsync()).TrySend(EncodedMessage.Binary([9]));
        Assert.That((await webSocket.ReceiveFrameAsync()).Payload, Is.EqualTo(new byte[] { 4, 9 }));
    }

    [Test]
    public async Task After_an_upgrade_the_websockets_own_query_decides_about_base64([Values] WebSocketEngine engine, [Values] bool isBase64)
    {
        await using var server = await StartAsync(RecordingHandler.Echo(), engine);
        await using var client = server.CreateClient(V3("b64=1"));
        await client.HandshakeAsync();
        await using var webSocket = await RawWebSocket.ConnectAsync(server.Address, $"/engine.io/?EIO=3&transport=websocket&sid={client.Sid}{(isBase64 ? "&b64=1" : "")}");
        await webSocket.SendTogetherAsync("2probe", "5", "b4AQL/");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3probe"));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo(isBase64 ? "b4AQL/" : "bBAEC/w=="));
    }

    [Test]
    public async Task A_close_that_waited_comes_behind_a_noop()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();

        (await handler.Opened.NextAsync()).Close();

        Assert.That(await client.GetAsync(), Is.EqualTo("1:61:1"));
    }

    [Test]
    public async Task The_goodbye_of_a_client_ends_its_waiting_poll_with_a_noop()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();
        var poll = client.GetAsync();
        await server.PollWaits(client);

        await client.PostAsync("1:1");

        Assert.That(await poll.Soon(), Is.EqualTo("1:6"));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
    }

    [Test]
    public async Task A_thousand_packets_in_one_payload_keep_their_order()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(V3());
        await client.HandshakeAsync();
        var payload = new StringBuilder();
        for (var i = 0; i < 1000; i++)
        {
            payload.Append(System.Globalization.CultureInfo.InvariantCulture, $"{$"4{i}".Length}:4{i}");
        }

        await client.PostAsync(payload.ToString());

        for (var i = 0; i < 1000; i++)
        {
            Assert.That(await handler.NextTextAsync(), Is.EqualTo($"{i}"));
        }
    }
}
