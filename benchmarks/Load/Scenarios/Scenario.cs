using System.Text;
using SocketIoSharp.BenchmarkLoad.Dialects;
using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>A load: opens its connections, keeps the server busy, checks every answer, counts messages and their times.</summary>
internal abstract class Scenario : IClient
{
    private const int LargestOpeningBatch = 64;
    private static readonly long s_openingTime = 120 * Clock.Second;
    private static readonly long s_drainingTime = 20 * Clock.Second;
    private int _ready;

    protected Scenario(LoadOptions options, Loop loop)
    {
        Options = options;
        Loop = loop;
        Dialect = Dialect.Create(options.Dialect);
        Dialect.Client = this;
    }

    protected LoadOptions Options { get; }

    protected Loop Loop { get; }

    protected Dialect Dialect { get; }

    protected Histogram Latency { get; } = new();

    /// <summary>Whether an answer is followed by the next request.</summary>
    protected bool IsLoading { get; private set; }

    protected long Messages { get; set; }

    /// <summary>Whether everything that was asked for has arrived.</summary>
    protected abstract bool IsDrained { get; }

    public static Scenario Create(LoadOptions options, Loop loop) => options.Scenario switch
    {
        "echo" or "ack" or "binary" => new EchoScenario(options, loop),
        "paced" => new PacedScenario(options, loop),
        "fanout" => new FanoutScenario(options, loop),
        "rooms" => new RoomsScenario(options, loop),
        "connect" => new ConnectScenario(options, loop),
        "polling" => new PollingScenario(options, loop),
        "idle" => new IdleScenario(options, loop),
        "neighbours" => new NeighboursScenario(options, loop),
        _ => throw new LoadException($"unknown scenario {options.Scenario}"),
    };

    /// <summary>Warms the server up, measures, and waits for what is still on its way.</summary>
    public virtual Report Run(ProcessCpu server)
    {
        Open();
        var meter = new Meter(server, () => Messages);
        Start();
        var warmup = WarmUp.Run(Loop, meter, Options.WarmupMin, Options.WarmupMax);
        Latency.Clear();
        meter.Start();
        Loop.RunFor(Options.Seconds);
        var window = meter.Stop();
        var report = new Report { Scenario = Options.Scenario, WarmupSeconds = warmup, RssKb = server.ReadResidentKilobytes() };
        report = report.With(window).With(Latency);
        Stop();
        return window.Messages > 0 ? report : throw new LoadException("nothing was answered");
    }

    public virtual void OnReady(WebSocketConnection connection, long now) => _ready++;

    public abstract void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now);

    public virtual void OnClosed(WebSocketConnection connection, long now) => _ready--;

    protected abstract void Open();

    /// <summary>Sends the first requests.</summary>
    protected abstract void Begin();

    protected void Start()
    {
        IsLoading = true;
        Begin();
    }

    protected void Stop()
    {
        IsLoading = false;
        Loop.Timed = null;
        if (!Loop.RunUntil(Clock.Now + s_drainingTime, () => IsDrained))
        {
            throw new LoadException("some answers never arrived");
        }
    }

    /// <summary>Opens the connections, some at a time, and waits until all are ready.</summary>
    protected void OpenAll(IReadOnlyList<WebSocketConnection> connections)
    {
        var opened = 0;
        var readyBefore = _ready;
        var deadline = Clock.Now + s_openingTime;
        while (_ready - readyBefore < connections.Count)
        {
            while (opened < connections.Count && opened - (_ready - readyBefore) < LargestOpeningBatch)
            {
                connections[opened++].Open();
            }

            var enough = Math.Max(opened - LargestOpeningBatch + 1, opened == connections.Count ? opened : 0);
            if (!Loop.RunUntil(deadline, () => _ready - readyBefore >= enough))
            {
                throw new LoadException($"only {_ready - readyBefore} of {connections.Count} connections became ready");
            }
        }
    }

    /// <summary>Closes all and waits until the server has done so, too.</summary>
    protected void CloseAll(IReadOnlyList<WebSocketConnection> connections)
    {
        foreach (var connection in connections)
        {
            connection.CloseGracefully();
        }

        if (!Loop.RunUntil(Clock.Now + s_drainingTime, () => connections.All(connection => !connection.IsOpen)))
        {
            throw new LoadException("a close frame was not answered");
        }
    }

    protected WebSocketConnection[] CreateConnections(int count, int firstNumber = 0, bool isPriority = false) =>
        [.. Enumerable.Range(firstNumber, count).Select(number => new WebSocketConnection(Loop, Dialect, isPriority) { Number = number })];

    protected void Count(long sentAt, long now)
    {
        Messages++;
        Latency.Add(now - sentAt);
    }

    protected static LoadException Unexpected(ReadOnlySpan<byte> data) =>
        new($"unexpected {Encoding.UTF8.GetString(data[..Math.Min(data.Length, 200)])}");
}
