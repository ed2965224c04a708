using System.Diagnostics.Metrics;

namespace SocketIoSharp.EngineIO;

/// <summary>The meter of this storey.</summary>
internal sealed class EngineIOMetrics : IDisposable
{
    public const string MeterName = "SocketIoSharp.EngineIO";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _activeSessions;
    private readonly Histogram<double> _sessionDuration;
    private readonly Counter<long> _upgrades;
    private readonly Counter<long> _rejectedRequests;

    public EngineIOMetrics(IMeterFactory meterFactory)
    {
        _meter = meterFactory.Create(MeterName);
        _activeSessions = _meter.CreateUpDownCounter<long>("engineio.server.active_sessions", "{session}", "The number of open sessions.");
        _sessionDuration = _meter.CreateHistogram<double>(
            "engineio.server.session.duration",
            "s",
            "How long sessions lasted.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400] });
        _upgrades = _meter.CreateCounter<long>("engineio.server.upgrades", "{upgrade}", "The number of sessions that moved from polling to WebSocket.");
        _rejectedRequests = _meter.CreateCounter<long>("engineio.server.rejected_requests", "{request}", "The number of requests that were refused.");
    }

    /// <summary>Counts a session in; whether anybody was listening decides whether it is counted out again.</summary>
    public bool SessionOpened(EngineIOTransportType transport)
    {
        _activeSessions.Add(1, Transport(transport));
        return _activeSessions.Enabled;
    }

    public void SessionUpgraded(bool isCounted)
    {
        _upgrades.Add(1, Transport(EngineIOTransportType.WebSocket));
        if (isCounted)
        {
            _activeSessions.Add(-1, Transport(EngineIOTransportType.Polling));
            _activeSessions.Add(1, Transport(EngineIOTransportType.WebSocket));
        }
    }

    public void SessionClosed(EngineIOTransportType transport, SessionClose close, TimeSpan duration, bool isCounted)
    {
        if (isCounted)
        {
            _activeSessions.Add(-1, Transport(transport));
        }

        _sessionDuration.Record(duration.TotalSeconds, Transport(transport), new("engineio.close.reason", close.ReasonText));
    }

    public void RequestRejected(string errorType) => _rejectedRequests.Add(1, new KeyValuePair<string, object?>("error.type", errorType));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Transport(EngineIOTransportType transport) => new("engineio.transport", TransportNames.Of(transport));
}

/// <summary>The names of the transports on the wire.</summary>
internal static class TransportNames
{
    public const string Polling = "polling";
    public const string WebSocket = "websocket";

    public static string Of(EngineIOTransportType transport) => transport == EngineIOTransportType.Polling ? Polling : WebSocket;
}
