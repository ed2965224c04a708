using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>
/// The readers of one server's streams; one for each, shared by all namespaces. The events of a namespace stand in one stream,
/// but an emitter need not know in which: servers read all of them, as Node's do.
/// </summary>
internal sealed class RedisStreamReaders(RedisLink link, RedisStreamsAdapterOptions options, TimeProvider time, ILogger<RedisStreamReader> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<RedisStreamReader>> _readers = new(StringComparer.Ordinal);

    public RedisStreamReader Get(string stream)
        => _readers.GetOrAdd(stream, name => new Lazy<RedisStreamReader>(() => new RedisStreamReader(link, name, options, time, logger))).Value;

    /// <summary>The readers of all streams but one.</summary>
    public IReadOnlyList<RedisStreamReader> GetOthers(string stream)
        => [.. StreamWire.GetStreamNames(options.StreamName, options.StreamCount)
            .Where(name => !string.Equals(name, stream, StringComparison.Ordinal))
            .Select(Get)];

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers.Values)
        {
            await reader.Value.DisposeAsync();
        }
    }
}
