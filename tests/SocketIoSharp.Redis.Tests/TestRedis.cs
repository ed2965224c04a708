using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests;

/// <summary>The Redis of this run, shared by all tests; each takes names of its own.</summary>
[SetUpFixture]
public sealed class TestRedis
{
    private static readonly Lock s_gate = new();
    private static Task<RedisServer>? s_server;
    private static int s_lastNumber;

    public static Task<RedisServer> GetAsync()
    {
        lock (s_gate)
        {
            return s_server ??= RedisServer.StartAsync();
        }
    }

    /// <summary>A prefix that no other test has, in this run and in others on the same Redis.</summary>
    public static string CreatePrefix() => $"test-{Environment.ProcessId}-{Environment.TickCount64}-{Interlocked.Increment(ref s_lastNumber)}";

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (s_server is { IsCompletedSuccessfully: true } server)
        {
            await (await server).DisposeAsync();
        }
    }
}

/// <summary>By what a server reaches the others.</summary>
public enum BusKind
{
    /// <summary>The bus inside of the process.</summary>
    InMemory,

    /// <summary>Real Redis, without a client library.</summary>
    Resp,

    /// <summary>Real Redis, through the library that users have.</summary>
    StackExchange,
}

/// <summary>Gives servers of one test connections to the same place.</summary>
internal sealed class TestBus(BusKind kind, TimeProvider? redisTime = null)
{
    private readonly InMemoryRedis _inMemory = new(redisTime ?? TimeProvider.System);

    public InMemoryRedis InMemory => _inMemory;

    public async Task<RedisConnection> ConnectAsync() => kind switch
    {
        BusKind.InMemory => RedisConnection.InMemory(_inMemory),
        BusKind.Resp => new RespRedisConnection(await TestRedis.GetAsync()),
        _ => RedisConnection.FromConfiguration((await TestRedis.GetAsync()).ConnectionString),
    };
}
