namespace SocketIoSharp;

/// <summary>The commands for streams, but for XREAD, which waits.</summary>
internal sealed partial class InMemoryRedisCommands
{
    private RedisReply AddToStream(ReadOnlySpan<RedisArgument> arguments)
    {
        RequireCount(arguments.Length >= 4, "xadd");
        long? maxLength = null;
        var at = 1;
        if (string.Equals(arguments[at].ToString(), "MAXLEN", StringComparison.OrdinalIgnoreCase))
        {
            // Trimming "about" to a length may trim to exactly that length.
            at += arguments[at + 1].ToString() is "~" or "=" ? 2 : 1;
            maxLength = ToInteger(arguments[at++]);
            if (maxLength < 0)
            {
                throw new RedisCommandException("ERR The MAXLEN argument must be >= 0.");
            }
        }

        var fields = arguments.Length - at - 1;
        RequireCount(fields >= 2 && fields % 2 == 0, "xadd");
        var given = arguments[at].ToString();
        UInt128 id = 0;
        if (given != "*" && !InMemoryRedisStream.TryParse(given, 0, out id))
        {
            throw InvalidStreamId();
        }

        var key = ToKey(arguments[0]);
        var last = keys.FindStream(key)?.LastId ?? 0;
        if (given != "*" && id <= last)
        {
            throw new RedisCommandException(id == 0
                ? "ERR The ID specified in XADD must be greater than 0-0"
                : "ERR The ID specified in XADD is equal or smaller than the target stream top item");
        }

        var stream = keys.GetOrAddStream(key);
        id = given == "*" ? stream.NextId(keys.Now) : id;
        var values = new List<RedisReply>(fields);
        foreach (var value in arguments[(at + 1)..])
        {
            values.Add(RedisReply.Of(value.Bytes.ToArray()));
        }

        stream.Add(id, RedisReply.Of(values));
        if (maxLength is { } most)
        {
            stream.Trim(most);
        }

        redis.WakeReadersLocked();
        return Text(InMemoryRedisStream.Format(id));
    }

    private RedisReply StreamLength(ReadOnlySpan<RedisArgument> arguments)
    {
        RequireCount(arguments.Length == 1, "xlen");
        return RedisReply.Of(keys.FindStream(ToKey(arguments[0]))?.Length ?? 0);
    }

    private RedisReply StreamRange(ReadOnlySpan<RedisArgument> arguments, bool isReversed)
    {
        RequireCount(arguments.Length >= 3, isReversed ? "xrevrange" : "xrange");
        var from = ToBound(arguments[isReversed ? 2 : 1].ToString(), isStart: true);
        var to = ToBound(arguments[isReversed ? 1 : 2].ToString(), isStart: false);
        var count = long.MaxValue;
        if (arguments.Length > 3)
        {
            if (arguments.Length != 5 || !string.Equals(arguments[3].ToString(), "COUNT", StringComparison.OrdinalIgnoreCase))
            {
                throw SyntaxError();
            }

            count = Math.Max(ToInteger(arguments[4]), 0);
        }

        if (keys.FindStream(ToKey(arguments[0])) is not { } stream)
        {
            return RedisReply.Of([]);
        }

        return count == 0 ? RedisReply.Null : RedisReply.Of(stream.Range(from, to, count, isReversed));
    }

    private static UInt128 ToBound(string text, bool isStart)
    {
        if (text is "-" or "+")
        {
            return text == "-" ? 0 : UInt128.MaxValue;
        }

        var isExcluded = text.StartsWith('(');
        if (!InMemoryRedisStream.TryParse(isExcluded ? text[1..] : text, isStart ? 0 : ulong.MaxValue, out var id))
        {
            throw InvalidStreamId();
        }

        if (!isExcluded)
        {
            return id;
        }

        if (id == (isStart ? UInt128.MaxValue : 0))
        {
            throw new RedisCommandException($"ERR invalid {(isStart ? "start" : "end")} ID for the interval");
        }

        return isStart ? id + 1 : id - 1;
    }
}
