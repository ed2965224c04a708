using System.Text;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>
/// One server's way to an <see cref="InMemoryRedis"/>. The subscriptions are guarded by its lock; messages wait in a queue and
/// are handed to the handlers by one thread at a time, which holds no lock.
/// </summary>
internal sealed partial class InMemoryRedisBus(InMemoryRedis redis, RedisBusContext context) : IRedisBus
{
    // What a waiting message costs besides its bytes, about.
    private const int Overhead = 64;

    private readonly List<Registration> _registrations = [];
    private readonly Lock _queueGate = new();
    private readonly Queue<Delivery> _queue = new();
    private long _queuedBytes;
    private bool _isPumping;
    private bool _isOverflowing;
    private bool _isDisposed;

    public RedisBusState State { get; } = new(context.Logger, context.Metrics, context.Time);

    public bool SupportsShardedChannels(out string? reason)
    {
        reason = null;
        return true;
    }

    public Task PublishAsync(string channel, ReadOnlyMemory<byte> message, bool isSharded)
    {
        try
        {
            ThrowIfDisposed();
            redis.Publish(channel, message, isSharded);
            return Task.CompletedTask;
        }
        catch (RedisUnavailableException exception)
        {
            return Task.FromException(exception);
        }
    }

    public async Task SubscribeAsync(RedisSubscription subscription, CancellationToken cancellationToken)
    {
        lock (redis.Gate)
        {
            ThrowIfDisposed();
            if (!_registrations.Exists(registration => registration.Subscription == subscription))
            {
                _registrations.Add(new Registration(subscription));
            }
        }

        // Whoever stops waiting has subscribed all the same.
        await State.WhenUpAsync(cancellationToken);
    }

    public Task UnsubscribeAsync(RedisSubscription subscription)
    {
        lock (redis.Gate)
        {
            if (_registrations.Find(registration => registration.Subscription == subscription) is { } registration)
            {
                registration.IsActive = false;
                _registrations.Remove(registration);
            }
        }

        return Task.CompletedTask;
    }

    public async Task<int> CountSubscribersAsync(string channel, bool isSharded, CancellationToken cancellationToken)
    {
        var reply = await ExecuteAsync("PUBSUB", new RedisArgument[] { isSharded ? "SHARDNUMSUB" : "NUMSUB", channel }, cancellationToken);
        return (int)(reply.Items[1].Integer ?? 0);
    }

    public async Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return await redis.ExecuteAsync(command, arguments, cancellationToken);
    }

    public IRedisReader CreateReader() => new InMemoryRedisReader(redis);

    public ValueTask DisposeAsync()
    {
        lock (redis.Gate)
        {
            if (_isDisposed)
            {
                return ValueTask.CompletedTask;
            }

            Volatile.Write(ref _isDisposed, true);
            _registrations.ForEach(static registration => registration.IsActive = false);
            _registrations.Clear();
        }

        redis.Remove(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether this connection has subscribed, however often.</summary>
    internal bool HasSubscribedLocked(string channel, RedisChannelKind kind)
        => _registrations.Exists(registration => registration.Subscription.Kind == kind && registration.Subscription.Channel == channel);

    /// <summary>Queues a message for every subscription that it concerns: those to the channel first, as Redis does, then those to patterns.</summary>
    /// <returns>How many messages Redis would have sent.</returns>
    internal int ReceiveLocked(string channel, ReadOnlyMemory<byte> message, bool isSharded)
    {
        var kind = isSharded ? RedisChannelKind.Sharded : RedisChannelKind.Plain;
        var isChannelSubscribed = false;
        foreach (var registration in _registrations)
        {
            if (registration.Subscription.Kind == kind && registration.Subscription.Channel == channel)
            {
                isChannelSubscribed = true;
                Enqueue(new Delivery(registration, channel, message));
            }
        }

        return (isChannelSubscribed ? 1 : 0) + (isSharded ? 0 : ReceiveByPatternLocked(channel, message));
    }

    private int ReceiveByPatternLocked(string channel, ReadOnlyMemory<byte> message)
    {
        byte[]? channelBytes = null;
        HashSet<string>? patterns = null;
        foreach (var registration in _registrations)
        {
            if (registration.Pattern is { } pattern && InMemoryRedisGlob.IsMatch(pattern, channelBytes ??= Encoding.UTF8.GetBytes(channel)))
            {
                (patterns ??= new HashSet<string>(StringComparer.Ordinal)).Add(registration.Subscription.Channel);
                Enqueue(new Delivery(registration, channel, message));
            }
        }

        return patterns?.Count ?? 0;
    }

    private void Enqueue(Delivery delivery)
    {
        lock (_queueGate)
        {
            if (_queuedBytes + delivery.Size > redis.MaxQueuedBytes && _queue.Count > 0)
            {
                context.Metrics.Dropped("overflow");
                if (!_isOverflowing)
                {
                    _isOverflowing = true;
                    Log.Overflow(context.Logger, redis.MaxQueuedBytes);
                }

                return;
            }

            _queue.Enqueue(delivery);
            _queuedBytes += delivery.Size;
            if (_isPumping)
            {
                return;
            }

            _isPumping = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static bus => bus.Pump(), this, preferLocal: false);
    }

    private void Pump()
    {
        while (true)
        {
            Delivery delivery;
            lock (_queueGate)
            {
                if (!_queue.TryDequeue(out delivery))
                {
                    _isPumping = false;
                    _isOverflowing = false;
                    return;
                }

                _queuedBytes -= delivery.Size;
            }

            if (!delivery.Registration.IsActive)
            {
                continue;
            }

            try
            {
                delivery.Registration.Subscription.Handler(delivery.Channel, delivery.Message);
            }
#pragma warning disable CA1031 // A message that its handler cannot bear must not end the delivery of the others.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.HandlerFailed(context.Logger, exception);
            }
        }
    }

    private void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _isDisposed))
        {
            throw new RedisUnavailableException("The connection to Redis was closed: its server has stopped.");
        }
    }

    private readonly record struct Delivery(Registration Registration, string Channel, ReadOnlyMemory<byte> Message)
    {
        public long Size => Message.Length + (Channel.Length * sizeof(char)) + Overhead;
    }

    private sealed class Registration(RedisSubscription subscription)
    {
        private bool _isActive = true;

        public RedisSubscription Subscription => subscription;

        public byte[]? Pattern { get; } = subscription.Kind == RedisChannelKind.Pattern ? Encoding.UTF8.GetBytes(subscription.Channel) : null;

        public bool IsActive
        {
            get => Volatile.Read(ref _isActive);
            set => Volatile.Write(ref _isActive, value);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "More than {MaxQueuedBytes} bytes of messages wait to be delivered to this server; what comes beyond that is dropped and counted.", EventName = nameof(Overflow))]
        public static partial void Overflow(ILogger logger, long maxQueuedBytes);

        [LoggerMessage(2, LogLevel.Error, "A message could not be handled.", EventName = nameof(HandlerFailed))]
        public static partial void HandlerFailed(ILogger logger, Exception exception);
    }
}

/// <summary>A connection for commands that wait; ends the one that is waiting when it is closed.</summary>
internal sealed class InMemoryRedisReader(InMemoryRedis redis) : IRedisReader
{
    private readonly CancellationTokenSource _closed = new();

    public TimeSpan LongestBlock => TimeSpan.MaxValue;

    public async Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, cancellationToken);
        try
        {
            return await redis.ExecuteAsync(command, arguments, either.Token);
        }
        catch (OperationCanceledException exception) when (_closed.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RedisUnavailableException("The connection to Redis was closed.", exception);
        }
    }

    public ValueTask DisposeAsync()
    {
        // Not disposed of: it has no timer, and a command may be about to link to it.
        return new ValueTask(_closed.CancelAsync());
    }
}
