using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>How a Socket.IO server, or an emitter, reaches Redis. Each of them has a subscribing connection of its own: Redis counts connections, and a server is one.</summary>
public abstract partial class RedisConnection
{
    private protected RedisConnection()
    {
    }

    /// <summary>All servers that are given this one are a cluster inside of this process, without Redis: for demonstrations and tests.</summary>
    /// <param name="redis">What connects them.</param>
    public static RedisConnection InMemory(InMemoryRedis redis)
    {
        ArgumentNullException.ThrowIfNull(redis);
        return new InMemoryRedisConnection(redis);
    }

    internal abstract IRedisBus CreateBus(RedisBusContext context);

    private sealed class InMemoryRedisConnection(InMemoryRedis redis) : RedisConnection
    {
        internal override IRedisBus CreateBus(RedisBusContext context) => redis.CreateBus(context);
    }
}

/// <summary>What a bus is made for.</summary>
/// <param name="Logger">Where it logs.</param>
/// <param name="Metrics">Where it counts.</param>
/// <param name="Time">The time.</param>
internal sealed record RedisBusContext(ILogger Logger, RedisMetrics Metrics, TimeProvider Time)
{
    /// <summary>How many bytes of messages may wait to be worked on.</summary>
    public long MaxQueuedBytes { get; init; } = 256 * 1024 * 1024;
}
