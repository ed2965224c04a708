using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Hosting;

/// <summary>Adding and mapping servers in an application.</summary>
public sealed class MapSocketIOTests
{
    private const string Handshake = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1";

    [Test]
    public async Task Mapping_without_adding_names_the_missing_call()
    {
        await using var application = WebApplication.CreateSlimBuilder().Build();

        Assert.That(() => application.MapSocketIO(static _ => { }), Throws.InvalidOperationException.With.Message.Contains("builder.Services.AddSocketIO()"));
        Assert.That(
            () => application.MapSocketIO("/chat", static _ => { }, serviceKey: "chat"),
            Throws.InvalidOperationException.With.Message.Contains("builder.Services.AddSocketIO(\"chat\")"));
    }

    [Test]
    public void Two_servers_at_one_path_do_not_start()
        => Assert.That(
            () => StartTwoAsync(static _ => { }, "/socket.io", "/socket.io/"),
            Throws.InstanceOf<Exception>().With.Message.Contains("/socket.io"));

    [Test]
    public void One_server_cannot_be_mapped_twice()
        => Assert.That(
            () => SocketIOTestServer.StartAsync(static _ => { }, before: static application => application.MapSocketIO("/other", static _ => { })),
            Throws.InvalidOperationException);

    [Test]
    public async Task Servers_with_keys_have_namespaces_and_rooms_of_their_own()
    {
        await using var server = await StartTwoAsync(static io => io.OnConnection(static socket => socket.JoinAsync("room")), "/first", "/second");
        var (first, second) = (server.Application.Services.GetRequiredKeyedService<ISocketIOServer>("first"), server.Application.Services.GetRequiredKeyedService<ISocketIOServer>("second"));
        await using var one = await ProtocolClient.OpenAsync(server.Address, path: "/first/");
        await using var two = await ProtocolClient.OpenAsync(server.Address, path: "/second/");
        await one.JoinAsync();
        await two.JoinAsync();

        // A client hears that it is connected just before its connection handler runs.
        await Eventually.True(() => first.Sockets.Values.Concat(second.Sockets.Values).All(static socket => socket.Rooms.Contains("room")));
        await first.To("room").EmitAsync("x", 1);
        await second.To("room").EmitAsync("x", 2);

        await one.AssertNextAsync("42[\"x\",1]");
        await two.AssertNextAsync("42[\"x\",2]");
        Assert.That(first, Is.Not.SameAs(second));
        Assert.That(first.Sockets, Has.Count.EqualTo(1));
        Assert.That(server.Application.Services.GetRequiredService<KeyedConsumer>().IO, Is.SameAs(second));
        Assert.That(server.Application.Services.GetService<ISocketIOServer>(), Is.Null);
    }

    [Test]
    public async Task Servers_with_keys_have_options_of_their_own()
    {
        await using var server = await StartTwoAsync(static _ => { }, "/first", "/second");

        Assert.That(server.Application.Services.GetRequiredKeyedService<ISocketIOServer>("first").Options.ConnectTimeout, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(server.Application.Services.GetRequiredKeyedService<ISocketIOServer>("second").Options.ConnectTimeout, Is.EqualTo(TimeSpan.FromSeconds(45)));
    }

    [Test]
    public async Task The_server_can_be_injected_into_endpoints()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { }, before: static application => application.MapGet("/notify", static async context =>
        {
            await context.RequestServices.GetRequiredService<ISocketIOServer>().EmitAsync("notice", context.Request.Query["text"].ToString());
        }));
        await using var client = await ProtocolClient.ConnectAsync(server);

        Assert.That((await RequestAsync(server, "GET /notify?text=hello HTTP/1.1")).Status, Is.EqualTo(200));

        await client.AssertNextAsync("42[\"notice\",\"hello\"]");
    }

    [Test]
    public async Task RequireAuthorization_on_the_endpoint_refuses_the_request()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            static _ => { },
            services: static services =>
            {
                services.AddAuthentication().AddCookie(static cookie => cookie.Events.OnRedirectToLogin = static context =>
                {
                    context.Response.StatusCode = 401;
                    return Task.CompletedTask;
                });
                services.AddAuthorization();
            },
            before: static application =>
            {
                application.UseAuthentication();
                application.UseAuthorization();
            },
            endpoint: static endpoint => endpoint.RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = "Cookies" }));

        Assert.That((await RequestAsync(server, Handshake)).Status, Is.EqualTo(401));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(server.Address, SocketIOTestServer.Query)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task RequireCors_on_the_endpoint_names_the_origin()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            static _ => { },
            services: static services => services.AddCors(static cors => cors.AddPolicy("web", static policy => policy.WithOrigins("https://example.org"))),
            before: static application => application.UseCors(),
            endpoint: static endpoint => endpoint.RequireCors("web"));

        var response = await RequestAsync(server, Handshake, "Origin: https://example.org");

        Assert.That(response.Status, Is.EqualTo(200));
        Assert.That(response.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://example.org"));
        Assert.That((await RequestAsync(server, Handshake, "Origin: https://other.example")).Header("Access-Control-Allow-Origin"), Is.Null);
    }

    [Test]
    public async Task RequireRateLimiting_on_the_endpoint_limits_requests()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            static _ => { },
            services: static services => services.AddRateLimiter(static limiter => limiter.AddFixedWindowLimiter("two", static window =>
            {
                window.PermitLimit = 2;
                window.Window = TimeSpan.FromHours(1);
            })),
            before: static application => application.UseRateLimiter(),
            endpoint: static endpoint => endpoint.RequireRateLimiting("two"));

        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            statuses.Add((await RequestAsync(server, Handshake)).Status);
        }

        Assert.That(statuses, Is.EqualTo(new[] { 200, 200, 503 }));
    }

    [Test]
    public async Task A_group_puts_its_prefix_before_the_path()
    {
        await using var server = await EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Path = null,
            ConfigureBuilder = static builder => builder.Services.AddSocketIO(),
            ConfigureApplication = static application => application.MapGroup("/api").MapSocketIO("/chat", static io => io.Of("/a")),
        });

        await using var client = await ProtocolClient.OpenAsync(server.Address, path: "/api/chat/");

        Assert.That(await client.JoinAsync("/a,"), Is.Not.Empty);
    }

    private static async Task<RawResponse> RequestAsync(SocketIOTestServer server, string requestLine, params string[] headers)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(server.Address);
        await connection.WriteHeadAsync(requestLine, ["Connection: close", .. headers]);
        return await connection.ReadResponseAsync();
    }

    private static Task<EngineTestServer> StartTwoAsync(Action<ISocketIOServer> configure, string firstPath, string secondPath)
        => EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Path = null,
            ConfigureBuilder = static builder =>
            {
                builder.Services.AddSocketIO("first", static options => options.ConnectTimeout = TimeSpan.FromSeconds(1));
                builder.Services.AddSocketIO("second");
                builder.Services.AddSingleton<KeyedConsumer>();
            },
            ConfigureApplication = application =>
            {
                application.MapSocketIO(firstPath, configure, serviceKey: "first");
                application.MapSocketIO(secondPath, configure, serviceKey: "second");
            },
        });

    private sealed class KeyedConsumer([FromKeyedServices("second")] ISocketIOServer io)
    {
        public ISocketIOServer IO => io;
    }
}
