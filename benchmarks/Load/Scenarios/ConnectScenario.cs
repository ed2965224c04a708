using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>
/// Connections are opened, closed with a close frame when they are ready, and opened again. Times are those until they are ready;
/// counted is what was closed.
/// </summary>
internal sealed class ConnectScenario : Scenario
{
    private readonly WebSocketConnection[] _connections;

    public ConnectScenario(LoadOptions options, Loop loop)
        : base(options, loop) => _connections = CreateConnections(options.Connections);

    protected override bool IsDrained => Array.TrueForAll(_connections, connection => !connection.IsOpen);

    public override void OnReady(WebSocketConnection connection, long now)
    {
        Latency.Add(now - connection.OpenedAt);
        connection.CloseGracefully();
    }

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now) => throw Unexpected(data);

    public override void OnClosed(WebSocketConnection connection, long now)
    {
        Messages++;
        if (IsLoading)
        {
            connection.Open();
        }
    }

    protected override void Open()
    {
        // Opening is what is measured.
    }

    protected override void Begin()
    {
        foreach (var connection in _connections)
        {
            connection.Open();
        }
    }
}
