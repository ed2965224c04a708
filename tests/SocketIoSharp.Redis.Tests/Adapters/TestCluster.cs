using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Servers of one test that are connected with each other.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly List<ContractServer> _servers = [];
    private readonly AdapterKind _adapter;
    private readonly TestBus _bus;

    public TestCluster(AdapterKind adapter, BusKind bus)
    {
        _adapter = adapter;
        _bus = new TestBus(bus);
    }

    public string Prefix { get; } = TestRedis.CreatePrefix();

    public InMemoryRedis InMemory => _bus.InMemory;

    /// <summary>The channel whose subscribers are counted.</summary>
    public string CountedChannel
        => _adapter is AdapterKind.Classic or AdapterKind.ClassicWithOwnResponses or AdapterKind.ClassicWithLog
            ? RedisChannels.ClassicRequest(Prefix, "/")
            : RedisChannels.Namespace(Prefix, "/");

    public bool IsSharded => _adapter is AdapterKind.ShardedDynamic or AdapterKind.ShardedStatic or AdapterKind.ShardedDynamicPrivate or AdapterKind.StreamsSharded;

    public Task<RedisConnection> ConnectAsync() => _bus.ConnectAsync();

    public async Task<ContractServer> StartServerAsync(Action<SocketIOOptions>? configure = null, bool allowErrors = false)
    {
        var connection = await _bus.ConnectAsync();
        var server = await ContractServer.StartAsync(
            options =>
            {
                if (_adapter.HasRecovery())
                {
                    options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions();
                }

                configure?.Invoke(options);
            },
            allowErrors: allowErrors,
            configure: builder =>
            {
                _adapter.AddTo(builder, connection, Prefix);
                builder.Services.AddHealthChecks().AddSocketIORedis();
            });
        _servers.Add(server);
        return server;
    }

    /// <summary>Waits until all servers know of each other.</summary>
    public async Task WhenCompleteAsync(int count)
    {
        foreach (var server in _servers)
        {
            await BecomesAsync(async () => await server.IO.Adapter.GetServerCountAsync(CancellationToken.None) == count);
        }
    }

    /// <summary>Waits until the session of a client that is gone is in Redis.</summary>
    public async Task WhenSessionIsKeptAsync(string privateId)
    {
        await using var link = new RedisLink(
            await _bus.ConnectAsync(), new RedisAdapterOptions(), NullLoggerFactory.Instance, _servers[0].Services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        await link.Bus.State.WhenUpAsync(CancellationToken.None).Soon();
        var key = new RedisArgument[] { $"{Prefix}:session:{privateId}" };
        await BecomesAsync(async () => !(await link.Bus.ExecuteAsync("GET", key, CancellationToken.None)).IsNull);
    }

    public static async Task BecomesAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        while (!await condition())
        {
            await ticks.WaitForNextTickAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _servers.Clear();
    }
}
