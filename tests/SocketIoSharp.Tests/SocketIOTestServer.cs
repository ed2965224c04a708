using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>A Socket.IO server on a real Kestrel, and clients that speak the literal wire to it.</summary>
internal sealed class SocketIOTestServer : IAsyncDisposable
{
    public const string Query = "/socket.io/?EIO=4&transport=websocket";

    private readonly EngineTestServer _server;

    private SocketIOTestServer(EngineTestServer server) => _server = server;

    public ISocketIOServer IO => _server.Application.Services.GetRequiredService<ISocketIOServer>();

    public LogCapture Log => _server.Log;

    public static async Task<SocketIOTestServer> StartAsync(
        Action<ISocketIOServer> configure, Action<SocketIOOptions>? options = null, TimeProvider? time = null, bool allowErrors = false)
        => new(await EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Path = null,
            Time = time,
            AllowErrors = allowErrors,
            ConfigureBuilder = builder => builder.Services.AddSocketIO(options),
            ConfigureApplication = application => application.MapSocketIO(configure),
        }));

    /// <summary>A WebSocket whose open packet has been read.</summary>
    public async Task<RawWebSocket> OpenAsync()
    {
        var client = await RawWebSocket.ConnectAsync(_server.Address, Query);
        Assert.That(await client.ReceiveAsync(), Does.StartWith("0{"));
        return client;
    }

    /// <summary>The same, connected to the main namespace.</summary>
    public async Task<RawWebSocket> ConnectAsync()
    {
        var client = await OpenAsync();
        await client.SendAsync("40");
        Assert.That(await client.ReceiveAsync(), Does.Match("^40\\{\"sid\":\"[\\w-]{20}\"\\}$"));
        return client;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
