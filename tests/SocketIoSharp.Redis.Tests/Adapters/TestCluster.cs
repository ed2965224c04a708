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

    /// <param name="adapter">The adapter of all servers.</param>
    /// <param name="bus">By what they reach each other.</param>
    /// <param name="redisTime">The time of the Redis inside of the process.</param>
    public TestCluster(AdapterKind adapter, BusKind bus, TimeProvider? redisTime = null)
    {
        _adapter = adapter;
        _bus = new TestBus(bus, redisTime);
    }

    public AdapterKind Adapter => _adapter;

    public string Prefix { get; } = TestRedis.CreatePrefix();

    public InMemoryRedis InMemory => _bus.InMemory;

    /// <summary>The channel whose subscribers are counted.</summary>
    public string CountedChannel
        => _adapter is AdapterKind.Classic or AdapterKind.ClassicWithOwnResponses or AdapterKind.ClassicWithLog
            ? RedisChannels.ClassicRequest(Prefix, "/")
            : RedisChannels.Namespace(Prefix, "/");

    public bool IsSharded => _adapter is AdapterKind.ShardedDynamic or AdapterKind.ShardedStatic or AdapterKind.ShardedDynamicPrivate or AdapterKind.StreamsSharded;

    public Task<RedisConnection> ConnectAsync() => _bus.ConnectAsync();

    public async Task<ContractServer> StartServerAsync(Action<SocketIOOptions>? configure = null, bool allowErrors = false, Action<ISocketIOBuilder>? build = null, TimeProvider? time = null)
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
            time,
            allowErrors,
            configure: builder =>
            {
                _adapter.AddTo(builder, connection, Prefix);
                builder.Services.AddHealthChecks().AddSocketIORedis();
                build?.Invoke(builder);
            });
        _servers.Add(server);
        return server;
    }

    public static bool IsUp(ContractServer server) => GetLink(server).Bus.State.IsUp;

    /// <summary>The connection of a server.</summary>
    public static RedisLink GetLink(ContractServer server) => server.Services.GetRequiredKeyedService<RedisResources>(string.Empty).Link;

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
        await using var link = await OpenAsync();
        var key = new RedisArgument[] { $"{Prefix}:session:{privateId}" };
        await BecomesAsync(async () => !(await link.Bus.ExecuteAsync("GET", key, CancellationToken.None)).IsNull);
    }

    /// <summary>A connection that is none of a server's.</summary>
    public async Task<RedisLink> OpenAsync()
    {
        var link = new RedisLink(
            await _bus.ConnectAsync(), new RedisAdapterOptions(), NullLoggerFactory.Instance, _servers[0].Services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        await link.Bus.State.WhenUpAsync(CancellationToken.None).Soon();
        return link;
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
