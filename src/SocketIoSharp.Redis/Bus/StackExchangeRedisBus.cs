using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace SocketIoSharp;

public abstract partial class RedisConnection
{
    /// <summary>Publishes and sends commands over the application's connection, and subscribes over another one with the same configuration.</summary>
    /// <param name="multiplexer">The connection, which stays the application's.</param>
    /// <remarks>
    /// While Redis is away, how soon the application's connection is back depends on its own settings. Callbacks and
    /// credential providers are not a part of its configuration text; an application that needs them uses <see cref="FromFactory"/>.
    /// </remarks>
    public static RedisConnection FromMultiplexer(IConnectionMultiplexer multiplexer) => FromMultiplexer(multiplexer, isForThisServerAlone: false);

    /// <summary>Publishes and sends commands over the application's connection, and subscribes over it as well when it serves this server alone.</summary>
    /// <param name="multiplexer">The connection, which stays the application's.</param>
    /// <param name="isForThisServerAlone">Whether no other Socket.IO server uses the connection: two on one subscribing connection would count as one.</param>
    public static RedisConnection FromMultiplexer(IConnectionMultiplexer multiplexer, bool isForThisServerAlone)
    {
        ArgumentNullException.ThrowIfNull(multiplexer);
        return new SupervisedRedisConnection(() => new StackExchangeRedisDriver(multiplexer.Configuration, multiplexer, isForThisServerAlone));
    }

    /// <summary>Connects with a function of the application, for what a configuration text cannot say.</summary>
    /// <param name="connect">
    /// Opens a connection. Called once for each one that is needed, again after every loss, and at least once a second while
    /// Redis is away. What it returns is closed by the caller: it must be a new connection every time.
    /// </param>
    /// <remarks>A reader of streams waits in Redis for no longer than the timeout of these connections allows.</remarks>
    public static RedisConnection FromFactory(Func<CancellationToken, Task<IConnectionMultiplexer>> connect)
    {
        ArgumentNullException.ThrowIfNull(connect);
        return new SupervisedRedisConnection(() => new StackExchangeRedisDriver(connect));
    }
}

/// <summary>Redis by StackExchange.Redis; nothing outside of this file knows the library.</summary>
/// <remarks>
/// Order: what is published by calls one after the other arrives in their order. Messages of one channel, or of one pattern, are
/// handled in the order in which they came. Between channels that is only so with version 1; later versions have a queue for
/// each channel or pattern, and what came to two of them may be handled the other way round, or at the same time.
/// </remarks>
internal sealed class StackExchangeRedisDriver : IRedisDriver
{
    private static readonly TimeSpan s_longestBlock = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_unknownBlock = TimeSpan.FromMilliseconds(500);

    private readonly Func<bool, CancellationToken, Task<IConnectionMultiplexer>> _open;
    private readonly IConnectionMultiplexer? _commands;
    private readonly bool _subscribesWithCommands;
    private readonly bool _isFactory;
    private int _readerTimeout;
#if STACKEXCHANGE_REDIS_2_8
    private Version? _serverVersion;
#endif

    public StackExchangeRedisDriver(string configuration, IConnectionMultiplexer? commands, bool subscribesWithCommands)
    {
        _open = (isReader, _) => OpenAsync(configuration, isReader);
        _commands = commands;
        _subscribesWithCommands = subscribesWithCommands;
    }

    public StackExchangeRedisDriver(Func<CancellationToken, Task<IConnectionMultiplexer>> connect)
    {
        _open = (_, cancellationToken) => connect(cancellationToken);
        _isFactory = true;
    }

    public static bool NamesServer(string configuration) => ConfigurationOptions.Parse(configuration).EndPoints.Count > 0;

    public TimeSpan LongestBlock
    {
        get
        {
            if (!_isFactory)
            {
                return s_longestBlock;
            }

            var timeout = Volatile.Read(ref _readerTimeout);
            return timeout == 0 ? s_unknownBlock : TimeSpan.FromMilliseconds(Math.Min(s_longestBlock.TotalMilliseconds, timeout * 0.6));
        }
    }

    public bool SupportsShardedChannels(out string? reason)
    {
#if STACKEXCHANGE_REDIS_2_8
        var version = Volatile.Read(ref _serverVersion);
        reason = version is { Major: < 7 } ? $"Sharded channels need Redis 7 or later, this is {version}. Use the adapter with ordinary channels." : null;
        return reason is null;
#else
        reason = "Sharded channels need StackExchange.Redis 2.8.41 or later. Reference such a version, or use the adapter with ordinary channels.";
        return false;
#endif
    }

    public Exception? Translate(Exception exception) => exception switch
    {
        RedisServerException server when RedisUnavailableException.IsMeantBy(server.Message) => new RedisUnavailableException($"Redis does not serve: {server.Message}", server),
        RedisServerException server => new RedisCommandException(server.Message, server),
        RedisConnectionException or ObjectDisposedException => new RedisUnavailableException(exception.Message, exception),
        StackExchange.Redis.RedisCommandException command => new RedisUnavailableException(command.Message, command),
        _ => null,
    };

    public async Task<IRedisLink> ConnectAsync(Action<string> onLost, CancellationToken cancellationToken)
    {
        if (_commands is { IsConnected: false })
        {
            throw new RedisUnavailableException("The application's connection to Redis is not there.");
        }

        var subscriptions = _subscribesWithCommands && _commands is not null ? _commands : await OpenCheckedAsync(isReader: false, cancellationToken);
        var link = new StackExchangeRedisLink(_commands ?? subscriptions, subscriptions, isOwner: subscriptions != _commands, onLost);
#if STACKEXCHANGE_REDIS_2_8
        Volatile.Write(ref _serverVersion, link.FindServerVersion());
#endif
        return link;
    }

    public async Task<IRedisLink> ConnectReaderAsync(Action<string> onLost, CancellationToken cancellationToken)
    {
        var multiplexer = await OpenCheckedAsync(isReader: true, cancellationToken);
        Volatile.Write(ref _readerTimeout, multiplexer.TimeoutMilliseconds);
        return new StackExchangeRedisLink(multiplexer, multiplexer, isOwner: true, onLost);
    }

    private static async Task<IConnectionMultiplexer> OpenAsync(string configuration, bool isReader)
    {
        var options = ConfigurationOptions.Parse(configuration);

        // An attempt that fails is followed by another one, but not by the library's.
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
#if !STACKEXCHANGE_REDIS_1
        options.BacklogPolicy = BacklogPolicy.FailFast;
#endif
        if (isReader)
        {
            var milliseconds = (int)(3 * s_longestBlock).TotalMilliseconds;
            options.SyncTimeout = Math.Max(options.SyncTimeout, milliseconds);
#if STACKEXCHANGE_REDIS_1
            options.ResponseTimeout = Math.Max(options.ResponseTimeout, milliseconds);
#else
            options.AsyncTimeout = Math.Max(options.AsyncTimeout, milliseconds);
#endif
        }

        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    private async Task<IConnectionMultiplexer> OpenCheckedAsync(bool isReader, CancellationToken cancellationToken)
    {
        var opening = _open(isReader, cancellationToken);
        IConnectionMultiplexer multiplexer;
        try
        {
            multiplexer = await opening.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = DisposeLaterAsync(opening);
            throw;
        }

        if (!multiplexer.IsConnected)
        {
            await StackExchangeRedisLink.CloseAsync(multiplexer);
            throw new RedisUnavailableException();
        }

        return multiplexer;
    }

    private static async Task DisposeLaterAsync(Task<IConnectionMultiplexer> opening)
    {
        try
        {
            await StackExchangeRedisLink.CloseAsync(await opening);
        }
#pragma warning disable CA1031 // Nobody waits for this connection any more.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}

/// <summary>One or two multiplexers: for commands, and for subscriptions. The loop of the bus alone subscribes and unsubscribes.</summary>
internal sealed class StackExchangeRedisLink : IRedisLink
{
    private readonly IConnectionMultiplexer _commands;
    private readonly IConnectionMultiplexer _subscriptions;
    private readonly bool _isOwner;
    private readonly Action<string> _onLost;
    private readonly IDatabase _database;
    private readonly ISubscriber _publisher;
    private readonly ISubscriber _subscriber;
#if STACKEXCHANGE_REDIS_1
    private readonly ConcurrentDictionary<RedisChannel, Action<RedisChannel, RedisValue>> _subscribed = [];
#else
    private readonly ConcurrentDictionary<RedisChannel, ChannelMessageQueue> _subscribed = [];
#endif

    // Where the subscriptions are; read by the library's events.
    private ImmutableHashSet<EndPoint> _endPoints = [];

    public StackExchangeRedisLink(IConnectionMultiplexer commands, IConnectionMultiplexer subscriptions, bool isOwner, Action<string> onLost)
    {
        _commands = commands;
        _subscriptions = subscriptions;
        _isOwner = isOwner;
        _onLost = onLost;
        _database = commands.GetDatabase();
        _publisher = commands.GetSubscriber();
        _subscriber = subscriptions.GetSubscriber();
        commands.ConnectionFailed += OnConnectionFailed;
        if (subscriptions != commands)
        {
            subscriptions.ConnectionFailed += OnConnectionFailed;
        }
    }

    public Task PingAsync() => Task.WhenAll(_database.PingAsync(), _subscriber.PingAsync());

    public Task PublishAsync(string channel, ReadOnlyMemory<byte> message, bool isSharded)
        => _publisher.PublishAsync(ChannelOf(channel, isSharded ? RedisChannelKind.Sharded : RedisChannelKind.Plain), BytesOf(message));

    public async Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments)
    {
        var keys = RedisKeyPositions.Find(command, arguments.Span);
        var values = new object[arguments.Length];
        for (var index = 0; index < values.Length; index++)
        {
            var bytes = BytesOf(arguments.Span[index].Bytes);
            values[index] = index >= keys.Start.Value && index < keys.End.Value ? (RedisKey)bytes : bytes;
        }

        return ReplyOf(await _database.ExecuteAsync(command, values));
    }

    public async Task<int> CountSubscribersAsync(string channel, bool isSharded)
    {
        var name = ChannelOf(channel, isSharded ? RedisChannelKind.Sharded : RedisChannelKind.Plain);
        var command = isSharded ? "SHARDNUMSUB" : "NUMSUB";
        var masters = FindClusterMasters();
        if (masters.Length == 0)
        {
            return CountOf(await _database.ExecuteAsync("PUBSUB", command, name));
        }
#if STACKEXCHANGE_REDIS_1
        return (int)(await Task.WhenAll(masters.Select(master => master.SubscriptionSubscriberCountAsync(name)))).Sum();
#else
        return (await Task.WhenAll(masters.Select(master => master.ExecuteAsync("PUBSUB", command, name)))).Sum(CountOf);
#endif
    }

    public async Task SubscribeAsync(string channel, RedisChannelKind kind, Action<string, ReadOnlyMemory<byte>> handler)
    {
        var name = ChannelOf(channel, kind);
#if STACKEXCHANGE_REDIS_1
        Action<RedisChannel, RedisValue> receiver = (from, message) => handler((string)from, (byte[])message);
        _subscribed[name] = receiver;
        await _subscriber.SubscribeAsync(name, receiver);
#else
        var queue = await _subscriber.SubscribeAsync(name);
        _subscribed[name] = queue;
        queue.OnMessage(message => handler((string)message.Channel!, (ReadOnlyMemory<byte>)message.Message));
#endif
        var endPoint = _subscriber.SubscribedEndpoint(name) ?? throw new RedisUnavailableException("There is no server to subscribe at.");
        ImmutableInterlocked.Update(ref _endPoints, static (all, added) => all.Add(added), endPoint);
    }

    public async Task UnsubscribeAsync(string channel, RedisChannelKind kind)
    {
        // An application's connection may have other handlers for the channel: those stay.
        var name = ChannelOf(channel, kind);
        if (_subscribed.TryRemove(name, out var receiver))
        {
            await UnsubscribeAsync(name, receiver, CommandFlags.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _commands.ConnectionFailed -= OnConnectionFailed;
        _subscriptions.ConnectionFailed -= OnConnectionFailed;
        if (_isOwner)
        {
            await CloseAsync(_subscriptions);
            return;
        }

        foreach (var (name, receiver) in _subscribed)
        {
            await UnsubscribeAsync(name, receiver, CommandFlags.FireAndForget);
        }
    }

    /// <summary>Closes at once: what is still to be sent has been given up.</summary>
    public static async Task CloseAsync(IConnectionMultiplexer multiplexer)
    {
        await multiplexer.CloseAsync(allowCommandsToComplete: false);
        multiplexer.Dispose();
    }

#if STACKEXCHANGE_REDIS_2_8
    public Version? FindServerVersion()
        => _subscriptions.GetServers().Where(static server => server.IsConnected).Min(static server => server.Version);
#endif

    private void OnConnectionFailed(object? sender, ConnectionFailedEventArgs failure)
    {
        // A connection that never was has not failed, and the loss of a replica that is not used is none.
        var isUsed = (sender == _subscriptions && (failure.EndPoint is null || _endPoints.Contains(failure.EndPoint)))
            || (sender == _commands && failure.ConnectionType == ConnectionType.Interactive && !IsReplica(failure.EndPoint));
        if (isUsed && failure.FailureType != ConnectionFailureType.UnableToConnect)
        {
            _onLost($"{failure.FailureType} of the {(failure.ConnectionType == ConnectionType.Interactive ? "command" : "subscribing")} connection to {failure.EndPoint}");
        }
    }

#if STACKEXCHANGE_REDIS_1
    private Task UnsubscribeAsync(RedisChannel name, Action<RedisChannel, RedisValue> receiver, CommandFlags flags) => _subscriber.UnsubscribeAsync(name, receiver, flags);

    private static bool IsReplica(IServer server) => server.IsSlave;
#else
    private static Task UnsubscribeAsync(RedisChannel name, ChannelMessageQueue receiver, CommandFlags flags) => receiver.UnsubscribeAsync(flags);

    private static bool IsReplica(IServer server) => server.IsReplica;
#endif

    private bool IsReplica(EndPoint? endPoint)
    {
        try
        {
            return endPoint is not null && IsReplica(_commands.GetServer(endPoint));
        }
        catch (Exception exception) when (exception is ArgumentException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The masters of a Redis Cluster; none when it is not one.</summary>
    private IServer[] FindClusterMasters()
        => [.. _commands.GetEndPoints()
            .Select(endPoint => _commands.GetServer(endPoint))
            .Where(static server => server.ServerType == ServerType.Cluster && server.IsConnected && !IsReplica(server))];

    private static RedisChannel ChannelOf(string channel, RedisChannelKind kind) => kind switch
    {
        RedisChannelKind.Plain => new RedisChannel(channel, RedisChannel.PatternMode.Literal),
        RedisChannelKind.Pattern => new RedisChannel(channel, RedisChannel.PatternMode.Pattern),
#if STACKEXCHANGE_REDIS_2_8
        _ => RedisChannel.Sharded(channel),
#else
        _ => throw new NotSupportedException("The library does not know sharded channels."),
#endif
    };

    private static byte[] BytesOf(ReadOnlyMemory<byte> bytes)
        => MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();

    private static int CountOf(RedisResult result) => (int)(ReplyOf(result).Items is [_, { Integer: { } count }, ..] ? count : 0);

    private static RedisReply ReplyOf(RedisResult? result)
    {
        if (result is null || result.IsNull)
        {
            return RedisReply.Null;
        }

#if STACKEXCHANGE_REDIS_1
        // Nothing public tells what it is.
        if (result.GetType().Name.StartsWith("Array", StringComparison.Ordinal))
        {
            return RedisReply.Of(Array.ConvertAll((RedisResult[])result, ReplyOf));
        }

        var value = (RedisValue)result;
        return value.IsInteger ? RedisReply.Of((long)value) : RedisReply.Of((byte[])value);
#else
        // Sets and maps of the newer protocol are lists here, a map one of its keys and values in turn.
        return result.Resp2Type switch
        {
            ResultType.Array => RedisReply.Of(Array.ConvertAll((RedisResult[])result!, ReplyOf)),
            ResultType.Integer => RedisReply.Of((long)result),
            ResultType.Error => throw new RedisCommandException(result.ToString()),
            _ => RedisReply.Of((byte[])result!),
        };
#endif
    }
}
