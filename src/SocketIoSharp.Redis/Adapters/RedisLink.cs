using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>One server's connection to Redis, with what it is counted and logged by.</summary>
internal sealed class RedisLink : IAsyncDisposable
{
    public RedisLink(RedisConnection connection, RedisAdapterOptionsBase options, ILoggerFactory loggerFactory, IMeterFactory meterFactory, TimeProvider time)
    {
        Metrics = new RedisMetrics(meterFactory);
        Bus = connection.CreateBus(new RedisBusContext(loggerFactory.CreateLogger("SocketIoSharp.Redis"), Metrics, time) { MaxQueuedBytes = options.MaxQueuedBytes });
    }

    public IRedisBus Bus { get; }

    public RedisMetrics Metrics { get; }

    public async ValueTask DisposeAsync()
    {
        await Bus.DisposeAsync();
        Metrics.Dispose();
    }
}
