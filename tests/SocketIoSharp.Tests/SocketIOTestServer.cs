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

    public ISocketIOServer IO => Services.GetRequiredService<ISocketIOServer>();

    public IServiceProvider Services => _server.Application.Services;

    public LogCapture Log => _server.Log;

    /// <summary>The address without a path.</summary>
    public Uri Address => _server.Address;

    public static async Task<SocketIOTestServer> StartAsync(
        Action<ISocketIOServer> configure,
        Action<SocketIOOptions>? options = null,
        TimeProvider? time = null,
        bool allowErrors = false,
        Action<IServiceCollection>? services = null)
        => new(await EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Path = null,
            Time = time,
            AllowErrors = allowErrors,
            ConfigureBuilder = builder =>
            {
                builder.Services.AddSocketIO(options);
                services?.Invoke(builder.Services);
            },
            ConfigureApplication = application => application.MapSocketIO(configure),
        }));

    /// <summary>A WebSocket whose open packet has been read.</summary>
    public async Task<RawWebSocket> OpenAsync(params string[] headers)
    {
        var client = await RawWebSocket.ConnectAsync(Address, Query, headers);
        Assert.That(await client.ReceiveAsync(), Does.StartWith("0{"));
        return client;
    }

    /// <summary>The same, connected to the main namespace.</summary>
    public async Task<RawWebSocket> ConnectAsync(string auth = "", params string[] headers)
    {
        var client = await OpenAsync(headers);
        await client.SendAsync("40" + auth);
        Assert.That(await client.ReceiveAsync(), Does.Match("^40\\{\"sid\":\"[\\w-]{20}\"\\}$"));
        return client;
    }

    /// <summary>The bytes of events that wait in the inboxes of one client.</summary>
    public static long QueuedBytes(IServerSocket socket) => ((ClientConnection)socket.Session.UserState!).QueuedBytes;

    /// <summary>Whether the server waits for any answer of a client, whatever the namespace.</summary>
    public static bool IsAwaitingAcks(IServerSocket socket) => ((ClientConnection)socket.Session.UserState!).IsAwaitingAcks;

    /// <summary>How many answers of a client the server waits for.</summary>
    public static int PendingAcks(IServerSocket socket) => ((ServerSocket)socket).PendingAckCount;

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
