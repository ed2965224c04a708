using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Several servers in one application, and the mistakes that are found when it starts.</summary>
public sealed class MappingTests
{
    [Test]
    public async Task Of_two_servers_on_nested_paths_the_longer_path_wins()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = static options => options.MaxHttpBufferSize = 111,
            Services = static builder => builder.Services.AddEngineIO("second", static options => options.MaxHttpBufferSize = 222),
            After = static app => app.MapEngineIO("/engine.io/second", RecordingHandler.Echo(), "second"),
        });

        Assert.That((await engine.RequestAsync("GET /engine.io/?EIO=4&transport=polling")).Body, Does.Contain("\"maxPayload\":111}"));
        Assert.That((await engine.RequestAsync("GET /engine.io/third/?EIO=4&transport=polling")).Body, Does.Contain("\"maxPayload\":111}"));
        Assert.That((await engine.RequestAsync("GET /engine.io/second/?EIO=4&transport=polling")).Body, Does.Contain("\"maxPayload\":222}"));
    }

    [Test]
    public async Task Servers_on_different_paths_share_no_sessions()
    {
        var handlers = new[] { RecordingHandler.Echo(), RecordingHandler.Echo(), RecordingHandler.Echo() };
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = static options => options.MaxHttpBufferSize = 111,
            Handler = handlers[0],
            Services = static builder => builder.Services
                .AddEngineIO("b", static options => options.MaxHttpBufferSize = 222)
                .AddEngineIO("c", static options => options.AddTrailingSlash = false),
            After = app =>
            {
                app.MapEngineIO("/b", handlers[1], "b");
                app.MapEngineIO("/c", handlers[2], "c");
            },
        });
        await using var a = engine.CreateClient();
        await using var b = engine.CreateClient("/b/");
        await using var c = engine.CreateClient("/c");

        Assert.That(await a.HandshakeAsync(), Does.Contain("\"maxPayload\":111}"));
        Assert.That(await b.HandshakeAsync(), Does.Contain("\"maxPayload\":222}"));
        Assert.That(await c.HandshakeAsync(), Does.Contain("\"maxPayload\":1000000}"));
        await b.PostAsync("4to b");

        Assert.That(await handlers[1].NextTextAsync(), Is.EqualTo("to b"));
        Assert.That(handlers[0].Messages.Count + handlers[2].Messages.Count, Is.Zero);
        b.Sid = a.Sid;
        Assert.That((await b.SendGetAsync()).Body, Is.EqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}"));
        foreach (var (server, path) in new[] { (engine.Server, "/engine.io"), (Keyed(engine, "b"), "/b"), (Keyed(engine, "c"), "/c") })
        {
            Assert.That(server.ClientsCount, Is.EqualTo(1));
            Assert.That(server.Path, Is.EqualTo(path));
        }
    }

    [Test]
    public async Task A_keyed_server_is_injected_by_its_key()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            IsMapped = false,
            Services = static builder => builder.Services.AddEngineIO("news"),
            Before = static app =>
            {
                app.MapEngineIO("/news", RecordingHandler.Echo(), "news");
                app.MapGet("/count", static ([FromKeyedServices("news")] IEngineIOServer server) => "clients " + server.ClientsCount);
            },
        });
        await using var client = engine.CreateClient("/news/");
        await client.HandshakeAsync();

        Assert.That((await engine.RequestAsync("GET /count")).Body, Is.EqualTo("clients 1"));
    }

    [Test]
    public async Task A_handler_class_gets_its_dependencies_from_the_services()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            IsMapped = false,
            Services = static builder => builder.Services.AddEngineIO().AddSingleton(new Greeting("hi")),
            Before = static app => app.MapEngineIO<GreetingHandler>(),
        });
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();

        Assert.That(await client.GetAsync(), Is.EqualTo("4hi"));
    }

    [Test]
    public void Two_servers_at_one_path_are_a_mistake()
        => Assert.That(
            () => HostedEngine.StartAsync(new EngineSetup
            {
                Services = static builder => builder.Services.AddEngineIO("other"),
                After = static app => app.MapEngineIO("/engine.io/", RecordingHandler.Echo(), "other"),
            }),
            Throws.InvalidOperationException.With.Message.EqualTo("Two servers are mapped at '/engine.io'. Give each a path of its own."));

    [Test]
    public void One_server_at_two_paths_is_a_mistake()
        => Assert.That(
            () => HostedEngine.StartAsync(new EngineSetup { After = static app => app.MapEngineIO("/other", RecordingHandler.Echo()) }),
            Throws.InvalidOperationException.With.Message.Contains("already mapped at '/engine.io' and cannot be mapped at '/other' too"));

    [Test]
    public void Mapping_what_was_not_added_names_the_missing_call()
    {
        Assert.That(
            () => HostedEngine.StartAsync(new EngineSetup { IsMapped = false, Before = static app => app.MapEngineIO("/x", RecordingHandler.Echo()) }),
            Throws.InvalidOperationException.With.Message.EqualTo("MapEngineIO needs the services of a server: call builder.Services.AddEngineIO() first."));
        Assert.That(
            () => HostedEngine.StartAsync(new EngineSetup { After = static app => app.MapEngineIO("/x", RecordingHandler.Echo(), "news") }),
            Throws.InvalidOperationException.With.Message.EqualTo("MapEngineIO needs the services of a server: call builder.Services.AddEngineIO(\"news\") first."));
    }

    private static IEngineIOServer Keyed(HostedEngine engine, string key) => engine.App.Services.GetRequiredKeyedService<IEngineIOServer>(key);

    private sealed record Greeting(string Text);

    private sealed class GreetingHandler(Greeting greeting) : EngineIOHandler
    {
        public override Task OnOpenAsync(IEngineIOSession session)
        {
            session.TrySendText(greeting.Text);
            return Task.CompletedTask;
        }
    }
}
