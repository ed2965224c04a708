using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>The readers of one server's streams; one for each, shared by the namespaces in it.</summary>
internal sealed class RedisStreamReaders(RedisLink link, RedisStreamsAdapterOptions options, TimeProvider time, ILogger<RedisStreamReader> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<RedisStreamReader>> _readers = new(StringComparer.Ordinal);

    public RedisStreamReader Get(string stream)
        => _readers.GetOrAdd(stream, name => new Lazy<RedisStreamReader>(() => new RedisStreamReader(link, name, options, time, logger))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers.Values)
        {
            await reader.Value.DisposeAsync();
        }
    }
}
