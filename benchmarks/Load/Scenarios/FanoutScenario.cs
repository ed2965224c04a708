using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>One client makes the server broadcast to all of them; when all have got it, the next one follows. Deliveries are counted.</summary>
internal sealed class FanoutScenario : Scenario
{
    private const int FirstNumber = 10_000_000;
    private readonly WebSocketConnection[] _connections;
    private readonly Broadcasts _broadcasts;

    public FanoutScenario(LoadOptions options, Loop loop)
        : base(options, loop)
    {
        _connections = CreateConnections(options.Connections);
        _broadcasts = new Broadcasts(Dialect.Broadcast(options.Bytes), options.Connections, FirstNumber);
    }

    protected override bool IsDrained => _broadcasts.Outstanding == 0;

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now)
    {
        var wasLast = _broadcasts.OnDelivery(connection.Number, data, isBinary, out var sentAt);
        Count(sentAt, now);
        if (wasLast && IsLoading)
        {
            _broadcasts.Send(_connections[0], Clock.Now);
        }
    }

    protected override void Open() => OpenAll(_connections);

    protected override void Begin()
    {
        for (var i = 0; i < Options.InFlight; i++)
        {
            _broadcasts.Send(_connections[0], Clock.Now);
        }
    }
}
