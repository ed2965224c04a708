namespace SocketIoSharp.Redis.Tests;

/// <summary>A Redis, a way to it, and the means to take it away: what <see cref="BusContract"/> needs to know of a bus.</summary>
internal abstract class BusHost : IAsyncDisposable
{
    public abstract RedisConnection Connection { get; }

    public abstract Task TakeAwayAsync();

    public abstract Task BringBackAsync();

    public abstract ValueTask DisposeAsync();
}

internal sealed class InMemoryBusHost : BusHost
{
    private readonly InMemoryRedis _redis = new();

    public override RedisConnection Connection => RedisConnection.InMemory(_redis);

    public override Task TakeAwayAsync()
    {
        _redis.SetAvailable(false);
        return Task.CompletedTask;
    }

    public override Task BringBackAsync()
    {
        _redis.SetAvailable(true);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A bus on a Redis of its own.</summary>
internal sealed class ServerBusHost(RedisServer server, RedisConnection connection) : BusHost
{
    public override RedisConnection Connection => connection;

    public override Task TakeAwayAsync() => server.StopAsync();

    public override Task BringBackAsync() => server.StartAgainAsync();

    public override ValueTask DisposeAsync() => server.DisposeAsync();
}
