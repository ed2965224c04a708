using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>
/// Many connections that only answer heartbeats: the memory that each keeps resident. Measured again some time after all of them
/// have been busy at once, which shows whether the memory of that comes back.
/// </summary>
internal sealed class IdleScenario : Scenario
{
    private const int FirstConnections = 100;
    private readonly WebSocketConnection[] _connections;
    private readonly Pipeline[] _pipelines;

    public IdleScenario(LoadOptions options, Loop loop)
        : base(options, loop)
    {
        var exchange = Dialect.Echo(options.Bytes);
        _connections = CreateConnections(options.Connections);
        _pipelines = [.. _connections.Select(connection => new Pipeline(connection, exchange, options.InFlight))];
    }

    protected override bool IsDrained => Array.TrueForAll(_pipelines, pipeline => pipeline.Outstanding == 0);

    public override Report Run(ProcessCpu server)
    {
        // What the first connections make the runtime load and compile is not theirs.
        var first = _connections[..Math.Min(FirstConnections, _connections.Length)];
        OpenAll(first);
        SendAll(_pipelines.AsSpan(0, first.Length));
        Stop();
        CloseAll(first);
        Loop.RunFor(2);
        var before = server.ReadResidentKilobytes();

        Open();
        Loop.RunFor(Options.Hold);
        var meter = new Meter(server, () => Messages);
        meter.Start();
        Loop.RunFor(Options.Seconds);
        var window = meter.Stop();
        var idle = server.ReadResidentKilobytes();

        Start();
        Stop();
        Loop.RunFor(Options.Hold + Options.Seconds);
        var afterBurst = server.ReadResidentKilobytes();
        var seconds = window.Seconds;
        return new Report
        {
            Scenario = Options.Scenario,
            RssBeforeKb = before,
            RssKb = idle,
            RssKbPerConn = Report.Round((idle - before) / _connections.Length, 2),
            RssKbPerConnAfterBurst = Report.Round((afterBurst - before) / _connections.Length, 2),
            CpuPct = Report.Round(window.ServerMicroseconds / seconds / 10_000, 1),
            GenPct = Report.Round(window.GeneratorMicroseconds / seconds / 10_000, 1),
        };
    }

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now)
    {
        if (_pipelines[connection.Number].TryComplete(data, isBinary, out var sentAt))
        {
            Count(sentAt, now);
        }
    }

    protected override void Open() => OpenAll(_connections);

    protected override void Begin() => SendAll(_pipelines);

    private void SendAll(ReadOnlySpan<Pipeline> pipelines)
    {
        foreach (var pipeline in pipelines)
        {
            for (var i = 0; i < Options.InFlight; i++)
            {
                pipeline.Send(Clock.Now);
            }
        }
    }
}
