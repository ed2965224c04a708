using System.Diagnostics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.EngineIO;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>Where the client's files are found, and what the options and conventions of their server do to them.</summary>
public sealed class ClientBundleRoutingTests
{
    private const string TransportUnknown = "{\"code\":0,\"message\":\"Transport unknown\"}";
    private const string Polling = "/?EIO=4&transport=polling";

    [TestCase("/socket.io/socket.io.esm.js")]
    [TestCase("/socket.io/socket.io.msgpack.js")]
    [TestCase("/socket.io/Socket.io.js")]
    [TestCase("/socket.io/socket.io.js/")]
    [TestCase("/socket.io/x/socket.io.js")]
    [TestCase("/socket.io//socket.io.js")]
    [TestCase("/socket.io/package.json")]
    [TestCase("/socket.io/LICENSE")]
    public async Task Other_names_under_the_path_are_the_engines(string path)
    {
        await using var server = await ClientBundleServer.StartAsync();

        var answer = await server.RequestAsync($"GET {path}");

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Body, Is.EqualTo(TransportUnknown));
    }

    // Node looks for the name one character behind the path, whatever that character is.
    [TestCase("/SOCKET.IO/socket.io.js")]
    [TestCase("/socket.ioXsocket.io.js")]
    [TestCase("/socket.io.js")]
    public async Task Other_paths_are_the_applications(string path)
    {
        await using var server = await ClientBundleServer.StartAsync();

        Assert.That((await server.RequestAsync($"GET {path}")).Status, Is.EqualTo(404));
    }

    [TestCase("/chat", "/chat/")]
    [TestCase("/a/b/", "/a/b/")]
    [TestCase("/", "/")]
    [TestCase("", "/")]
    public async Task The_files_follow_the_path_of_the_server(string path, string prefix)
    {
        await using var server = await ClientBundleServer.StartAsync(path: path);

        await AssertServesAsync(server, prefix);
    }

    [Test]
    public async Task The_files_follow_the_group_of_the_server()
    {
        await using var server = await ClientBundleServer.StartAsync(routes: static application => application.MapGroup("/api").MapGroup("v1"));

        await AssertServesAsync(server, "/api/v1/socket.io/");
        Assert.That((await server.RequestAsync("GET /API/v1/socket.io/socket.io.js")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_files_stand_behind_a_slash_even_where_the_path_needs_none()
    {
        await using var server = await ClientBundleServer.StartAsync(static options => options.AddTrailingSlash = false);

        await AssertServesAsync(server, "/socket.io/");
        Assert.That((await server.RequestAsync("GET /socket.io.js")).Body, Is.EqualTo(TransportUnknown));
    }

    [Test]
    public async Task The_files_are_served_under_the_base_path_of_the_application()
    {
        await using var server = await ClientBundleServer.StartAsync(before: static application =>
        {
            application.UsePathBase("/base");
            application.UseRouting();
        });

        await AssertServesAsync(server, "/base/socket.io/");
    }

    [Test]
    public async Task Switched_off_the_names_are_the_engines_like_any_other()
    {
        await using var server = await ClientBundleServer.StartAsync(static options => options.ServeClient = false);

        Assert.That((await server.RequestAsync("GET /socket.io/socket.io.js")).Body, Is.EqualTo(TransportUnknown));
        Assert.That((await server.RequestAsync("GET /socket.io/socket.io.js?EIO=4&transport=polling")).Body, Does.StartWith("0{"));
    }

    [Test]
    public async Task A_websocket_is_the_engines_whatever_its_path_ends_with()
    {
        await using var server = await ClientBundleServer.StartAsync();

        await using var client = await RawWebSocket.ConnectAsync(server.Address, "/socket.io/socket.io.js?EIO=4&transport=websocket");

        Assert.That(await client.ReceiveAsync(), Does.StartWith("0{"));
    }

    [Test]
    public async Task The_files_are_public_where_the_server_requires_authorization()
    {
        await using var server = await ClientBundleServer.StartAsync(
            services: static services =>
            {
                services.AddAuthentication("Nobody").AddScheme<AuthenticationSchemeOptions, NobodyHandler>("Nobody", null);
                services.AddAuthorization();
            },
            endpoint: static endpoint => endpoint.RequireAuthorization());

        Assert.That((await server.RequestAsync("GET /socket.io/socket.io.js")).Status, Is.EqualTo(200));
        Assert.That((await server.RequestAsync("GET /socket.io" + Polling)).Status, Is.EqualTo(401));
        Assert.That((await server.RequestAsync("GET /socket.io/socket.io.esm.js")).Status, Is.EqualTo(401));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(server.Address, "/socket.io/socket.io.js?EIO=4&transport=websocket")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_rate_limit_of_the_server_counts_the_files_too()
    {
        await using var server = await ClientBundleServer.StartAsync(
            services: static services => services.AddRateLimiter(static limiter => limiter.AddFixedWindowLimiter("few", static window =>
            {
                window.PermitLimit = 2;
                window.Window = TimeSpan.FromHours(1);
            })),
            before: static application => application.UseRateLimiter(),
            endpoint: static endpoint => endpoint.RequireRateLimiting("few"));

        Assert.That((await server.RequestAsync("GET /socket.io/socket.io.js")).Status, Is.EqualTo(200));
        Assert.That((await server.RequestAsync("GET /socket.io" + Polling)).Status, Is.EqualTo(200));
        Assert.That((await server.RequestAsync("GET /socket.io/socket.io.js")).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task A_cors_policy_of_the_server_is_the_files_too()
    {
        await using var server = await ClientBundleServer.StartAsync(
            services: static services => services.AddCors(),
            before: static application => application.UseCors(),
            endpoint: static endpoint => endpoint.RequireCors(static policy => policy.WithOrigins("https://friend.example", "https://other.example")));

        var friend = await server.RequestAsync("GET /socket.io/socket.io.js", "Origin: https://friend.example");
        var stranger = await server.RequestAsync("GET /socket.io/socket.io.js", "Origin: https://stranger.example");

        Assert.That(friend.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://friend.example"));
        Assert.That(stranger.Status, Is.EqualTo(200));
        Assert.That(stranger.Header("Access-Control-Allow-Origin"), Is.Null);
    }

    [Test]
    public async Task The_cors_option_is_the_files_too()
    {
        await using var server = await ClientBundleServer.StartAsync(static options => options.Cors = new EngineIOCorsOptions { Origin = "https://a.example" });

        var file = await server.RequestAsync("GET /socket.io/socket.io.js", "Origin: https://a.example");
        var unchanged = await server.RequestAsync("GET /socket.io/socket.io.js", "If-None-Match: " + file.Header("ETag"));
        var preflight = await server.RequestAsync("OPTIONS /socket.io/socket.io.js", "Origin: https://b.example", "Access-Control-Request-Method: GET");

        Assert.That(file.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://a.example"));
        Assert.That(file.Header("Vary"), Is.EqualTo("Origin,Accept-Encoding"));
        Assert.That(unchanged.Status, Is.EqualTo(304));
        Assert.That(unchanged.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://a.example"));
        Assert.That(preflight.Status, Is.EqualTo(204));
        Assert.That(preflight.Header("Access-Control-Allow-Methods"), Is.EqualTo("GET,HEAD,PUT,PATCH,POST,DELETE"));
        Assert.That(preflight.Bytes, Is.Empty);
    }

    [Test]
    public async Task A_cors_function_that_fails_leaves_the_file_without_headers()
    {
        await using var server = await ClientBundleServer.StartAsync(static options => options.CorsDelegate = static _ => throw new InvalidOperationException("broken"));

        var answer = await server.RequestAsync("GET /socket.io/socket.io.js", "Origin: https://a.example");

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Header("Access-Control-Allow-Origin"), Is.Null);
        Assert.That(server.Log.Of("CorsFailed"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Packing_without_the_files_names_the_command()
    {
        var project = Path.Combine(ClientBundleServer.PackageFolder, "..", "..", "src", "SocketIoSharp", "SocketIoSharp.csproj");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { "msbuild", project, "-nologo", "-nodeReuse:false", "-target:RequireSocketIOClient", "-property:SocketIOClientPackage=/nowhere/" })
        {
            start.ArgumentList.Add(argument);
        }

        // The test's own host has set variables that are meant for itself.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(patience.Token);

        Assert.That(process.ExitCode, Is.Not.Zero);
        Assert.That(await output, Does.Contain("error").And.Contain("npm ci").And.Contain("socket.io.msgpack.min.js.map"));
    }

    private static async Task AssertServesAsync(ClientBundleServer server, string prefix)
    {
        var file = await server.RequestAsync($"GET {prefix}socket.io.min.js");
        Assert.That(file.Bytes, Is.EqualTo(ClientBundleServer.ReadFile("socket.io.min.js")));
        Assert.That((await server.RequestAsync($"GET {prefix}?EIO=4&transport=polling")).Body, Does.StartWith("0{"));
        Assert.That((await server.RequestAsync($"GET {prefix}socket.io.esm.js")).Body, Is.EqualTo(TransportUnknown));
    }

    private sealed class NobodyHandler(
        Microsoft.Extensions.Options.IOptionsMonitor<AuthenticationSchemeOptions> options,
        Microsoft.Extensions.Logging.ILoggerFactory logger,
        System.Text.Encodings.Web.UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
