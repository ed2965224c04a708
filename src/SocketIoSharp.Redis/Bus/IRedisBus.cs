namespace SocketIoSharp;

/// <summary>
/// One server's way to Redis: a connection for commands, one for subscriptions that counts as one subscriber, and more for
/// blocking reads. Everything may be called from any thread. Connects by itself, and again after every loss.
/// </summary>
internal interface IRedisBus : IAsyncDisposable
{
    /// <summary>Whether commands go through and all subscriptions are in place.</summary>
    RedisBusState State { get; }

    /// <summary>Whether there are sharded channels: the server and the client library must both know them.</summary>
    /// <param name="reason">What is missing, and what to do about it.</param>
    bool SupportsShardedChannels(out string? reason);

    /// <summary>
    /// Publishes; what is published by calls one after the other arrives in their order. Fails at once with a
    /// <see cref="RedisUnavailableException"/> while Redis is known to be away: nothing is kept for later.
    /// </summary>
    Task PublishAsync(string channel, ReadOnlyMemory<byte> message, bool isSharded);

    /// <summary>
    /// Adds a subscription; the task is complete when Redis has confirmed it, which while Redis is away means: when it is back.
    /// After a loss all subscriptions are made again before <see cref="RedisBusState.IsUp"/> is true.
    /// </summary>
    Task SubscribeAsync(RedisSubscription subscription, CancellationToken cancellationToken);

    /// <summary>Ends a subscription. Its handler may still be running when the task is complete, but is not called again.</summary>
    Task UnsubscribeAsync(RedisSubscription subscription);

    /// <summary>How many connections have subscribed to exactly this channel; in a Redis Cluster the sum over its masters.</summary>
    Task<int> CountSubscribersAsync(string channel, bool isSharded, CancellationToken cancellationToken);

    /// <summary>Runs any other command.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away.</exception>
    /// <exception cref="RedisCommandException">Redis has answered with an error.</exception>
    Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken);

    /// <summary>Opens a connection of its own for commands that wait in Redis.</summary>
    /// <returns>The connection; each of its commands may fail, and the next one connects again.</returns>
    IRedisReader CreateReader();
}

/// <summary>A connection for commands that wait in Redis; one command at a time.</summary>
internal interface IRedisReader : IAsyncDisposable
{
    /// <summary>How long a command may wait in Redis at most, whatever the caller would like.</summary>
    TimeSpan LongestBlock { get; }

    /// <inheritdoc cref="IRedisBus.ExecuteAsync"/>
    Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken);
}

/// <summary>What kind of channel is subscribed to.</summary>
internal enum RedisChannelKind
{
    /// <summary>One channel: SUBSCRIBE.</summary>
    Plain,

    /// <summary>All channels of a glob pattern: PSUBSCRIBE.</summary>
    Pattern,

    /// <summary>One sharded channel: SSUBSCRIBE.</summary>
    Sharded,
}

/// <summary>A subscription. Its handler is called for one message after the other, in their order, and must be quick.</summary>
/// <param name="channel">The channel, or the pattern.</param>
/// <param name="kind">What it is.</param>
/// <param name="handler">Receives the channel and the message, which it may keep.</param>
internal sealed class RedisSubscription(string channel, RedisChannelKind kind, Action<string, ReadOnlyMemory<byte>> handler)
{
    public string Channel => channel;

    public RedisChannelKind Kind => kind;

    public Action<string, ReadOnlyMemory<byte>> Handler => handler;

    /// <summary>
    /// Tells, maybe before the handler's turn and on the thread that reads from Redis, that the handler has no use for a message;
    /// a bus that does not ask hands it over. Null when there is no quick way to tell.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, bool>? PassesOver { get; init; }
}
