namespace SocketIoSharp;

/// <summary>What runs inside of Redis.</summary>
internal static class RedisScripts
{
    /// <summary>
    /// Appends a message to a stream and publishes it with the id that it got there, as one step: the order of the stream is the
    /// order of the channel. KEYS: the stream. ARGV: how many entries it keeps, the channel, and the message (a MessagePack array)
    /// without its last element, which is the id; the stream keeps it without.
    /// </summary>
    public const string AppendAndPublish =
        """
        local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'm', ARGV[3])
        local head = #id < 32 and string.char(0xA0 + #id) or string.char(0xD9, #id)
        redis.call('PUBLISH', ARGV[2], ARGV[3] .. head .. id)
        return id
        """;

    /// <summary>The field of a stream's entry in which <see cref="AppendAndPublish"/> keeps the message.</summary>
    public const string MessageField = "m";
}
