using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>
/// What the adapters on Redis have in common: subscriptions, counting, and going on while Redis is away. The bus belongs to
/// the server, the subscriptions to the adapter.
/// </summary>
internal abstract partial class RedisClusterAdapter : ClusterAdapter
{
    // Of events whose arrival in Redis nobody waits for.
    private const int MaxOnTheirWay = 256;

    private readonly RedisAdapterOptionsBase _options;
    private readonly HashSet<RedisSubscription> _subscriptions = [];
    private bool _isClosed;
    private readonly LogThrottle _unreadable;
    private readonly LogThrottle _tooLarge;
    private readonly LogThrottle _failed;
    private readonly LogThrottle _refused;
    private readonly Action _arrived;
    private int _onTheirWay;
    private int _lastCount = 1;

    private protected RedisClusterAdapter(AdapterContext context, RedisLink link, RedisAdapterOptionsBase options, string uid, bool hasNamedAnswers)
        : base(context, uid, hasNamedAnswers)
    {
        _options = options;
        _arrived = () => Interlocked.Decrement(ref _onTheirWay);
        Bus = link.Bus;
        Metrics = link.Metrics;
        Logger = context.LoggerFactory.CreateLogger<RedisClusterAdapter>();
        _unreadable = new LogThrottle(context.Time);
        _tooLarge = new LogThrottle(context.Time);
        _failed = new LogThrottle(context.Time);
        _refused = new LogThrottle(context.Time);
        RecountEvery(options.RecountInterval);
    }

    internal override TimeSpan? RecountInterval => _options.RecountInterval;

    protected override TimeSpan RequestTimeout => _options.RequestTimeout;

    private protected IRedisBus Bus { get; }

    private protected RedisMetrics Metrics { get; }

    private protected ILogger Logger { get; }

    private protected override bool CanPublish => Bus.State.IsUp;

    /// <summary>The channel whose subscribers are counted: each server has subscribed to it once.</summary>
    private protected abstract string CountedChannel { get; }

    /// <summary>Whether the channels are sharded ones.</summary>
    private protected virtual bool IsSharded => false;

    private protected string Name => Namespace.Name;

    /// <summary>Events that clients here receive when they come back from the log; null when there is none.</summary>
    private protected virtual OwnEvents? Own => null;

    private protected bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>
    /// Subscribes before clients come in: a server that is counted but does not listen would hold up all others. When Redis
    /// is away the namespace begins without it; the bus subscribes when it is back.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        var starting = StartWithRedisAsync();
        try
        {
            await starting.WaitAsync(_options.StartTimeout, Context.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Log.StartedWithoutRedis(Logger, Name, _options.StartTimeout);
            _ = ObserveAsync(starting);
        }
        catch
        {
            // It may be tried again, from the beginning.
            await EndAllAsync();
            throw;
        }
    }

    public override async Task CloseAsync(CancellationToken cancellationToken)
    {
        BeginClosing();
        await base.CloseAsync(cancellationToken);
        await EndAllAsync().WaitAsync(cancellationToken);
    }

    /// <summary>The event is on its way when the call returns. Whoever sends faster than Redis takes waits for Redis.</summary>
    public override Task BroadcastAsync(EncodedPacket packet, BroadcastOptions options) => WaitIfTooManyAsync(base.BroadcastAsync(packet, options));

    /// <summary>Servers are waited for as long as the options of the adapter say, as in Node.</summary>
    public override Task<BroadcastAcks<EventArgument?>> ServerSideEmitWithAckAsync(EncodedPacket packet, TimeSpan timeout, CancellationToken cancellationToken)
        => base.ServerSideEmitWithAckAsync(packet, RequestTimeout, cancellationToken);

    /// <summary>While Redis is away the last number known stands: a request is answered with what this server has, and says what is missing.</summary>
    public override async Task<int> GetServerCountAsync(CancellationToken cancellationToken)
    {
        if (CanPublish)
        {
            try
            {
                var count = await Bus.CountSubscribersAsync(CountedChannel, IsSharded, cancellationToken);
                Volatile.Write(ref _lastCount, Math.Max(1, count));
            }
            catch (RedisUnavailableException)
            {
                // It has just gone.
            }
        }

        return Volatile.Read(ref _lastCount);
    }

    /// <summary>What the adapter needs of Redis before it can work with other servers.</summary>
    private protected abstract Task StartWithRedisAsync();

    /// <summary>Waits for an event only when many others are on their way as well. What becomes of it is seen to by the task itself.</summary>
    private protected Task WaitIfTooManyAsync(Task sending)
    {
        if (sending.IsCompleted)
        {
            return sending;
        }

        var isWaitedFor = Interlocked.Increment(ref _onTheirWay) > MaxOnTheirWay;

        // A task keeps a plain delegate as it is: nothing is allocated for it.
        sending.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_arrived);
        return isWaitedFor ? sending : Task.CompletedTask;
    }

    /// <summary>
    /// Sends an event through a log: clients here receive it when it comes back. While Redis is away, or when it refuses the event,
    /// they receive it at once, behind what is on its way, and the log gets a mark.
    /// </summary>
    /// <param name="events">This server's events on their way.</param>
    /// <param name="unlogged">Writes the mark.</param>
    /// <param name="message">The event.</param>
    /// <param name="bytes">By what it is recognised when it comes back.</param>
    /// <param name="publish">Appends it to the log.</param>
    private protected async Task BroadcastLoggedAsync(
        OwnEvents events, UnloggedEvents unlogged, BroadcastMessage message, ReadOnlyMemory<byte> bytes, Func<Task> publish)
    {
        OwnEvent? own = null;
        DeliverNothingWhile(() =>
        {
            if (CanPublish)
            {
                own = events.Add(message, bytes);
                return;
            }

            unlogged.Add();
            events.FailAll();
            Deliver(message.Packet, message.Options, offset: null);
        });
        if (own is null)
        {
            Metrics.Unpublished();
            return;
        }

        try
        {
            await publish();
        }
        catch (Exception exception)
        {
            Metrics.Unpublished();
            if (exception is not RedisUnavailableException && _refused.TryPass(out var count))
            {
                Log.Refused(Logger, exception, Name, count);
            }

            DeliverNothingWhile(() =>
            {
                unlogged.Add();
                events.Fail(own);
            });
            if (CanPublish)
            {
                await unlogged.MarkAsync();
            }
        }
    }

    /// <summary>Redis has gone: what is on its way through the log is delivered.</summary>
    private protected void FailOwn(OwnEvents events, UnloggedEvents unlogged) => DeliverNothingWhile(() =>
    {
        if (events.Count > 0)
        {
            unlogged.Add();
        }

        events.FailAll();
    });

    private protected override void OnNotPublished() => Metrics.Unpublished();

    /// <summary>From now on nothing is subscribed to.</summary>
    private protected void BeginClosing()
    {
        lock (_subscriptions)
        {
            Volatile.Write(ref _isClosed, true);
        }
    }

    internal override async Task WhenDeliveredAsync()
    {
        if (Own is not { } own)
        {
            return;
        }

        var delivering = Task.CompletedTask;
        DeliverNothingWhile(() => delivering = own.WhenGoneAsync());
        if (delivering.IsCompleted)
        {
            return;
        }

        try
        {
            await delivering.WaitAsync(RequestTimeout, Context.Time);
        }
        catch (TimeoutException)
        {
            // Nothing comes back from Redis; nothing is gained by waiting longer.
        }

        // The last one is taken from the list just before it goes out.
        DeliverNothingWhile(static () => { });
    }

    private protected override void OnDropped(string reason) => Metrics.Dropped(reason);

    private protected Task SubscribeAsync(
        string channel, RedisChannelKind kind, Action<string, ReadOnlyMemory<byte>> handler, Func<ReadOnlyMemory<byte>, bool>? isOwn = null)
        => SubscribeAsync(new RedisSubscription(channel, kind, (from, message) => Receive(from, message, handler))
        {
            PassesOver = isOwn is null ? null : message => PassOver(isOwn(message)),
        });

    private protected Task SubscribeAsync(RedisSubscription subscription)
    {
        lock (_subscriptions)
        {
            if (_isClosed)
            {
                // A beginning that had to wait for Redis: nobody would ever end the subscription, and it would be counted.
                return Task.CompletedTask;
            }

            _subscriptions.Add(subscription);
        }

        return Bus.SubscribeAsync(subscription, CancellationToken.None);
    }

    private protected Task UnsubscribeAsync(RedisSubscription subscription)
    {
        lock (_subscriptions)
        {
            _subscriptions.Remove(subscription);
        }

        return EndAsync(subscription);
    }

    /// <summary>A message could not be read: it is dropped, and told of by its size alone.</summary>
    private protected void DropUnreadable(string channel, int length)
    {
        Metrics.Dropped("unreadable");
        if (_unreadable.TryPass(out var count))
        {
            Log.Unreadable(Logger, channel, length, count);
        }
    }

    private protected void Receive(string channel, ReadOnlyMemory<byte> message, Action<string, ReadOnlyMemory<byte>> handler)
    {
        Metrics.Received();
        if (message.Length > _options.MaxMessageSize)
        {
            Metrics.Dropped("too_large");
            if (_tooLarge.TryPass(out var count))
            {
                Log.TooLarge(Logger, channel, message.Length, _options.MaxMessageSize, count);
            }

            return;
        }

        try
        {
            handler(channel, message);
        }
        catch (Exception exception)
        {
            Metrics.Dropped("failed");
            if (_failed.TryPass(out var count))
            {
                Log.HandlingFailed(Logger, exception, channel, count);
            }
        }
    }

    private bool PassOver(bool isOwn)
    {
        if (isOwn)
        {
            Metrics.Received();
        }

        return isOwn;
    }

    private Task EndAllAsync()
    {
        RedisSubscription[] subscriptions;
        lock (_subscriptions)
        {
            subscriptions = [.. _subscriptions];
            _subscriptions.Clear();
        }

        return Task.WhenAll(subscriptions.Select(EndAsync));
    }

    private async Task EndAsync(RedisSubscription subscription)
    {
        try
        {
            await Bus.UnsubscribeAsync(subscription);
        }
        catch (RedisUnavailableException)
        {
            // Then it has ended with the connection.
        }
    }

    private async Task ObserveAsync(Task starting)
    {
        try
        {
            await starting;
        }
        catch (Exception) when (IsClosed)
        {
            // It is not waited for any more.
        }
        catch (Exception exception)
        {
            Log.StartFailed(Logger, exception, Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6, LogLevel.Warning, "Redis has refused an event of {Namespace} for the log; it reaches this server's clients only; {Count} since the last line.", EventName = nameof(Refused))]
        public static partial void Refused(ILogger logger, Exception exception, string @namespace, long count);

        [LoggerMessage(1, LogLevel.Warning, "Redis was not there within {Timeout} for the namespace {Namespace}: it begins alone, and joins the other servers when Redis is back.", EventName = nameof(StartedWithoutRedis))]
        public static partial void StartedWithoutRedis(ILogger logger, string @namespace, TimeSpan timeout);

        [LoggerMessage(2, LogLevel.Error, "The namespace {Namespace} could not join the other servers.", EventName = nameof(StartFailed))]
        public static partial void StartFailed(ILogger logger, Exception exception, string @namespace);

        [LoggerMessage(3, LogLevel.Warning, "A message of {Length} bytes on {Channel} could not be read and was dropped; {Count} since the last line.", EventName = nameof(Unreadable))]
        public static partial void Unreadable(ILogger logger, string channel, int length, long count);

        [LoggerMessage(4, LogLevel.Warning, "A message of {Length} bytes on {Channel} is larger than the limit of {Limit} (the option MaxMessageSize) and was dropped; {Count} since the last line.", EventName = nameof(TooLarge))]
        public static partial void TooLarge(ILogger logger, string channel, int length, int limit, long count);

        [LoggerMessage(5, LogLevel.Error, "Working on a message on {Channel} failed; {Count} since the last line.", EventName = nameof(HandlingFailed))]
        public static partial void HandlingFailed(ILogger logger, Exception exception, string channel, long count);
    }
}
