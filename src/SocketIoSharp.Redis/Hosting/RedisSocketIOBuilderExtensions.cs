using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using SocketIoSharp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets Socket.IO servers form a cluster through Redis.</summary>
public static class RedisSocketIOBuilderExtensions
{
    /// <summary>Connects this server with the others by the classic adapter.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="configuration">Where Redis is, for example <c>localhost:6379</c>; everything that StackExchange.Redis understands.</param>
    /// <remarks>Node: <c>createAdapter</c> of @socket.io/redis-adapter.</remarks>
    public static ISocketIOBuilder AddRedisAdapter(this ISocketIOBuilder builder, string configuration)
        => builder.AddRedisAdapter(RedisConnection.FromConfiguration(configuration), static _ => { });

    /// <summary>Connects this server with the others by the classic adapter.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="configuration">Where Redis is, for example <c>localhost:6379</c>; everything that StackExchange.Redis understands.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createAdapter</c> of @socket.io/redis-adapter.</remarks>
    public static ISocketIOBuilder AddRedisAdapter(this ISocketIOBuilder builder, string configuration, Action<RedisAdapterOptions> configure)
        => builder.AddRedisAdapter(RedisConnection.FromConfiguration(configuration), configure);

    /// <summary>Connects this server with the others by the classic adapter.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createAdapter</c> of @socket.io/redis-adapter.</remarks>
    public static ISocketIOBuilder AddRedisAdapter(this ISocketIOBuilder builder, RedisConnection connection, Action<RedisAdapterOptions> configure)
        => builder.AddRedisAdapter(_ => connection, configure);

    /// <summary>Connects this server with the others by the classic adapter.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="connection">Gives, once, how Redis is reached.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createAdapter</c> of @socket.io/redis-adapter.</remarks>
    public static ISocketIOBuilder AddRedisAdapter(this ISocketIOBuilder builder, Func<IServiceProvider, RedisConnection> connection, Action<RedisAdapterOptions> configure)
    {
        var options = Configure(configure);
        return builder.AddAdapter(connection, options, (context, resources) => new RedisAdapter(context, resources.Link, options));
    }

    /// <summary>Connects this server with the others by the sharded adapter; needs Redis 7.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="configuration">Where Redis is.</param>
    /// <remarks>Node: <c>createShardedAdapter</c> of @socket.io/redis-adapter. Needs StackExchange.Redis 2.8.41, with whose sharded channels it has been compiled, but not run: experimental.</remarks>
    public static ISocketIOBuilder AddShardedRedisAdapter(this ISocketIOBuilder builder, string configuration)
        => builder.AddShardedRedisAdapter(RedisConnection.FromConfiguration(configuration), static _ => { });

    /// <summary>Connects this server with the others by the sharded adapter; needs Redis 7.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="configuration">Where Redis is.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createShardedAdapter</c> of @socket.io/redis-adapter. Needs StackExchange.Redis 2.8.41, with whose sharded channels it has been compiled, but not run: experimental.</remarks>
    public static ISocketIOBuilder AddShardedRedisAdapter(this ISocketIOBuilder builder, string configuration, Action<ShardedRedisAdapterOptions> configure)
        => builder.AddShardedRedisAdapter(RedisConnection.FromConfiguration(configuration), configure);

    /// <summary>Connects this server with the others by the sharded adapter; needs Redis 7.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createShardedAdapter</c> of @socket.io/redis-adapter. Needs StackExchange.Redis 2.8.41, with whose sharded channels it has been compiled, but not run: experimental.</remarks>
    public static ISocketIOBuilder AddShardedRedisAdapter(this ISocketIOBuilder builder, RedisConnection connection, Action<ShardedRedisAdapterOptions> configure)
        => builder.AddShardedRedisAdapter(_ => connection, configure);

    /// <summary>Connects this server with the others by the sharded adapter; needs Redis 7.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="connection">Gives, once, how Redis is reached.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createShardedAdapter</c> of @socket.io/redis-adapter. Needs StackExchange.Redis 2.8.41, with whose sharded channels it has been compiled, but not run: experimental.</remarks>
    public static ISocketIOBuilder AddShardedRedisAdapter(
        this ISocketIOBuilder builder, Func<IServiceProvider, RedisConnection> connection, Action<ShardedRedisAdapterOptions> configure)
    {
        var options = Configure(configure);
        return builder.AddAdapter(connection, options, (context, resources) => new ShardedRedisAdapter(context, resources.Link, options));
    }

    /// <summary>Connects this server with the others by the streams adapter.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="configuration">Where Redis is.</param>
    /// <remarks>Node: <c>createAdapter</c> of @socket.io/redis-streams-adapter.</remarks>
    public static ISocketIOBuilder AddRedisStreamsAdapter(this ISocketIOBuilder builder, string configuration)
        => builder.AddRedisStreamsAdapter(RedisConnection.FromConfiguration(configuration), static _ => { });

    /// <summary>Connects this server with the others by the streams adapter.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="configuration">Where Redis is.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createAdapter</c> of @socket.io/redis-streams-adapter.</remarks>
    public static ISocketIOBuilder AddRedisStreamsAdapter(this ISocketIOBuilder builder, string configuration, Action<RedisStreamsAdapterOptions> configure)
        => builder.AddRedisStreamsAdapter(RedisConnection.FromConfiguration(configuration), configure);

    /// <summary>Connects this server with the others by the streams adapter.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createAdapter</c> of @socket.io/redis-streams-adapter.</remarks>
    public static ISocketIOBuilder AddRedisStreamsAdapter(this ISocketIOBuilder builder, RedisConnection connection, Action<RedisStreamsAdapterOptions> configure)
        => builder.AddRedisStreamsAdapter(_ => connection, configure);

    /// <summary>Connects this server with the others by the streams adapter.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="connection">Gives, once, how Redis is reached.</param>
    /// <param name="configure">Changes the options.</param>
    /// <remarks>Node: <c>createAdapter</c> of @socket.io/redis-streams-adapter.</remarks>
    public static ISocketIOBuilder AddRedisStreamsAdapter(
        this ISocketIOBuilder builder, Func<IServiceProvider, RedisConnection> connection, Action<RedisStreamsAdapterOptions> configure)
    {
        var options = Configure(configure);
        return builder.AddAdapter(connection, options, (context, resources) => new RedisStreamsAdapter(context, resources.Link, resources.GetReaders(options), options));
    }

    private static TOptions Configure<TOptions>(Action<TOptions> configure)
        where TOptions : RedisAdapterOptionsBase, new()
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TOptions();
        configure(options);
        options.Validate();
        return options;
    }

    private static ISocketIOBuilder AddAdapter(
        this ISocketIOBuilder builder,
        Func<IServiceProvider, RedisConnection> connection,
        RedisAdapterOptionsBase options,
        Func<AdapterContext, RedisResources, Adapter> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connection);
        var key = builder.ServiceKey ?? Options.Options.DefaultName;
        builder.Services.AddMetrics();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddKeyedSingleton(key, (services, _) => new RedisResources(
            new RedisLink(
                connection(services),
                options,
                services.GetRequiredService<ILoggerFactory>(),
                services.GetRequiredService<IMeterFactory>(),
                services.GetRequiredService<TimeProvider>()),
            services));
        builder.Services.AddOptions<SocketIOOptions>(key).Configure<IServiceProvider>((server, services)
            => server.AdapterFactory = context => create(context, services.GetRequiredKeyedService<RedisResources>(key)));
        return builder;
    }
}
