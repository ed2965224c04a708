using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>Tests that have both ends of a connection in their hands.</summary>
public abstract class ConnectionTests(bool isInline)
{
    private readonly Inbox<ConnectionContext> _connections = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EpollServer _server = null!;

    private protected bool IsInline { get; } = isInline;

    [SetUp]
    public async Task StartAsync() => _server = await EpollServer.StartAsync(IsInline, connection =>
    {
        _connections.Add(connection);
        return _end.Task;
    });

    [TearDown]
    public async Task StopAsync()
    {
        _end.TrySetResult();
        await _server.DisposeAsync();
    }

    private protected async Task<(Socket Client, ConnectionContext Connection)> OpenAsync()
    {
        var client = await _server.ConnectAsync();
        return (client, await _connections.NextAsync());
    }

    private protected static Task WhenClosedAsync(ConnectionContext connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionClosed.Register(closed.SetResult);
        return closed.Task;
    }
}
