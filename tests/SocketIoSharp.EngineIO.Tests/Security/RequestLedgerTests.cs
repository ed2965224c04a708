using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Published weaknesses of this protocol's other servers that lie in single requests, each tried on ours over a real connection.</summary>
public sealed class RequestLedgerTests
{
    private const string Polling = "GET /engine.io/?EIO=4&transport=polling";
    private const string WebSocket = "/engine.io/?EIO=4&transport=websocket";

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
}
