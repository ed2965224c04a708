using System.Buffers.Text;

namespace SocketIoSharp;

/// <summary>Which arguments of the commands that are used here are keys: a Redis Cluster is asked where the key is.</summary>
internal static class RedisKeyPositions
{
    /// <summary>The keys among the arguments of a command: the first, and how many follow each other.</summary>
    public static Range Find(string command, ReadOnlySpan<RedisArgument> arguments) => command switch
    {
        "XADD" or "XRANGE" or "XREVRANGE" or "XLEN" or "XTRIM" or "XDEL"
            or "GET" or "GETDEL" or "GETEX" or "SET" or "INCR" or "EXPIRE" or "PEXPIRE" or "TTL" or "PTTL" or "TYPE" when arguments.Length > 0 => 0..1,
        "DEL" or "UNLINK" or "EXISTS" => ..arguments.Length,
        "XREAD" => FindStreams(arguments),
        "EVAL" or "EVALSHA" or "EVAL_RO" or "EVALSHA_RO" or "FCALL" or "FCALL_RO" => FindCounted(arguments),
        _ => ..0,
    };

    // XREAD [COUNT n] [BLOCK ms] STREAMS key [key ...] id [id ...]
    private static Range FindStreams(ReadOnlySpan<RedisArgument> arguments)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(arguments[index].Bytes.Span, "STREAMS"u8))
            {
                return (index + 1)..(index + 1 + ((arguments.Length - index - 1) / 2));
            }
        }

        return ..0;
    }

    // EVAL script numkeys key [key ...] argument [argument ...]
    private static Range FindCounted(ReadOnlySpan<RedisArgument> arguments)
        => arguments.Length > 1 && Utf8Parser.TryParse(arguments[1].Bytes.Span, out int count, out _) && count >= 0 && count <= arguments.Length - 2
            ? 2..(2 + count)
            : ..0;
}
