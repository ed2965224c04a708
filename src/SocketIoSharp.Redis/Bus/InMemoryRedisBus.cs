using System.Text;

namespace SocketIoSharp;

/// <summary>One server's way to an <see cref="InMemoryRedis"/>. The subscriptions are guarded by its lock.</summary>
internal sealed class InMemoryRedisBus(InMemoryRedis redis, RedisBusContext context) : IRedisBus
{
    private readonly List<Registration> _registrations = [];
    private readonly RedisInbox _inbox = new(context);
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
                _inbox.Post(registration.Handler, channel, message);
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
                _inbox.Post(registration.Handler, channel, message);
            }
        }

        return patterns?.Count ?? 0;
    }

    private void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _isDisposed))
        {
            throw new RedisUnavailableException("The connection to Redis was closed: its server has stopped.");
        }
    }

    private sealed class Registration
    {
        private bool _isActive = true;

        public Registration(RedisSubscription subscription)
        {
            Subscription = subscription;
            Pattern = subscription.Kind == RedisChannelKind.Pattern ? Encoding.UTF8.GetBytes(subscription.Channel) : null;
            Handler = (channel, message) =>
            {
                if (IsActive)
                {
                    subscription.Handler(channel, message);
                }
            };
        }

        public RedisSubscription Subscription { get; }

        public byte[]? Pattern { get; }

        public Action<string, ReadOnlyMemory<byte>> Handler { get; }

        public bool IsActive
        {
            get => Volatile.Read(ref _isActive);
            set => Volatile.Write(ref _isActive, value);
        }
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
