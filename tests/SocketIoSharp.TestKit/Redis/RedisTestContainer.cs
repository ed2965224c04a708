#if USE_TESTCONTAINERS
using Testcontainers.Redis;

namespace SocketIoSharp.TestKit;

/// <summary>A Redis in a container.</summary>
internal sealed class RedisTestContainer : IAsyncDisposable
{
    private const int Port = 6379;

    private readonly RedisContainer _container;

    private RedisTestContainer(RedisContainer container)
    {
        _container = container;
    }

    public RedisAddress Address => new(_container.Hostname, _container.GetMappedPublicPort(Port));

    public static async Task<RedisTestContainer> StartAsync()
    {
        var container = new RedisBuilder().WithImage("redis:7.4").Build();
        await container.StartAsync();
        return new RedisTestContainer(container);
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
#endif
