namespace SocketIoSharp;

public abstract partial class RedisConnection
{
    /// <summary>Connects with a configuration of StackExchange.Redis, such as <c>localhost:6379,password=secret</c>.</summary>
    /// <param name="configuration">Where Redis is, and how to connect. It is not a URL.</param>
    /// <remarks>
    /// Every server, emitter and reader of streams opens connections of its own. What the configuration says about repeated
    /// attempts is not used: a lost connection is replaced, at once and then at least once a second.
    /// </remarks>
    public static RedisConnection FromConfiguration(string configuration)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(configuration);
        if (configuration.Contains("://", StringComparison.Ordinal))
        {
            // Taken for the name of a host, it would show up in logs with the password that it may contain.
            throw new ArgumentException("The configuration must be one of StackExchange.Redis, such as \"localhost:6379,password=secret\", and not a URL.", nameof(configuration));
        }

        if (!StackExchangeRedisDriver.NamesServer(configuration))
        {
            throw new ArgumentException("The configuration names no server.", nameof(configuration));
        }

        return new SupervisedRedisConnection(() => new StackExchangeRedisDriver(configuration, null, false));
    }

    private sealed class SupervisedRedisConnection(Func<IRedisDriver> createDriver) : RedisConnection
    {
        internal override IRedisBus CreateBus(RedisBusContext context) => new SupervisedRedisBus(createDriver(), context);
    }
}
