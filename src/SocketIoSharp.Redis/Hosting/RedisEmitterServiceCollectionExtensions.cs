using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using SocketIoSharp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets processes without a server emit to the clients of Socket.IO servers: they ask for <see cref="IRedisEmitter"/>.</summary>
public static class RedisEmitterServiceCollectionExtensions
{
    /// <summary>Adds an emitter to servers with the classic adapter.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="configure">Changes the options, which must be those of the servers.</param>
    /// <remarks>Node: @socket.io/redis-emitter.</remarks>
    public static IServiceCollection AddRedisEmitter(this IServiceCollection services, RedisConnection connection, Action<RedisAdapterOptions> configure)
        => Add(services, connection, configure, static (connection, options, used) => new RedisEmitter(connection, options, used));

    /// <summary>Adds an emitter to servers with the sharded adapter.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="configure">Changes the options, which must be those of the servers.</param>
    public static IServiceCollection AddShardedRedisEmitter(this IServiceCollection services, RedisConnection connection, Action<ShardedRedisAdapterOptions> configure)
        => Add(services, connection, configure, static (connection, options, used) => new RedisEmitter(connection, options, used));

    /// <summary>Adds an emitter to servers with the streams adapter.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="configure">Changes the options, which must be those of the servers.</param>
    /// <remarks>Node: @socket.io/redis-streams-emitter.</remarks>
    public static IServiceCollection AddRedisStreamsEmitter(this IServiceCollection services, RedisConnection connection, Action<RedisStreamsAdapterOptions> configure)
        => Add(services, connection, configure, static (connection, options, used) => new RedisEmitter(connection, options, used));

    private static IServiceCollection Add<TOptions>(
        IServiceCollection services,
        RedisConnection connection,
        Action<TOptions> configure,
        Func<RedisConnection, TOptions, RedisEmitterServices, RedisEmitter> create)
        where TOptions : RedisAdapterOptionsBase, new()
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TOptions();
        configure(options);
        options.Validate();
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRedisEmitter>(provider => create(connection, options, new RedisEmitterServices
        {
            Serializer = provider.GetService<IPayloadSerializer>() ?? new RedisEmitterServices().Serializer,
            LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            MeterFactory = provider.GetRequiredService<IMeterFactory>(),
            Time = provider.GetRequiredService<TimeProvider>(),
        }));
        return services;
    }
}
