using System.Globalization;

namespace SocketIoSharp;

/// <summary>An XREAD, with <c>$</c> already replaced by what was the newest id when it came.</summary>
internal sealed class InMemoryRedisRead
{
    private readonly List<(RedisArgument Key, UInt128 After)> _streams = [];
    private long _count = long.MaxValue;

    private InMemoryRedisRead()
    {
    }

    /// <summary>How long to wait for entries; null when not at all.</summary>
    public TimeSpan? Block { get; private set; }

    public static InMemoryRedisRead Parse(ReadOnlySpan<RedisArgument> arguments, InMemoryRedisKeys keys)
    {
        InMemoryRedisCommands.RequireCount(arguments.Length >= 3, "xread");
        var read = new InMemoryRedisRead();
        for (var at = 0; at < arguments.Length; at++)
        {
            var isLast = at + 1 == arguments.Length;
            switch (arguments[at].ToString().ToUpperInvariant())
            {
                case "COUNT" when !isLast:
                    var count = InMemoryRedisCommands.ToInteger(arguments[++at]);
                    read._count = count > 0 ? count : long.MaxValue;
                    break;
                case "BLOCK" when !isLast:
                    read.Block = ToBlock(arguments[++at]);
                    break;
                case "STREAMS" when !isLast:
                    read.ParseStreams(arguments[(at + 1)..], keys);
                    return read;
                default:
                    throw InMemoryRedisCommands.SyntaxError();
            }
        }

        throw InMemoryRedisCommands.SyntaxError();
    }

    /// <summary>The entries that are there; null when there are none.</summary>
    public RedisReply Find(InMemoryRedisKeys keys)
    {
        var found = new List<RedisReply>();
        foreach (var (key, after) in _streams)
        {
            if (keys.FindStream(InMemoryRedisCommands.ToKey(key)) is { } stream && stream.LastId > after)
            {
                var entries = stream.Range(after + 1, UInt128.MaxValue, _count, isReversed: false);
                if (entries.Count > 0)
                {
                    found.Add(RedisReply.Of([RedisReply.Of(key.Bytes), RedisReply.Of(entries)]));
                }
            }
        }

        return found.Count == 0 ? RedisReply.Null : RedisReply.Of(found);
    }

    private void ParseStreams(ReadOnlySpan<RedisArgument> keysAndIds, InMemoryRedisKeys keys)
    {
        if (keysAndIds.Length % 2 != 0)
        {
            throw new RedisCommandException("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.");
        }

        var half = keysAndIds.Length / 2;
        for (var index = 0; index < half; index++)
        {
            var id = keysAndIds[half + index].ToString();
            UInt128 after;
            if (id == "$")
            {
                after = keys.FindStream(InMemoryRedisCommands.ToKey(keysAndIds[index]))?.LastId ?? 0;
            }
            else if (!InMemoryRedisStream.TryParse(id, 0, out after))
            {
                throw InMemoryRedisCommands.InvalidStreamId();
            }

            _streams.Add((keysAndIds[index], after));
        }
    }

    private static TimeSpan ToBlock(RedisArgument argument)
    {
        if (!long.TryParse(argument.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds))
        {
            throw new RedisCommandException("ERR timeout is not an integer or out of range");
        }

        return milliseconds switch
        {
            < 0 => throw new RedisCommandException("ERR timeout is negative"),
            0 => Timeout.InfiniteTimeSpan,

            // The longest that a timer takes.
            _ => TimeSpan.FromMilliseconds(Math.Min(milliseconds, uint.MaxValue - 1)),
        };
    }
}
