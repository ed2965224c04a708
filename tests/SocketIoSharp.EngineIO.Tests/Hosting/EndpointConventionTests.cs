using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>What ASP.NET Core's conventions on the endpoint do.</summary>
public sealed class EndpointConventionTests
{
    private const string Polling = "GET /engine.io/?EIO=4&transport=polling";
    private const string WebSocket = "/engine.io/?EIO=4&transport=websocket";
    private const string Friend = "Origin: https://friend.example";
    private const string Stranger = "Origin: https://stranger.example";

    [Test]
    public async Task Authorization_guards_every_transport()
    {
        await using var engine = await HostedEngine.StartAsync(AuthorizedSetup());

        Assert.That((await engine.RequestAsync(Polling)).Status, Is.EqualTo(401));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket)).Status, Is.EqualTo(401));
        Assert.That((await engine.RequestAsync("GET /open")).Status, Is.EqualTo(200));
        Assert.That(engine.Server.ClientsCount, Is.Zero);

        Assert.That((await engine.RequestAsync(Polling, "Authorization: Test anna")).Status, Is.EqualTo(200));
        Assert.That((await engine.Handler.Opened.NextAsync()).Handshake.User.Identity?.Name, Is.EqualTo("anna"));
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket, "Authorization: Test berta");
        Assert.That((await engine.Handler.Opened.NextAsync()).Handshake.User.Identity?.Name, Is.EqualTo("berta"));
    }

    [Test]
    public async Task Authorization_guards_every_later_request_of_a_session()
    {
        await using var engine = await HostedEngine.StartAsync(AuthorizedSetup());
        var sid = OpenPacket.ReadSid((await engine.RequestAsync(Polling, "Authorization: Test anna")).Body);

        Assert.That((await engine.RequestAsync($"{Polling}&sid={sid}")).Status, Is.EqualTo(401));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, $"{WebSocket}&sid={sid}")).Status, Is.EqualTo(401));
        Assert.That(engine.Server.FindSession(sid), Is.Not.Null);
    }

    [Test]
    public async Task A_rate_limit_applies_to_the_endpoint()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Services = static builder => builder.Services.AddRateLimiter(static limiter => limiter.AddFixedWindowLimiter("few", static window =>
            {
                window.PermitLimit = 2;
                window.Window = TimeSpan.FromHours(1);
            })),
            Before = static app => app.UseRateLimiter(),
            Endpoint = static endpoint => endpoint.RequireRateLimiting("few"),
        });

        Assert.That((await engine.RequestAsync(Polling)).Status, Is.EqualTo(200));
        Assert.That((await engine.RequestAsync(Polling)).Status, Is.EqualTo(200));
        Assert.That((await engine.RequestAsync(Polling)).Status, Is.EqualTo(503));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket)).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task A_cors_policy_on_the_endpoint_refuses_foreign_origins_on_every_transport([Values] bool isNamed)
    {
        await using var engine = await HostedEngine.StartAsync(CorsSetup(isNamed));

        var friendly = await engine.RequestAsync(Polling, Friend);
        Assert.That(friendly.Status, Is.EqualTo(200));
        Assert.That(friendly.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://friend.example"));
        Assert.That((await engine.RequestAsync(Polling)).Status, Is.EqualTo(200));
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket, Friend);

        var strange = await engine.RequestAsync(Polling, Stranger);
        Assert.That(strange.Status, Is.EqualTo(403));
        Assert.That(strange.Body, Is.EqualTo("{\"code\":4,\"message\":\"Forbidden\"}"));
        Assert.That(strange.Header("Access-Control-Allow-Origin"), Is.Null);
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket, Stranger)).Status, Is.EqualTo(403));
        var sid = OpenPacket.ReadSid(friendly.Body);
        Assert.That((await engine.RequestAsync($"{Polling}&sid={sid}", Stranger)).Status, Is.EqualTo(403));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, $"{WebSocket}&sid={sid}", Stranger)).Status, Is.EqualTo(403));
        Assert.That(engine.Server.FindSession(sid), Is.Not.Null);
    }

    [Test]
    public async Task A_preflight_is_answered_by_the_cors_middleware()
    {
        await using var engine = await HostedEngine.StartAsync(CorsSetup(isNamed: true));

        var answer = await engine.RequestAsync("OPTIONS /engine.io/?EIO=4&transport=polling", Friend, "Access-Control-Request-Method: POST");

        Assert.That(answer.Status, Is.EqualTo(204));
        Assert.That(answer.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://friend.example"));
    }

    [Test]
    public void The_cors_option_together_with_a_cors_policy_is_a_mistake([Values] bool usesDelegate)
        => Assert.That(
            () => HostedEngine.StartAsync(new EngineSetup
            {
                Options = options => SetCors(options, usesDelegate),
                Services = static builder => builder.Services.AddCors(),
                Before = static app => app.UseCors(),
                Endpoint = static endpoint => endpoint.RequireCors(static policy => policy.AllowAnyOrigin()),
            }),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Cors").And.Message.Contains("RequireCors"));

    [Test]
    public void The_cors_option_together_with_a_cors_policy_on_a_group_is_a_mistake()
        => Assert.That(
            () => HostedEngine.StartAsync(new EngineSetup
            {
                IsMapped = false,
                Services = static builder => builder.Services.AddCors().AddEngineIO(static options => options.Cors = new EngineIOCorsOptions()),
                Before = static app =>
                {
                    app.UseCors();
                    app.MapGroup("/api").RequireCors(static policy => policy.AllowAnyOrigin()).MapEngineIO("/engine.io", RecordingHandler.Echo());
                },
            }),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("RequireCors"));

    [Test]
    public async Task An_output_of_the_application_can_be_disabled_for_cors()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = static options => options.Cors = new EngineIOCorsOptions(),
            Services = static builder => builder.Services.AddCors(),
            Before = static app => app.UseCors(),
            Endpoint = static endpoint => endpoint.WithMetadata(new Microsoft.AspNetCore.Cors.DisableCorsAttribute()),
        });

        Assert.That((await engine.RequestAsync(Polling, Stranger)).Status, Is.EqualTo(200));
    }

    private static void SetCors(EngineIOOptions options, bool usesDelegate)
    {
        if (usesDelegate)
        {
            options.CorsDelegate = static _ => ValueTask.FromResult<EngineIOCorsOptions?>(null);
        }
        else
        {
            options.Cors = new EngineIOCorsOptions();
        }
    }

    private static EngineSetup CorsSetup(bool isNamed) => new()
    {
        Services = static builder => builder.Services.AddCors(static cors => cors.AddPolicy("friends", static policy => policy.WithOrigins("https://friend.example"))),
        Before = static app => app.UseCors(),
        Endpoint = endpoint => _ = isNamed ? endpoint.RequireCors("friends") : endpoint.RequireCors(static policy => policy.WithOrigins("https://friend.example")),
    };

    private static EngineSetup AuthorizedSetup() => new()
    {
        Services = static builder =>
        {
            builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("Test", null);
            builder.Services.AddAuthorization();
        },
        Before = static app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
        },
        Endpoint = static endpoint => endpoint.RequireAuthorization(),
        After = static app => app.MapGet("/open", static () => "open"),
    };

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, Microsoft.Extensions.Logging.ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var header = Request.Headers.Authorization.ToString();
            if (!header.StartsWith("Test ", StringComparison.Ordinal))
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, header[5..])], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
