using System.Diagnostics.Metrics;

namespace SocketIoSharp;

/// <summary>The meter of the Redis adapters.</summary>
internal sealed class RedisMetrics : IDisposable
{
    public const string MeterName = "SocketIoSharp.Redis";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _published;
    private readonly Counter<long> _unpublished;
    private readonly Counter<long> _received;
    private readonly Counter<long> _dropped;

    public RedisMetrics(IMeterFactory meterFactory)
    {
        _meter = meterFactory.Create(MeterName);
        _connections = _meter.CreateUpDownCounter<long>("socketio.redis.connections", "{connection}", "The number of servers whose connection to Redis is up, with all subscriptions in place.");
        _published = _meter.CreateCounter<long>("socketio.redis.messages.published", "{message}", "The number of messages that were given to Redis.");
        _unpublished = _meter.CreateCounter<long>("socketio.redis.messages.unpublished", "{message}", "The number of messages that other servers did not get, because Redis was away or refused them.");
        _received = _meter.CreateCounter<long>("socketio.redis.messages.received", "{message}", "The number of messages that came from Redis.");
        _dropped = _meter.CreateCounter<long>("socketio.redis.messages.dropped", "{message}", "The number of messages from Redis that were dropped: unreadable, or too many at once.");
    }

    public void ConnectionChanged(bool isUp) => _connections.Add(isUp ? 1 : -1);

    public void Published() => _published.Add(1);

    public void Unpublished() => _unpublished.Add(1);

    public void Received() => _received.Add(1);

    public void Dropped(string reason) => _dropped.Add(1, new KeyValuePair<string, object?>("error.type", reason));

    public void Dispose() => _meter.Dispose();
}
