using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>What the adapters of one server share; the container disposes of it after the server has closed them.</summary>
internal sealed class RedisResources(RedisLink link, IServiceProvider services) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private RedisStreamReaders? _readers;

    public RedisLink Link => link;

    public RedisStreamReaders GetReaders(RedisStreamsAdapterOptions options)
    {
        lock (_gate)
        {
            return _readers ??= new RedisStreamReaders(
                link, options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<RedisStreamReader>>());
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_readers is { } readers)
        {
            await readers.DisposeAsync();
        }

        await link.DisposeAsync();
    }
}
