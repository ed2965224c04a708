using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Published weaknesses of this protocol's other servers, each tried on ours over a real connection.</summary>
public sealed class EngineLedgerTests
{
    private const string Polling = "GET /engine.io/?EIO=4&transport=polling";
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

    // A frame with reserved bits, at each step of a session's life on a WebSocket.
    [Test]
    public async Task Cve_2022_21676_a_bad_frame_closes_its_own_connection_only([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine, [Values(0, 1, 2, 3)] int step)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        await using var bystander = engine.CreateClient();
        var neighbour = await bystander.ConnectAsync();
        var bad = RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "4x"u8.ToArray(), reserved: 7);
        await using var client = engine.CreateClient();

        switch (step)
        {
            case 0:
                // In the same segment as the request of the upgrade.
                await using (var connection = await RawHttpConnection.ConnectAsync(engine.Address))
                {
                    var head = $"GET {WebSocket} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
                    await connection.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. bad]);
                    Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(101));
                }

                break;
            case 1:
                await (await client.ConnectAsync()).Connection.WriteAsync(bad);
                break;
            case 2:
                await client.HandshakeAsync();
                await (await client.OpenProbeAsync()).Connection.WriteAsync(bad);
                break;
            default:
                await client.HandshakeAsync();
                await (await client.UpgradeAsync()).Connection.WriteAsync(bad);
                break;
        }

        if (step != 2)
        {
            Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
        }
        else
        {
            await Eventually.True(() => engine.Server.FindSession(client.Sid) is { IsUpgrading: false });
            await client.PostAsync("4polling goes on");
            Assert.That(await client.GetAsync(), Is.EqualTo("4polling goes on"));
        }

        await neighbour.SendAsync("4alive");
        Assert.That(await neighbour.ReceiveAsync(), Is.EqualTo("4alive"));
    }

    // A reset after each part of the bytes of a handshake and of what follows it.
    [Test]
    public async Task Cve_2022_41940_a_reset_at_every_point_of_the_handshake_leaves_the_server_serving([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        byte[] Script(string target) =>
        [
            .. Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            .. RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "2probe"u8.ToArray()),
            .. RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "4never for long"u8.ToArray(), isFinal: false),
        ];

        foreach (var target in new[] { WebSocket, $"{WebSocket}&sid={client.Sid}" })
        {
            var script = Script(target);
            for (var length = 1; length <= script.Length; length += length < 200 ? 23 : 1)
            {
                var connection = await RawHttpConnection.ConnectAsync(engine.Address);
                await connection.WriteAsync(script.AsMemory(0, length));
                connection.Reset();
            }
        }

        await AssertServesAsync(engine);
        await Eventually.True(() => engine.Server.ClientsCount == 1);
        await client.PostAsync("4still here");
        Assert.That(await client.GetAsync(), Is.EqualTo("4still here"));
    }

    [Test]
    public async Task Cve_2022_41940_a_reset_after_the_101_and_at_the_hand_over_leaves_the_server_serving([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        for (var i = 0; i < 10; i++)
        {
            (await RawWebSocket.ConnectAsync(engine.Address, WebSocket)).Reset();
            await engine.Handler.NextCloseAsync();
            await using var client = engine.CreateClient();
            await client.HandshakeAsync();
            var webSocket = await client.UpgradeAsync();
            await Eventually.True(() => engine.Server.FindSession(client.Sid) is { IsUpgraded: true });
            webSocket.Reset();
            Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
        }

        await AssertServesAsync(engine);
        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    [TestCase("transport=__proto__")]
    [TestCase("transport=constructor")]
    [TestCase("transport=")]
    [TestCase("transport=WEBSOCKET")]
    [TestCase("transport=websocket%00")]
    [TestCase("transport=websocket&transport=__proto__")]
    [TestCase("transport[]=websocket")]
    [TestCase("")]
    public async Task Cve_2023_31125_an_unknown_transport_is_refused_on_every_kind_of_request(string transport)
    {
        await using var engine = await HostedEngine.StartAsync();

        Assert.That((await engine.RequestAsync($"GET /engine.io/?EIO=4&{transport}")).Body, Is.EqualTo("{\"code\":0,\"message\":\"Transport unknown\"}"));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, $"/engine.io/?EIO=4&{transport}")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Cve_2023_31125_of_repeated_keys_the_last_one_counts()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();

        Assert.That((await engine.RequestAsync("GET /engine.io/?EIO=3&transport=__proto__&EIO=4&transport=polling")).Status, Is.EqualTo(200));
        Assert.That((await engine.RequestAsync($"{Polling}&sid={client.Sid}&sid=unknown")).Body, Does.Contain("\"code\":1"));
        Assert.That((await engine.RequestAsync($"{Polling}&sid={client.Sid}&EIO=3")).Body, Does.Contain("\"code\":3"));
    }

    [Test]
    public async Task Cve_2026_59725_a_post_of_octets_is_answered_at_once()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await using var connection = await client.OpenConnectionAsync();

        // The body is announced and never comes.
        await connection.WriteHeadAsync($"POST {client.Target("polling")} HTTP/1.1", "Content-Type: application/octet-stream", "Content-Length: 100000");
        var answer = await connection.ReadResponseAsync();

        Assert.That((answer.Status, answer.Body), Is.EqualTo((400, "")));
        Assert.That(await engine.Handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "invalid content")));
    }

    [TestCase("POST /engine.io/?EIO=4&transport=polling&sid=unknown")]
    [TestCase("POST /engine.io/?EIO=4&transport=polling")]
    [TestCase("POST /engine.io/")]
    [TestCase("PUT /engine.io/?EIO=4&transport=polling&sid=SID")]
    public async Task Cve_2026_59725_every_refusal_comes_without_waiting_for_the_body(string request)
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await using var connection = await client.OpenConnectionAsync();

        await connection.WriteHeadAsync(request.Replace("SID", client.Sid, StringComparison.Ordinal) + " HTTP/1.1", "Content-Length: 100000");

        Assert.That((await connection.ReadResponseAsync()).Status, Is.InRange(400, 405));
    }

    [TestCase("__proto__")]
    [TestCase("constructor")]
    [TestCase("toString")]
    [TestCase("%00")]
    [TestCase("%F0%9F%98%80")]
    [TestCase("../../x")]
    [TestCase("%27%20OR%201=1")]
    [TestCase("null")]
    public async Task Ghsa_gr94_w7qr_f4j3_a_sid_of_an_odd_alphabet_is_unknown(string sid)
    {
        await using var engine = await HostedEngine.StartAsync();

        Assert.That((await engine.RequestAsync($"{Polling}&sid={sid}")).Body, Is.EqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}"));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, $"{WebSocket}&sid={sid}")).Body, Is.EqualTo("Session ID unknown"));
    }

    [Test]
    public async Task Ghsa_gr94_w7qr_f4j3_a_sid_of_an_odd_length_is_unknown()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var sid = client.Sid;

        foreach (var odd in new[] { sid[..^1], sid + "A", sid + "%00", "%20" + sid, sid + "+", sid.ToUpperInvariant() + "x", new string('A', 5_000) })
        {
            Assert.That((await engine.RequestAsync($"{Polling}&sid={odd}")).Body, Does.Contain("\"code\":1"), odd);
        }
    }

    [Test]
    public async Task Engine_6_6_7_no_transport_bypasses_the_middlewares_or_the_authorization()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Before = static app => app.Use(static (context, next) =>
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([], context.Request.Headers.Cookie.Count > 0 ? "cookie" : null));
                return next(context);
            }),
        });
        engine.Server.Use(static (context, next) =>
        {
            if (context.User.Identity?.IsAuthenticated == true)
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        var sid = OpenPacket.ReadSid((await engine.RequestAsync(Polling, "Cookie: a=b")).Body);

        Assert.That((await engine.RequestAsync(Polling)).Status, Is.EqualTo(401));
        Assert.That((await engine.RequestAsync($"{Polling}&sid={sid}")).Status, Is.EqualTo(401));
        Assert.That((await engine.RequestAsync("GET /engine.io/")).Status, Is.EqualTo(401));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket)).Status, Is.EqualTo(401));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, $"{WebSocket}&sid={sid}")).Status, Is.EqualTo(401));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, "/engine.io/?EIO=4&transport=polling")).Status, Is.EqualTo(401));
        Assert.That(engine.Server.ClientsCount, Is.EqualTo(1));
    }

    [Test]
    public async Task Engine_6_6_8_an_upgrade_that_never_finishes_is_reaped([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine, [Values] bool isProbed)
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.UpgradeTimeout = TimeSpan.FromMilliseconds(150);
        });
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();

        var probe = isProbed ? await client.ProbeAsync() : await client.OpenProbeAsync();

        Assert.That(await probe.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(engine.Server.FindSession(client.Sid), Has.Property(nameof(IEngineIOSession.IsUpgrading)).False);
        await using var second = await client.UpgradeAsync();
        await second.SendAsync("4second attempt");
        Assert.That(await second.ReceiveAsync(), Is.EqualTo("4second attempt"));
    }

    [Test]
    public async Task Engine_6_6_10_the_protocol_cannot_change_within_a_session()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.AllowEIO3 = true);
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var old = engine.CreateClient(protocol: 3);
        await old.HandshakeAsync();

        foreach (var (sid, protocol) in new[] { (client.Sid, 3), (old.Sid, 4) })
        {
            Assert.That((await engine.RequestAsync($"GET /engine.io/?EIO={protocol}&transport=polling&sid={sid}")).Body, Is.EqualTo("{\"code\":3,\"message\":\"Bad request\"}"));
            Assert.That((await engine.RequestAsync($"POST /engine.io/?EIO={protocol}&transport=polling&sid={sid}", "Content-Length: 0")).Status, Is.EqualTo(400));
            Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, $"/engine.io/?EIO={protocol}&transport=websocket&sid={sid}")).Status, Is.EqualTo(400));
            Assert.That(engine.Server.FindSession(sid), Is.Not.Null);
        }

        await old.DisposeAsync();
    }

    [TestCase("a;b", null, null)]
    [TestCase("io", "example.com; Path=/evil", null)]
    [TestCase("io", null, "/; HttpOnly")]
    [TestCase("io\r\nSet-Cookie: x=y", null, null)]
    public void Cve_2024_47764_a_cookie_that_would_write_other_fields_stops_the_start(string name, string? domain, string? path)
        => Assert.That(
            () => HostedEngine.StartAsync(options => options.Cookie = new CookieBuilder { Name = name, Domain = domain, Path = path }),
            Throws.InstanceOf<Microsoft.Extensions.Options.OptionsValidationException>().With.Message.Contains("Cookie"));

    [Test]
    public async Task Cve_2024_47764_an_id_that_would_write_other_cookie_fields_is_escaped()
    {
        await using var engine = await HostedEngine.StartAsync(static options =>
        {
            options.Cookie = EngineIOCookie.CreateDefault();
            options.GenerateId = static _ => Task.FromResult("a; Domain=evil.example\r\nX: y");
        });

        var answer = await engine.RequestAsync(Polling);

        Assert.That(answer.Header("Set-Cookie"), Is.EqualTo("io=a%3B%20Domain%3Devil.example%0D%0AX%3A%20y; Path=/; HttpOnly; SameSite=Lax"));
        Assert.That(answer.Header("X"), Is.Null);
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

    [Test]
    public async Task Cve_2019_13611_foreign_pages_are_refused_on_every_transport_when_origins_are_listed()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.AllowedOrigins = ["https://friend.example"]);

        foreach (var foreign in new[] { "https://friend.example.evil", "http://friend.example", "https://friend.example:444", "https://xfriend.example", "null" })
        {
            Assert.That((await engine.RequestAsync(Polling, "Origin: " + foreign)).Status, Is.EqualTo(403), foreign);
            Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket, "Origin: " + foreign)).Status, Is.EqualTo(403), foreign);
        }

        Assert.That((await engine.RequestAsync(Polling, "Origin: https://friend.example", "Origin: https://evil.example")).Status, Is.EqualTo(403), "two of them");
        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    // The sentence "abandoned sessions lived on" is tested at scale in ChurnTests; here, each state by itself.
    [Test]
    public async Task Socketioxide_731_an_abandoned_session_dies_by_its_ping_timeout_in_every_state([Values] SessionKind kind)
    {
        await using var engine = await HostedEngine.StartAsync(static options =>
        {
            options.AllowEIO3 = true;
            options.PingInterval = TimeSpan.FromMilliseconds(60);
            options.PingTimeout = TimeSpan.FromMilliseconds(40);
            options.UpgradeTimeout = TimeSpan.FromMilliseconds(60);
            options.MaxMessageTime = TimeSpan.FromSeconds(30);
        });
        await using var client = engine.CreateClient(protocol: kind == SessionKind.ProtocolThree ? 3 : 4);
        switch (kind)
        {
            case SessionKind.WebSocket:
                await client.ConnectAsync();
                break;
            case SessionKind.Probed:
                await client.HandshakeAsync();
                await client.ProbeAsync();
                break;
            case SessionKind.Upgraded:
                await client.HandshakeAsync();
                await client.UpgradeAsync();
                break;
            case SessionKind.MidPost:
                await client.HandshakeAsync();
                await client.BeginPostAsync(100, "4half");
                break;
            case SessionKind.MidMessage:
                await (await client.ConnectAsync()).SendFrameAsync(RawWebSocket.TextFrame, "4half"u8.ToArray(), isFinal: false);
                break;
            default:
                await client.HandshakeAsync();
                break;
        }

        var close = await engine.Handler.NextCloseAsync();

        Assert.That(close.Reason, Is.EqualTo(CloseReason.PingTimeout));
        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    public enum SessionKind
    {
        Polling,
        ProtocolThree,
        WebSocket,
        Probed,
        Upgraded,
        MidPost,
        MidMessage,
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
        await AssertServesAsync(engine);
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

        await AssertServesAsync(engine);
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

    [Test]
    public async Task Cve_2017_16031_ids_are_unpredictable()
    {
        await using var engine = await HostedEngine.StartAsync();
        var http = engine.CreateHttpClient();
        var ids = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            ids.Add(OpenPacket.ReadSid(await http.GetStringAsync("/engine.io/?EIO=4&transport=polling")));
        }

        Assert.That(ids, Is.Unique);
        Assert.That(ids, Has.All.Matches("^[A-Za-z0-9_-]{20}$"));

        // No counter: every position takes many values, the last ones included.
        for (var position = 0; position < 20; position++)
        {
            Assert.That(ids.Select(id => id[position]).Distinct().Count(), Is.GreaterThan(40), $"position {position}");
        }
    }

    [Test]
    public async Task Cve_2020_28481_no_cors_header_is_sent_unless_configured()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket, "Origin: https://stranger.example");
        var answers = new[]
        {
            await engine.RequestAsync(Polling, "Origin: https://stranger.example"),
            await engine.RequestAsync("GET /engine.io/", "Origin: https://stranger.example"),
            await engine.RequestAsync($"OPTIONS {client.Target("polling")}", "Origin: https://stranger.example", "Access-Control-Request-Method: POST"),
            await engine.RequestAsync("OPTIONS /engine.io/?EIO=4&transport=polling", "Origin: https://stranger.example", "Access-Control-Request-Method: POST"),
            webSocket.Response,
        };

        Assert.That(answers.SelectMany(static answer => answer.Headers.Keys), Has.None.StartsWith("Access-Control-"));
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

    private static async Task AssertServesAsync(HostedEngine engine)
    {
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await client.PostAsync("4alive");
        Assert.That(await client.GetAsync(), Is.EqualTo("4alive"));
        await client.PostAsync("1");
        await Eventually.True(() => engine.Server.FindSession(client.Sid) is null);
    }
}
