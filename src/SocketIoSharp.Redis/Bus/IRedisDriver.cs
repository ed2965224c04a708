namespace SocketIoSharp;

/// <summary>What a client library for Redis has to offer; the bus on top of it decides when to connect and when to give up.</summary>
internal interface IRedisDriver
{
    /// <summary>How long a command of a reader may wait in Redis.</summary>
    TimeSpan LongestBlock { get; }

    /// <inheritdoc cref="IRedisBus.SupportsShardedChannels"/>
    bool SupportsShardedChannels(out string? reason);

    /// <summary>What the seam calls an exception of the library: one of the two of the bus. Null for any other exception.</summary>
    Exception? Translate(Exception exception);

    /// <summary>Connects for commands and subscriptions.</summary>
    /// <param name="onLost">Called, with a reason for the log, as soon as the library notices that the connection is gone; maybe more than once.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<IRedisLink> ConnectAsync(Action<string> onLost, CancellationToken cancellationToken);

    /// <summary>Connects for commands that wait in Redis.</summary>
    /// <inheritdoc cref="ConnectAsync"/>
    Task<IRedisLink> ConnectReaderAsync(Action<string> onLost, CancellationToken cancellationToken);
}

/// <summary>
/// A connection that was made once, and is thrown away when it is lost. Tasks may stay incomplete for ever when it is;
/// what fails fails with exceptions of the library.
/// </summary>
internal interface IRedisLink : IAsyncDisposable
{
    /// <summary>Complete when commands and the subscribing connection have answered.</summary>
    Task PingAsync();

    /// <summary>Hands the message over before it returns, so that the order of the calls is the order on the wire.</summary>
    Task PublishAsync(string channel, ReadOnlyMemory<byte> message, bool isSharded);

    Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments);

    Task<int> CountSubscribersAsync(string channel, bool isSharded);

    /// <summary>Subscribes; complete when Redis has confirmed it. One at a time for each channel.</summary>
    Task SubscribeAsync(string channel, RedisChannelKind kind, Action<string, ReadOnlyMemory<byte>> handler);

    Task UnsubscribeAsync(string channel, RedisChannelKind kind);
}
