using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SocketIoSharp;

/// <summary>
/// The meter of this storey. Namespaces are given by the name that they have here: that of a dynamic one is its pattern, so that
/// clients cannot make up values.
/// </summary>
internal sealed class SocketIOMetrics : IDisposable
{
    public const string MeterName = "SocketIoSharp";

    /// <summary>Stands for all events without a handler: their names are the clients' own.</summary>
    private const string OtherEvent = "_OTHER";

    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _activeSockets;
    private readonly Counter<long> _eventsReceived;
    private readonly Histogram<double> _eventDuration;
    private readonly Histogram<double> _ackDuration;
    private readonly Counter<long> _broadcasts;

    public SocketIOMetrics(IMeterFactory meterFactory)
    {
        _meter = meterFactory.Create(MeterName);
        _activeSockets = _meter.CreateUpDownCounter<long>("socketio.server.active_sockets", "{socket}", "The number of connected sockets.");
        _eventsReceived = _meter.CreateCounter<long>("socketio.server.events.received", "{event}", "The number of events that clients have sent.");
        _eventDuration = _meter.CreateHistogram("socketio.server.event.duration", "s", "How long the handlers of events ran.", advice: s_seconds);
        _ackDuration = _meter.CreateHistogram("socketio.server.ack.duration", "s", "How long clients took to answer events of the server.", advice: s_seconds);
        _broadcasts = _meter.CreateCounter<long>("socketio.server.broadcasts", "{broadcast}", "The number of events that were sent to many clients.");
    }

    /// <summary>Whether anything about events is wanted; if not, nobody needs to take the time.</summary>
    public bool IsMeasuringEvents => _eventsReceived.Enabled || _eventDuration.Enabled;

    /// <summary>Whether the durations of answers are wanted.</summary>
    public bool IsMeasuringAcks => _ackDuration.Enabled;

    /// <summary>Counts a socket in; whether anybody was listening decides whether it is counted out again.</summary>
    public bool SocketConnected(string namespaceName)
    {
        if (!_activeSockets.Enabled)
        {
            return false;
        }

        _activeSockets.Add(1, Namespace(namespaceName));
        return true;
    }

    public void SocketDisconnected(string namespaceName, bool isCounted)
    {
        if (isCounted)
        {
            _activeSockets.Add(-1, Namespace(namespaceName));
        }
    }

    /// <summary>An event came; its name counts only when the application has a handler for it.</summary>
    public void EventReceived(string namespaceName, string? registeredEvent)
    {
        if (_eventsReceived.Enabled)
        {
            _eventsReceived.Add(1, Namespace(namespaceName), Event(registeredEvent));
        }
    }

    /// <summary>All handlers of an event are done.</summary>
    public void EventHandled(string namespaceName, string? registeredEvent, TimeSpan duration, string? errorType)
    {
        if (_eventDuration.Enabled)
        {
            _eventDuration.Record(duration.TotalSeconds, WithError(errorType, Namespace(namespaceName), Event(registeredEvent)));
        }
    }

    /// <summary>A client has answered an event of the server, or has not done so in time.</summary>
    public void AckReceived(string namespaceName, TimeSpan duration, string? errorType)
    {
        if (_ackDuration.Enabled)
        {
            _ackDuration.Record(duration.TotalSeconds, WithError(errorType, Namespace(namespaceName)));
        }
    }

    public void Broadcast(string namespaceName)
    {
        if (_broadcasts.Enabled)
        {
            _broadcasts.Add(1, Namespace(namespaceName));
        }
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Namespace(string name) => new("socketio.namespace", name);

    private static KeyValuePair<string, object?> Event(string? registeredEvent) => new("socketio.event", registeredEvent ?? OtherEvent);

    private static TagList WithError(string? errorType, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = new TagList(tags);
        if (errorType is not null)
        {
            all.Add("error.type", errorType);
        }

        return all;
    }
}
