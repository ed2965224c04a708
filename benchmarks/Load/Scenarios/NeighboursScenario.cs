using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>
/// Small echoes at a fixed rate, first alone and then while, every second, the server has much to do for others: the times of
/// these echoes. They begin when a request was due, and the clients that are timed are read before all others.
/// </summary>
internal sealed class NeighboursScenario : Scenario, ITimed
{
    private const int MostOutstanding = 4096;
    // Two and a half times the seconds of other loads: what matters happens once a second.
    private const double Longer = 2.5;
    private readonly WebSocketConnection[] _connections;
    private readonly Pipeline[] _pipelines;
    private readonly Disturbance _disturbance;
    private readonly long _interval;
    private long _nextEcho;
    private long _nextDisturbance = long.MaxValue;
    private int _disturbances;
    private int _turn;
    private bool _isWarmingUp = true;

    public NeighboursScenario(LoadOptions options, Loop loop)
        : base(options, loop)
    {
        var count = options.Connections;
        var exchange = Dialect.Echo(options.Bytes);
        _connections = CreateConnections(count, isPriority: true);
        _pipelines = [.. _connections.Select(connection => new Pipeline(connection, exchange, MostOutstanding))];
        _interval = Clock.FromSeconds(1 / options.Rate);
        _disturbance = options.Disturbance switch
        {
            "large" => new LargeEcho(Dialect, CreateConnections(1, count)[0], options.Size),
            "broadcast" => new Crowd(Dialect, CreateConnections(options.Size + 1, count), options.Bytes),
            _ => throw new LoadException($"unknown disturbance {options.Disturbance}"),
        };
    }

    public long NextAt => Math.Min(_nextEcho, _nextDisturbance);

    protected override bool IsDrained => _disturbance.IsOver && Array.TrueForAll(_pipelines, pipeline => pipeline.Outstanding == 0);

    public override Report Run(ProcessCpu server)
    {
        Open();
        WarmUpBoth();
        var seconds = Options.Seconds * Longer;
        Start();
        Loop.RunFor(1);
        Latency.Clear();
        Loop.RunFor(seconds);
        var report = new Report { Scenario = $"{Options.Scenario}-{Options.Disturbance}" }.WithQuiet(Latency);

        _nextDisturbance = Clock.Now;
        _disturbances = 0;
        Latency.Clear();
        var meter = new Meter(server, () => Messages);
        meter.Start();
        Loop.RunFor(seconds);
        var window = meter.Stop();
        // The last ones that are late belong to it, too.
        Stop();
        report = report.With(window).With(Latency) with { Disturbances = _disturbances, RssKb = server.ReadResidentKilobytes() };
        // Processor time per echo would be that of the disturbance.
        return report with { CpuUsPerMsg = null, UserUs = null, SysUs = null };
    }

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now)
    {
        if (connection.Number >= _pipelines.Length)
        {
            _disturbance.OnMessage(connection, data, isBinary);
            return;
        }

        var pipeline = _pipelines[connection.Number];
        if (pipeline.TryComplete(data, isBinary, out var sentAt))
        {
            Count(sentAt, now);
            if (_isWarmingUp && IsLoading)
            {
                pipeline.Send(now);
            }
        }
    }

    public void OnTime(long now)
    {
        for (; _nextEcho <= now; _nextEcho += _interval)
        {
            _pipelines[_turn++ % _pipelines.Length].Send(_nextEcho);
        }

        if (_nextDisturbance <= now)
        {
            // A server that needs longer than a second for it is disturbed less often.
            if (_disturbance.IsOver)
            {
                _disturbance.Trigger();
                _disturbances++;
            }

            _nextDisturbance += Clock.Second;
        }
    }

    protected override void Open()
    {
        OpenAll(_connections);
        OpenAll(_disturbance.Connections);
        (_disturbance as Crowd)?.Join(Loop);
    }

    protected override void Begin()
    {
        _nextEcho = _isWarmingUp ? long.MaxValue : Clock.Now;
        _nextDisturbance = _isWarmingUp ? Clock.Now : long.MaxValue;
        Loop.Timed = this;
    }

    private void WarmUpBoth()
    {
        Start();
        foreach (var pipeline in _pipelines)
        {
            pipeline.Send(Clock.Now);
        }

        Loop.RunFor(Options.WarmupMin);
        Stop();
        _isWarmingUp = false;
    }
}
