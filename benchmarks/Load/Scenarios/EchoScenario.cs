using SocketIoSharp.BenchmarkLoad.Dialects;
using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>Every client has a number of requests on their way all the time: echoes, acknowledgements, or echoes with an attachment.</summary>
internal class EchoScenario : Scenario
{
    private readonly WebSocketConnection[] _connections;

    public EchoScenario(LoadOptions options, Loop loop)
        : this(options, loop, options.InFlight)
    {
    }

    protected EchoScenario(LoadOptions options, Loop loop, int capacity)
        : base(options, loop)
    {
        var exchange = options.Scenario switch
        {
            "ack" => Dialect.Ack(options.Bytes),
            "binary" => Dialect.Binary(options.Bytes),
            _ => Dialect.Echo(options.Bytes),
        };
        _connections = CreateConnections(options.Connections);
        Pipelines = [.. _connections.Select(connection => new Pipeline(connection, exchange, capacity))];
    }

    protected Pipeline[] Pipelines { get; }

    protected override bool IsDrained => Array.TrueForAll(Pipelines, pipeline => pipeline.Outstanding == 0);

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now)
    {
        var pipeline = Pipelines[connection.Number];
        if (pipeline.TryComplete(data, isBinary, out var sentAt))
        {
            Count(sentAt, now);
            Continue(pipeline, now);
        }
    }

    protected override void Open() => OpenAll(_connections);

    protected override void Begin()
    {
        foreach (var pipeline in Pipelines)
        {
            for (var i = 0; i < Options.InFlight; i++)
            {
                pipeline.Send(Clock.Now);
            }
        }
    }

    protected virtual void Continue(Pipeline pipeline, long now)
    {
        if (IsLoading)
        {
            pipeline.Send(now);
        }
    }
}
