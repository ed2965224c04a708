using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestApp;

namespace SocketIoSharp.Tests;

/// <summary>The code of docs/testing.md: how an application tests its own server.</summary>
public sealed class TestingYourServerTests
{
    [Test]
    public async Task A_client_on_WebSocket_in_memory()
    {
        await using var app = new WebApplicationFactory<Program>();
        var client = app.Server.CreateWebSocketClient();
        using var socket = await client.ConnectAsync(new Uri("ws://localhost/socket.io/?EIO=4&transport=websocket"), CancellationToken.None);

        Assert.That(await socket.ReceiveAsync(), Does.StartWith("0{"));         // the engine's handshake
        await socket.SendAsync("40");                                           // join the main namespace
        Assert.That(await socket.ReceiveAsync(), Does.StartWith("40{\"sid\":"));

        await socket.SendAsync("421[\"greet\",\"Ann\"]");                       // emit "greet", ask for answer 1
        Assert.That(await socket.ReceiveAsync(), Is.EqualTo("431[\"Good day, Ann.\"]"));
    }

    [Test]
    public async Task A_client_on_polling_in_memory()
    {
        await using var app = new WebApplicationFactory<Program>();
        using var client = app.CreateClient();
        var handshake = await client.GetStringAsync("/socket.io/?EIO=4&transport=polling");
        var sid = JsonDocument.Parse(handshake[1..]).RootElement.GetProperty("sid").GetString();
        var session = $"/socket.io/?EIO=4&transport=polling&sid={sid}";

        await client.PostPacketAsync(session, "40");
        Assert.That(await client.GetStringAsync(session), Does.StartWith("40{\"sid\":"));

        await client.PostPacketAsync(session, "421[\"greet\",\"Ann\"]");
        Assert.That(await client.GetStringAsync(session), Is.EqualTo("431[\"Good day, Ann.\"]"));
    }

    [Test]
    public async Task A_service_that_the_test_replaces()
    {
        await using var app = new WebApplicationFactory<Program>().WithWebHostBuilder(static host =>
            host.ConfigureTestServices(static services => services.AddSingleton<IGreeter, CurtGreeter>()));
        using var socket = await ConnectAsync(app);

        await socket.SendAsync("421[\"greet\",\"Ann\"]");

        Assert.That(await socket.ReceiveAsync(), Is.EqualTo("431[\"Ann!\"]"));
    }

    [Test]
    public async Task The_server_from_the_inside()
    {
        await using var app = new WebApplicationFactory<Program>();
        using var socket = await ConnectAsync(app);
        var io = app.Services.GetRequiredService<ISocketIOServer>();

        await io.EmitAsync("news", 1);

        Assert.That(await socket.ReceiveAsync(), Is.EqualTo("42[\"news\",1]"));
        Assert.That(io.Sockets, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_client_library_on_a_real_port()
    {
        await using var app = new WebApplicationFactory<Program>();
        app.UseKestrel(0);
        app.StartServer();
        var connected = new TaskCompletionSource();
        var answer = new TaskCompletionSource<string>();
        using var client = new SocketIOClient.SocketIO(app.ClientOptions.BaseAddress);
        client.OnConnected += (_, _) => connected.SetResult();
        await client.ConnectAsync();
        await connected.Task.WaitAsync(TimeSpan.FromSeconds(10));

        await client.EmitAsync("greet", response => answer.SetResult(response.GetValue<string>()), "Ann");

        Assert.That(await answer.Task.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo("Good day, Ann."));
    }

    [Test]
    public void A_method_of_a_handler_class()
        => Assert.That(new GreetingHandler(new CurtGreeter()).Greet("Ann"), Is.EqualTo("Ann!"));

    private static async Task<System.Net.WebSockets.WebSocket> ConnectAsync(WebApplicationFactory<Program> app)
    {
        var client = app.Server.CreateWebSocketClient();
        var socket = await client.ConnectAsync(new Uri("ws://localhost/socket.io/?EIO=4&transport=websocket"), CancellationToken.None);
        await socket.ReceiveAsync();
        await socket.SendAsync("40");
        await socket.ReceiveAsync();
        return socket;
    }

    private sealed class CurtGreeter : IGreeter
    {
        public string Greet(string name) => name + "!";
    }
}
