using System.Collections.Concurrent;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.InteropHost;

/// <summary>Servers of their own, each at a port that a test has chosen: it can stop them and start them again.</summary>
internal sealed class ExtraServers(SocketJournal journal)
{
    private readonly ConcurrentDictionary<int, WebApplication> _servers = new();

    /// <summary>False when the port is taken.</summary>
    public async Task<bool> StartAsync(int port)
    {
        var builder = ClusterHost.CreateBuilder(port);
        builder.Services.AddSocketIO(options =>
        {
            options.AllowEIO3 = true;
            if (Environment.GetEnvironmentVariable("WEBSOCKET_ENGINE") == "system")
            {
                options.WebSocketEngine = WebSocketEngine.System;
            }
        });
        var app = builder.Build();
        app.MapSocketIO("/socket.io/", io => SocketIONamespaces.Add(io, journal));
        try
        {
            await app.StartAsync();
        }
        catch (IOException)
        {
            await app.DisposeAsync();
            return false;
        }

        _servers[port] = app;
        return true;
    }

    /// <summary>Closes that server with everything on it.</summary>
    public async Task StopAsync(int port)
    {
        if (_servers.TryRemove(port, out var app))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
