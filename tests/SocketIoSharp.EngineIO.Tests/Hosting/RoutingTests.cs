using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Which requests are the engine's: those whose path begins, to the letter, with its own. All others are the application's.</summary>
public sealed class RoutingTests
{
    private const string Query = "?EIO=4&transport=polling";

    [TestCase("/engine.io/")]
    [TestCase("/engine.io/x")]
    [TestCase("/engine.io/x/y.js")]
    [TestCase("/engine.io//")]
    public async Task A_path_that_begins_with_the_engines_is_the_engines(string path)
    {
        await using var engine = await HostedEngine.StartAsync();

        var answer = await engine.RequestAsync("GET " + path + Query);

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Body, Does.StartWith("0{"));
    }

    [TestCase("/engine.io")]
    [TestCase("/engine.iofoo/")]
    [TestCase("/Engine.io/")]
    [TestCase("/engine.IO/x")]
    [TestCase("/x/engine.io/")]
    [TestCase("/")]
    public async Task Any_other_path_is_not_found(string path)
    {
        await using var engine = await HostedEngine.StartAsync();

        var answer = await engine.RequestAsync("GET " + path + Query);

        Assert.That(answer.Status, Is.EqualTo(404));
    }

    // Without the slash the path is a bare prefix, as in Node, where it also covers longer words.
    [TestCase("/engine.io", 200)]
    [TestCase("/engine.io/", 200)]
    [TestCase("/engine.iofoo", 200)]
    [TestCase("/engine.iofoo/", 200)]
    [TestCase("/engine.iofoo/bar", 200)]
    [TestCase("/engine.iofoo/bar/x.js", 200)]
    [TestCase("/engine.io/foo/bar", 200)]
    [TestCase("/engine.i", 404)]
    [TestCase("/ENGINE.IO", 404)]
    [TestCase("/x/engine.io", 404)]
    public async Task Without_the_trailing_slash_the_path_is_a_prefix(string path, int status)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.AddTrailingSlash = false);

        var answer = await engine.RequestAsync("GET " + path + Query);

        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [TestCase("engine.io/")]
    [TestCase("/engine.io///")]
    [TestCase("engine.io")]
    public async Task Slashes_around_the_mapped_path_make_no_difference(string path)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup { Path = path });

        Assert.That((await engine.RequestAsync("GET /engine.io/" + Query)).Status, Is.EqualTo(200));
        Assert.That((await engine.RequestAsync("GET /engine.io" + Query)).Status, Is.EqualTo(404));
        Assert.That(engine.Server.Path, Is.EqualTo("/engine.io"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_is_not_the_engines_reaches_the_applications_endpoints(bool addTrailingSlash)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = options => options.AddTrailingSlash = addTrailingSlash,
            Path = "/live/engine",
            Before = static app => app.MapGet("/live/engineers", static () => "engineers"),
            After = static app =>
            {
                app.MapGet("/live", static () => "live");
                app.MapGet("/live/{name}", static (string name) => "name " + name);
                app.MapPost("/", static () => "posted");
                app.MapFallback(static () => "fallback");
            },
        });

        Assert.That((await engine.RequestAsync("GET /live")).Body, Is.EqualTo("live"));
        Assert.That((await engine.RequestAsync("GET /live/anna")).Body, Is.EqualTo("name anna"));
        Assert.That((await engine.RequestAsync("POST /", "Content-Length: 0")).Body, Is.EqualTo("posted"));
        Assert.That((await engine.RequestAsync("GET /nowhere/else")).Body, Is.EqualTo("fallback"));
        Assert.That((await engine.RequestAsync("GET /LIVE/engine/" + Query)).Body, Is.EqualTo("name engine"));
        Assert.That((await engine.RequestAsync("GET /live/engineers" + Query)).Body, addTrailingSlash ? Is.EqualTo("engineers") : Does.StartWith("0{"));
        Assert.That((await engine.RequestAsync("GET /live/engine/" + Query)).Body, Does.StartWith("0{"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_applications_endpoints_refuse_as_they_would_without_the_engine(bool addTrailingSlash)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = options => options.AddTrailingSlash = addTrailingSlash,
            After = static app =>
            {
                app.MapGet("/thing", static () => "thing");
                app.MapPost("/json", static ([FromBody] string text) => text);
            },
        });
        using var http = engine.CreateHttpClient();
        using var text = new StringContent("text");

        var post = await engine.RequestAsync("POST /thing", "Content-Length: 0");
        var options = await engine.RequestAsync("OPTIONS /thing");
        using var json = await http.PostAsync("/json", text);

        Assert.That((post.Status, post.Header("Allow")), Is.EqualTo((405, "GET")));
        Assert.That((options.Status, options.Header("Allow")), Is.EqualTo((405, "GET")));
        Assert.That(json.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That((await engine.RequestAsync("GET /nowhere")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task What_is_not_the_engines_reaches_controllers()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Services = static builder => builder.Services.AddControllers().AddApplicationPart(typeof(RoutingTests).Assembly),
            After = static app => app.MapControllers(),
        });

        Assert.That((await engine.RequestAsync("GET /engine.io")).Body, Is.EqualTo("a controller"));
        Assert.That((await engine.RequestAsync("DELETE /engine.io")).Status, Is.EqualTo(405).Or.EqualTo(404));
        Assert.That((await engine.RequestAsync("GET /engine.io/" + Query)).Body, Does.StartWith("0{"));
    }

    [Test]
    public async Task The_engine_comes_before_endpoints_of_the_same_path()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Before = static app => app.MapGet("/engine.io/{**rest}", static (string? rest) => "the application's " + rest),
        });

        Assert.That((await engine.RequestAsync("GET /engine.io/" + Query)).Body, Does.StartWith("0{"));
        Assert.That((await engine.RequestAsync("GET /Engine.io/x")).Body, Is.EqualTo("the application's x"));
    }

    [Test]
    public async Task Middlewares_see_what_is_not_the_engines()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            After = static app =>
            {
                app.UseRouting();
                app.Use(static (context, next) => context.Request.Path == "/engine.io" && context.GetEndpoint() is null
                    ? context.Response.WriteAsync("a static page")
                    : next(context));
            },
        });

        Assert.That((await engine.RequestAsync("GET /engine.io")).Body, Is.EqualTo("a static page"));
        Assert.That((await engine.RequestAsync("GET /engine.io/" + Query)).Body, Does.StartWith("0{"));
    }

    [TestCase("")]
    [TestCase("/")]
    public async Task At_the_root_every_request_is_the_engines(string path)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Path = path,
            After = static app => app.MapGet("/about", static () => "about"),
        });

        Assert.That((await engine.RequestAsync("GET /" + Query)).Body, Does.StartWith("0{"));
        Assert.That((await engine.RequestAsync("GET /about")).Body, Is.EqualTo("{\"code\":0,\"message\":\"Transport unknown\"}"));
        Assert.That(engine.Server.Path, Is.EqualTo("/"));
    }

    [Test]
    public async Task A_path_base_stands_in_front()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Before = static app =>
            {
                app.UsePathBase("/base");
                app.UseRouting();
            },
        });

        Assert.That((await engine.RequestAsync("GET /base/engine.io/" + Query)).Status, Is.EqualTo(200));
        var session = await engine.Handler.Opened.NextAsync();
        Assert.That(session.Handshake.Url, Is.EqualTo("/base/engine.io/" + Query));
        Assert.That((await engine.RequestAsync("GET /other/engine.io/" + Query)).Status, Is.EqualTo(404));
    }

    [TestCase(true, "/api/v1/engine.io/")]
    [TestCase(false, "/api/v1/engine.io")]
    [TestCase(false, "/api/v1/engine.ioX")]
    [TestCase(false, "/api/v1/engine.iofoo/x")]
    public async Task A_group_stands_in_front(bool addTrailingSlash, string path)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            IsMapped = false,
            Services = builder => builder.Services.AddEngineIO(options => options.AddTrailingSlash = addTrailingSlash),
            Before = static app => app.MapGroup("/api").MapGroup("v1").MapEngineIO("/engine.io", RecordingHandler.Echo()),
        });

        Assert.That((await engine.RequestAsync("GET " + path + Query)).Status, Is.EqualTo(200));
        Assert.That((await engine.RequestAsync("GET /engine.io/" + Query)).Status, Is.EqualTo(404));
        Assert.That((await engine.RequestAsync("GET /api/engine.io/" + Query)).Status, Is.EqualTo(404));
        Assert.That((await engine.RequestAsync("GET /API/v1/engine.io/" + Query)).Status, Is.EqualTo(404));
    }

    [Test]
    public void A_group_with_a_route_parameter_is_refused_at_start()
    {
        var start = () => HostedEngine.StartAsync(new EngineSetup
        {
            IsMapped = false,
            Services = static builder => builder.Services.AddEngineIO(),
            Before = static app => app.MapGroup("/{tenant}").MapEngineIO("/engine.io", RecordingHandler.Echo()),
        });

        Assert.That(start, Throws.InvalidOperationException.With.Message.Contains("{tenant}"));
    }

    [TestCase("/a/{id}")]
    [TestCase("/a?b=c")]
    [TestCase("/a#b")]
    public void A_path_that_can_never_match_is_refused(string path)
        => Assert.That(() => HostedEngine.StartAsync(new EngineSetup { Path = path }), Throws.ArgumentException.With.Message.Contains(path));

    [Test]
    public async Task The_whole_life_of_a_session_works_below_a_longer_path()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient("/engine.io/deeper/");
        await client.HandshakeAsync();
        await client.PostAsync("4hello");
        Assert.That(await client.GetAsync(), Is.EqualTo("4hello"));

        var webSocket = await client.UpgradeAsync();
        await webSocket.SendAsync("4again");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4again"));
    }

    [Test]
    public async Task A_query_is_no_part_of_the_path()
    {
        await using var engine = await HostedEngine.StartAsync();
        using var http = engine.CreateHttpClient();

        using var answer = await http.GetAsync("/?/engine.io/&EIO=4&transport=polling");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }
}

[Route("engine.io")]
public sealed class NeighbourController : ControllerBase
{
    [HttpGet]
    public string Get() => "a controller";
}
