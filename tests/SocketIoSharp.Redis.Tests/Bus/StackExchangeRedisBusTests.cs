using StackExchange.Redis;

namespace SocketIoSharp.Redis.Tests;

/// <summary>What every bus promises, with a configuration text.</summary>
public sealed class StackExchangeRedisConfigurationTests : StackExchangeRedisContract
{
    private protected override Task<RedisConnection> ConnectAsync(RedisServer server) => Task.FromResult(RedisConnection.FromConfiguration(server.ConnectionString));
}

/// <summary>What every bus promises, with connections that the application makes.</summary>
public sealed class StackExchangeRedisFactoryTests : StackExchangeRedisContract
{
    private protected override Task<RedisConnection> ConnectAsync(RedisServer server)
        => Task.FromResult(RedisConnection.FromFactory(async _ => await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",connectRetry=1,syncTimeout=20000,responseTimeout=20000")));
}

/// <summary>What every bus promises, with a connection of the application for publishing.</summary>
public sealed class StackExchangeRedisMultiplexerTests : StackExchangeRedisContract
{
    private ConnectionMultiplexer? _multiplexer;

    [OneTimeTearDown]
    public void CloseMultiplexer() => _multiplexer?.Dispose();

    private protected override async Task<RedisConnection> ConnectAsync(RedisServer server)
    {
        _multiplexer = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        return RedisConnection.FromMultiplexer(_multiplexer);
    }
}

public abstract class StackExchangeRedisContract : BusContract
{
    // The library of these tests is older than they are.
    private protected override bool HasShardedChannels => false;

    private protected override async Task<BusHost> CreateHostAsync()
    {
        var server = await RedisServer.StartAsync();
        return new ServerBusHost(server, await ConnectAsync(server));
    }

    private protected abstract Task<RedisConnection> ConnectAsync(RedisServer server);
}
