namespace SocketIoSharp;

/// <summary>The streams adapter: events survive a lost connection to Redis, and clients can be brought back on any server.</summary>
/// <remarks>Node: <c>RedisStreamsAdapterOptions</c>. All servers must have the same values.</remarks>
public sealed class RedisStreamsAdapterOptions : RedisAdapterOptionsBase
{
    /// <summary>The key of the stream.</summary>
    /// <remarks>Node: <c>streamName</c>.</remarks>
    public string StreamName { get; set; } = "socket.io";

    /// <summary>Over how many streams the namespaces are spread.</summary>
    /// <remarks>Node: <c>streamCount</c>.</remarks>
    public int StreamCount { get; set; } = 1;

    /// <summary>Begins the names of the channels for what need not survive.</summary>
    /// <remarks>Node: <c>channelPrefix</c>.</remarks>
    public string ChannelPrefix { get; set; } = "socket.io";

    /// <summary>Whether those channels are sharded; needs Redis 7.</summary>
    /// <remarks>Node: <c>useShardedPubSub</c>.</remarks>
    public bool UseShardedPubSub { get; set; }

    /// <summary>How many entries a stream keeps, about.</summary>
    /// <remarks>Node: <c>maxLen</c>.</remarks>
    public int MaxLength { get; set; } = 10_000;

    /// <summary>How many entries are read at once.</summary>
    /// <remarks>Node: <c>readCount</c>.</remarks>
    public int ReadCount { get; set; } = 100;

    /// <summary>How long a read waits in Redis for new entries.</summary>
    /// <remarks>Node: <c>blockTimeInMs</c>. Shortened to what the connection's own timeout allows.</remarks>
    public TimeSpan BlockTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Begins the names of the keys at which sessions are kept.</summary>
    /// <remarks>Node: <c>sessionKeyPrefix</c>.</remarks>
    public string SessionKeyPrefix { get; set; } = "sio:session:";

    /// <summary>Whether the application never sends binary values: then none are looked for.</summary>
    /// <remarks>Node: <c>onlyPlaintext</c>.</remarks>
    public bool OnlyPlaintext { get; set; }

    internal override void Validate()
    {
        base.Validate();
        RequireText(StreamName, nameof(StreamName));
        RequireText(ChannelPrefix, nameof(ChannelPrefix));
        RequireText(SessionKeyPrefix, nameof(SessionKeyPrefix));
        RequirePositive(StreamCount, nameof(StreamCount));
        RequirePositive(MaxLength, nameof(MaxLength));
        RequirePositive(ReadCount, nameof(ReadCount));
        RequirePositive(BlockTime, nameof(BlockTime));
    }
}
