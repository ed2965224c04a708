using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>The options that concern pages of other sites, and the session cookie.</summary>
public sealed class OriginTests
{
    private const string Polling = "GET /engine.io/?EIO=4&transport=polling";
    private const string WebSocket = "/engine.io/?EIO=4&transport=websocket";
    private const string Friend = "Origin: https://friend.example";
    private const string Stranger = "Origin: https://stranger.example";

    [Test]
    public async Task Allowed_origins_refuse_all_others_on_every_transport()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.AllowedOrigins = ["https://friend.example"]);

        var friendly = await engine.RequestAsync(Polling, Friend);
        Assert.That(friendly.Status, Is.EqualTo(200));
        Assert.That((await engine.RequestAsync(Polling)).Status, Is.EqualTo(200));
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket, Friend);

        Assert.That((await engine.RequestAsync(Polling, Stranger)).Status, Is.EqualTo(403));
        Assert.That((await engine.RequestAsync(Polling, "Origin: null")).Status, Is.EqualTo(403));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket, Stranger)).Status, Is.EqualTo(403));
        var sid = OpenPacket.ReadSid(friendly.Body);
        Assert.That((await engine.RequestAsync($"{Polling}&sid={sid}", Stranger)).Status, Is.EqualTo(403));
        Assert.That((await engine.RequestAsync($"POST /engine.io/?EIO=4&transport=polling&sid={sid}", Stranger, "Content-Length: 0")).Status, Is.EqualTo(403));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, $"{WebSocket}&sid={sid}", Stranger)).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task The_cors_option_refuses_nobody()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.Cors = new EngineIOCorsOptions
        {
            Origin = EngineIOCorsOrigin.OneOf("https://friend.example"),
        });

        var answer = await engine.RequestAsync(Polling, Stranger);
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket, Stranger);

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Header("Access-Control-Allow-Origin"), Is.Null);
        Assert.That(answer.Header("Vary"), Is.EqualTo("Origin"));
        Assert.That(webSocket.Response.Header("Access-Control-Allow-Origin"), Is.Null);
    }

    [Test]
    public async Task The_cors_headers_are_on_errors_and_on_the_upgrade_too()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.Cors = new EngineIOCorsOptions { Origin = "https://friend.example" });

        Assert.That((await engine.RequestAsync("GET /engine.io/", Friend)).Header("Access-Control-Allow-Origin"), Is.EqualTo("https://friend.example"));
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket, Friend);
        Assert.That(webSocket.Response.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://friend.example"));
        var preflight = await engine.RequestAsync("OPTIONS /engine.io/?sid=unknown", Friend);
        Assert.That(preflight.Status, Is.EqualTo(204));
        Assert.That(preflight.Header("Access-Control-Allow-Methods"), Is.EqualTo("GET,HEAD,PUT,PATCH,POST,DELETE"));
    }

    [Test]
    public async Task A_cors_delegate_decides_for_each_request()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.CorsDelegate = static context => ValueTask.FromResult(
            context.Request.Query.ContainsKey("cors") ? new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.Reflect } : null));

        Assert.That((await engine.RequestAsync(Polling + "&cors=1", Friend)).Header("Access-Control-Allow-Origin"), Is.EqualTo("https://friend.example"));
        Assert.That((await engine.RequestAsync(Polling, Friend)).Header("Access-Control-Allow-Origin"), Is.Null);
    }

    [Test]
    public async Task Cookie_authentication_without_allowed_origins_is_warned_about_once()
    {
        await using var engine = await HostedEngine.StartAsync(CookieSetup(static _ => { }, static _ => { }));

        var warning = engine.Log.Lines.Single(static line => line.Level == LogLevel.Warning);
        Assert.That(warning.Message, Does.Contain("AllowedOrigins").And.Contain("/engine.io"));
    }

    [Test]
    public async Task Cookie_authentication_with_allowed_origins_is_fine()
    {
        await using var engine = await HostedEngine.StartAsync(CookieSetup(static options => options.AllowedOrigins = ["https://friend.example"], static _ => { }));

        Assert.That(engine.Log.Lines.Where(static line => line.Level == LogLevel.Warning), Is.Empty);
    }

    [Test]
    public async Task Cookie_authentication_with_a_cors_policy_is_fine()
    {
        await using var engine = await HostedEngine.StartAsync(CookieSetup(
            static _ => { },
            static endpoint => endpoint.RequireCors(static policy => policy.WithOrigins("https://friend.example"))));

        Assert.That(engine.Log.Lines.Where(static line => line.Level == LogLevel.Warning), Is.Empty);
    }

    [Test]
    public async Task Without_cookie_authentication_there_is_no_warning()
    {
        await using var engine = await HostedEngine.StartAsync();

        Assert.That(engine.Log.Lines.Where(static line => line.Level == LogLevel.Warning), Is.Empty);
    }

    [Test]
    public async Task The_session_cookie_comes_with_the_polling_handshake_alone()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.Cookie = EngineIOCookie.CreateDefault());
        await using var client = engine.CreateClient();

        var handshake = await client.SendAsync(HttpMethod.Get, client.Target("polling"));
        client.Sid = OpenPacket.ReadSid(handshake.Body);
        var post = await client.SendPostAsync("4hello");
        var poll = await client.SendGetAsync();
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket);

        Assert.That(handshake.Header("Set-Cookie"), Is.EqualTo($"io={client.Sid}; Path=/; HttpOnly; SameSite=Lax"));
        Assert.That(post.Header("Set-Cookie"), Is.Null);
        Assert.That(poll.Header("Set-Cookie"), Is.Null);
        Assert.That(webSocket.Response.Header("Set-Cookie"), Is.Null);
    }

    [Test]
    public async Task The_session_cookie_says_what_it_is_told_to()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.Cookie = new CookieBuilder
        {
            Name = "affinity",
            Path = "/custom",
            HttpOnly = false,
            SameSite = SameSiteMode.Strict,
            SecurePolicy = CookieSecurePolicy.Always,
            MaxAge = TimeSpan.FromHours(1),
            Domain = "example.com",
        });

        var answer = await engine.RequestAsync(Polling);

        var sid = OpenPacket.ReadSid(answer.Body);
        Assert.That(answer.Header("Set-Cookie"), Is.EqualTo($"affinity={sid}; Max-Age=3600; Domain=example.com; Path=/custom; Secure; SameSite=Strict"));
    }

    [Test]
    public async Task Pages_of_the_application_itself_are_no_foreign_origin()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Services = static builder => builder.Services.AddCors(),
            Before = static app => app.UseCors(),
            Endpoint = static endpoint => endpoint.RequireCors(static policy => policy.WithOrigins("https://friend.example")),
        });

        // The raw requests name the host without its port; the scheme does not count, for a proxy may have ended the TLS.
        foreach (var own in new[] { "Origin: http://localhost", "Origin: https://localhost", "Origin: https://LOCALHOST", Friend })
        {
            Assert.That(await StatusesAsync(engine, own), Is.EqualTo("200 200 101"), own);
        }

        foreach (var foreign in new[] { Stranger, "Origin: null", "Origin: http://localhost:81", "Origin: http://localhost.example", "Origin: localhost" })
        {
            Assert.That(await StatusesAsync(engine, foreign), Is.EqualTo("403 403 403"), foreign);
        }
    }

    [Test]
    public async Task The_port_belongs_to_the_origin_of_the_applications_own_pages()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Services = static builder => builder.Services.AddCors(),
            Before = static app => app.UseCors(),
            Endpoint = static endpoint => endpoint.RequireCors(static policy => policy.WithOrigins("https://friend.example")),
        });
        using var http = engine.CreateHttpClient();

        Assert.That(await StatusAsync(engine.Address.GetLeftPart(UriPartial.Authority)), Is.EqualTo(200));
        Assert.That(await StatusAsync($"http://{engine.Address.Host}"), Is.EqualTo(403));
        Assert.That(await StatusAsync($"http://{engine.Address.Host}:{engine.Address.Port - 1}"), Is.EqualTo(403));

        async Task<int> StatusAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/engine.io/?EIO=4&transport=polling");
            request.Headers.Add("Origin", origin);
            using var answer = await http.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Test]
    public async Task Allowed_origins_let_the_applications_own_pages_in_only_when_they_name_them([Values] bool isNamed)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.AllowedOrigins = isNamed ? ["https://friend.example", "http://localhost"] : ["https://friend.example"]);

        Assert.That(await StatusesAsync(engine, "Origin: http://localhost"), Is.EqualTo(isNamed ? "200 200 101" : "403 403 403"));
    }

    /// <summary>How a poll, a post and a WebSocket with this header are answered.</summary>
    private static async Task<string> StatusesAsync(HostedEngine engine, string origin)
    {
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var get = await engine.RequestAsync(Polling, origin);
        var post = await engine.RequestAsync($"POST /engine.io/?EIO=4&transport=polling&sid={client.Sid}", origin, "Content-Length: 0");
        await using var connection = await RawHttpConnection.ConnectAsync(engine.Address);
        await connection.WriteHeadAsync(
            $"GET {WebSocket} HTTP/1.1",
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", origin);
        return $"{get.Status} {post.Status} {(await connection.ReadResponseAsync()).Status}";
    }

    private static EngineSetup CookieSetup(Action<EngineIOOptions> options, Action<IEndpointConventionBuilder> endpoint) => new()
    {
        MayLogProblems = true,
        Options = options,
        Services = static builder =>
        {
            builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
            builder.Services.AddCors();
        },
        Before = static app => app.UseCors(),
        Endpoint = endpoint,
    };
}
