using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SocketIoSharp;

/// <summary>
/// Emits through Redis to the clients of all servers, ours and Node's. The options are those of the servers' adapter. A call
/// fails with an exception while Redis cannot be reached.
/// </summary>
/// <remarks>Node: @socket.io/redis-emitter, @socket.io/redis-streams-emitter.</remarks>
public sealed class RedisEmitter : IRedisEmitter, IAsyncDisposable
{
    private readonly Func<string, IClusterPublisher> _createPublisher;
    private readonly RedisLink _link;
    private readonly RedisEmitterOperator _main;
    private volatile bool _isDisposed;

    /// <summary>Creates an emitter to servers with the classic adapter.</summary>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="options">The options of the servers' adapter.</param>
    public RedisEmitter(RedisConnection connection, RedisAdapterOptions options)
        : this(connection, options, new RedisEmitterServices())
    {
    }

    /// <summary>Creates an emitter to servers with the classic adapter.</summary>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="options">The options of the servers' adapter.</param>
    /// <param name="services">What the emitter uses beside it.</param>
    public RedisEmitter(RedisConnection connection, RedisAdapterOptions options, RedisEmitterServices services)
        : this(connection, options, services, (link, name) => new ClassicPublisher(link, options, name))
    {
    }

    /// <summary>Creates an emitter to servers with the sharded adapter.</summary>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="options">The options of the servers' adapter.</param>
    public RedisEmitter(RedisConnection connection, ShardedRedisAdapterOptions options)
        : this(connection, options, new RedisEmitterServices())
    {
    }

    /// <summary>Creates an emitter to servers with the sharded adapter.</summary>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="options">The options of the servers' adapter.</param>
    /// <param name="services">What the emitter uses beside it.</param>
    public RedisEmitter(RedisConnection connection, ShardedRedisAdapterOptions options, RedisEmitterServices services)
        : this(connection, options, services, (link, name) => new ShardedPublisher(link, options, name))
    {
    }

    /// <summary>Creates an emitter to servers with the streams adapter.</summary>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="options">The options of the servers' adapter.</param>
    public RedisEmitter(RedisConnection connection, RedisStreamsAdapterOptions options)
        : this(connection, options, new RedisEmitterServices())
    {
    }

    /// <summary>Creates an emitter to servers with the streams adapter.</summary>
    /// <param name="connection">How Redis is reached.</param>
    /// <param name="options">The options of the servers' adapter.</param>
    /// <param name="services">What the emitter uses beside it.</param>
    public RedisEmitter(RedisConnection connection, RedisStreamsAdapterOptions options, RedisEmitterServices services)
        : this(connection, options, services, (link, name) => new StreamPublisher(link, options, name))
    {
    }

    private RedisEmitter(
        RedisConnection connection, RedisAdapterOptionsBase options, RedisEmitterServices services, Func<RedisLink, string, IClusterPublisher> createPublisher)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        options.Validate();
        Serializer = services.Serializer;
        _link = new RedisLink(connection, options, services.LoggerFactory, services.MeterFactory, services.Time);
        _createPublisher = name => createPublisher(_link, name);
        _main = new RedisEmitterOperator(this, CreatePublisher(NamespaceName.Main), NamespaceName.Main, BroadcastOptions.Everybody);
    }

    /// <inheritdoc/>
    public IRedisEmitter Volatile => _main.Volatile;

    internal IPayloadSerializer Serializer { get; }

    /// <summary>Waits until Redis is reached; emitting before that fails.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WhenConnectedAsync(CancellationToken cancellationToken) => _link.Bus.State.WhenUpAsync(cancellationToken);

    /// <inheritdoc/>
    public IRedisEmitter Of(string namespaceName) => _main.Of(namespaceName);

    /// <inheritdoc/>
    public IRedisEmitter To(params IReadOnlyCollection<string> rooms) => _main.To(rooms);

    /// <inheritdoc/>
    public IRedisEmitter In(params IReadOnlyCollection<string> rooms) => _main.To(rooms);

    /// <inheritdoc/>
    public IRedisEmitter Except(params IReadOnlyCollection<string> rooms) => _main.Except(rooms);

    /// <inheritdoc/>
    public IRedisEmitter Compress(bool compress) => _main.Compress(compress);

    /// <inheritdoc/>
    public Task EmitAsync(string eventName, object? argument) => _main.EmitAsync(eventName, argument);

    /// <inheritdoc/>
    public Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments) => _main.EmitAsync(eventName, arguments);

    /// <inheritdoc/>
    public Task SocketsJoinAsync(params IReadOnlyCollection<string> rooms) => _main.SocketsJoinAsync(rooms);

    /// <inheritdoc/>
    public Task SocketsLeaveAsync(params IReadOnlyCollection<string> rooms) => _main.SocketsLeaveAsync(rooms);

    /// <inheritdoc/>
    public Task DisconnectSocketsAsync(bool closeConnection = false) => _main.DisconnectSocketsAsync(closeConnection);

    /// <inheritdoc/>
    public Task ServerSideEmitAsync(string eventName, params ReadOnlySpan<object?> arguments) => _main.ServerSideEmitAsync(eventName, arguments);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return _link.DisposeAsync();
    }

    /// <summary>Not kept for the next time: there is no end to the names of dynamic namespaces.</summary>
    internal IClusterPublisher CreatePublisher(string namespaceName) => _createPublisher(namespaceName);

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}

/// <summary>What an emitter uses beside Redis; all of it has a default.</summary>
public sealed class RedisEmitterServices
{
    private static readonly Lazy<IMeterFactory> s_meters =
        new(static () => new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    /// <summary>Writes the arguments of events.</summary>
    public IPayloadSerializer Serializer { get; init; } = new SystemTextJsonPayloadSerializer(SystemTextJsonPayloadSerializer.CreateOptions());

    /// <summary>Where to log.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Where to count.</summary>
    public IMeterFactory MeterFactory { get; init; } = s_meters.Value;

    /// <summary>The time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
