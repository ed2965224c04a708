namespace SocketIoSharp;

/// <summary>What all adapters on Redis have in common.</summary>
public abstract class RedisAdapterOptionsBase
{
    private protected RedisAdapterOptionsBase()
    {
    }

    /// <summary>How long the answers of other servers are waited for when the call names no time.</summary>
    /// <remarks>Node: <c>requestsTimeout</c>.</remarks>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the servers are counted again while a request waits: a server that has crashed ends the wait, one that hangs costs the whole time.</summary>
    public TimeSpan RecountInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a namespace waits for its subscriptions when it begins; then it works without Redis until that is there.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest message that is taken from Redis, in bytes; a larger one is dropped with a warning.</summary>
    public int MaxMessageSize { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many bytes of messages may wait to be worked on by a server; what comes beyond that is dropped with a warning.</summary>
    public long MaxQueuedBytes { get; set; } = 256 * 1024 * 1024;

    internal virtual void Validate()
    {
        RequirePositive(RequestTimeout, nameof(RequestTimeout));
        RequirePositive(RecountInterval, nameof(RecountInterval));
        RequirePositive(StartTimeout, nameof(StartTimeout));
        RequirePositive(MaxMessageSize, nameof(MaxMessageSize));
        RequirePositive(MaxQueuedBytes, nameof(MaxQueuedBytes));
    }

    private protected static void RequirePositive(TimeSpan value, string name) => Require(value > TimeSpan.Zero, name, "longer than zero");

    private protected static void RequirePositive(long value, string name) => Require(value > 0, name, "greater than zero");

    private protected static void RequireText(string? value, string name) => Require(!string.IsNullOrEmpty(value), name, "a text");

    internal static void Require(bool isMet, string name, string rule)
    {
        if (!isMet)
        {
            throw new InvalidOperationException($"The option {name} of the Redis adapter must be {rule}.");
        }
    }
}

/// <summary>The classic adapter: publish and subscribe, with any Redis.</summary>
/// <remarks>Node: <c>RedisAdapterOptions</c>. <see cref="KeyPrefix"/> and <see cref="Codec"/> must be the same on all servers and emitters.</remarks>
public sealed class RedisAdapterOptions : RedisAdapterOptionsBase
{
    /// <summary>Begins the names of all channels.</summary>
    /// <remarks>Node: <c>key</c>.</remarks>
    public string KeyPrefix { get; set; } = "socket.io";

    /// <summary>Whether answers go to the server that has asked, on a channel of its own, rather than to all.</summary>
    /// <remarks>Node: <c>publishOnSpecificResponseChannel</c>. Servers with and without it understand each other.</remarks>
    public bool PublishOnSpecificResponseChannel { get; set; }

    /// <summary>Writes events in another form than MessagePack.</summary>
    /// <remarks>Node: <c>parser</c>.</remarks>
    public IRedisCodec? Codec { get; set; }

    /// <summary>Keeps the newest events in Redis so that clients can be brought back (connection state recovery); off when null.</summary>
    /// <remarks>Node's classic adapter has nothing like it: only where all servers and emitters of the cluster keep this log are sessions resumed.</remarks>
    public RedisRecoveryLogOptions? RecoveryLog { get; set; }

    internal override void Validate()
    {
        base.Validate();
        RequireText(KeyPrefix, nameof(KeyPrefix));
        RecoveryLog?.Validate();
        Require(RecoveryLog is null || Codec is null, nameof(RecoveryLog), "null when there is a Codec: the log is written as MessagePack");
    }
}

/// <summary>The log of events beside the classic adapter.</summary>
public sealed class RedisRecoveryLogOptions
{
    /// <summary>How many events of a namespace are kept, about.</summary>
    public int MaxLength { get; set; } = 10_000;

    /// <summary>Begins the names of the keys at which sessions are kept.</summary>
    public string SessionKeyPrefix { get; set; } = "sio:session:";

    internal void Validate()
    {
        RedisAdapterOptionsBase.Require(MaxLength > 0, nameof(MaxLength), "greater than zero");
        RedisAdapterOptionsBase.Require(!string.IsNullOrEmpty(SessionKeyPrefix), nameof(SessionKeyPrefix), "a text");
    }
}

/// <summary>A form in which events travel through Redis instead of MessagePack.</summary>
/// <remarks>Node: the option <c>parser</c>. A message must not begin with <c>{</c>, unless it is JSON.</remarks>
public interface IRedisCodec
{
    /// <summary>Writes a value.</summary>
    /// <param name="value">The value: JSON, with placeholders for its binary values.</param>
    ReadOnlyMemory<byte> Encode(ClusterValue value);

    /// <summary>Reads a value; null when the message is not one. What is given is not trusted.</summary>
    /// <param name="message">The message.</param>
    ClusterValue? Decode(ReadOnlyMemory<byte> message);
}
