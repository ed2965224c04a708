using System.Globalization;
using System.Text;

namespace SocketIoSharp;

/// <summary>The commands that the adapters need, with the replies and errors of Redis. The caller holds the lock.</summary>
internal sealed partial class InMemoryRedisCommands(InMemoryRedisKeys keys, InMemoryRedis redis)
{
    public RedisReply Run(string command, ReadOnlySpan<RedisArgument> arguments) => command.ToUpperInvariant() switch
    {
        "PING" => Ping(arguments),
        "GET" => Get(arguments, "get", isRemoved: false),
        "GETDEL" => Get(arguments, "getdel", isRemoved: true),
        "SET" => Set(arguments),
        "DEL" => Remove(arguments),
        "XADD" => AddToStream(arguments),
        "XLEN" => StreamLength(arguments),
        "XRANGE" => StreamRange(arguments, isReversed: false),
        "XREVRANGE" => StreamRange(arguments, isReversed: true),
        "PUBLISH" => Publish(arguments, "publish", isSharded: false),
        "SPUBLISH" => Publish(arguments, "spublish", isSharded: true),
        "PUBSUB" => CountSubscribers(arguments),
        "EVAL" => Evaluate(arguments),
        _ => throw new RedisCommandException($"ERR unknown command '{command}': what connects servers of one process knows the commands of the adapters alone."),
    };

    /// <summary>Keys are compared byte by byte.</summary>
    public static string ToKey(RedisArgument argument) => Encoding.Latin1.GetString(argument.Bytes.Span);

    public static long ToInteger(RedisArgument argument)
        => long.TryParse(argument.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
            : throw new RedisCommandException("ERR value is not an integer or out of range");

    public static RedisCommandException SyntaxError() => new("ERR syntax error");

    public static RedisCommandException InvalidStreamId() => new("ERR Invalid stream ID specified as stream command argument");

    public static void RequireCount(bool isMet, string command)
    {
        if (!isMet)
        {
            throw new RedisCommandException($"ERR wrong number of arguments for '{command}' command");
        }
    }

    private static RedisReply Text(string text) => RedisReply.Of(Encoding.UTF8.GetBytes(text));

    private static RedisReply Ping(ReadOnlySpan<RedisArgument> arguments)
    {
        RequireCount(arguments.Length <= 1, "ping");
        return arguments.Length == 0 ? Text("PONG") : RedisReply.Of(arguments[0].Bytes);
    }

    private RedisReply Get(ReadOnlySpan<RedisArgument> arguments, string command, bool isRemoved)
    {
        RequireCount(arguments.Length == 1, command);
        var key = ToKey(arguments[0]);
        if (!keys.TryGet(key, out var value))
        {
            return RedisReply.Null;
        }

        if (isRemoved)
        {
            keys.Remove(key);
        }

        return RedisReply.Of(value);
    }

    private RedisReply Set(ReadOnlySpan<RedisArgument> arguments)
    {
        RequireCount(arguments.Length >= 2, "set");
        TimeSpan? lifetime = null;
        if (arguments.Length > 2)
        {
            if (arguments.Length != 4 || !string.Equals(arguments[2].ToString(), "PX", StringComparison.OrdinalIgnoreCase))
            {
                throw SyntaxError();
            }

            var milliseconds = ToInteger(arguments[3]);
            lifetime = milliseconds is > 0 and < long.MaxValue / TimeSpan.TicksPerMillisecond ? TimeSpan.FromMilliseconds(milliseconds)
                : throw new RedisCommandException("ERR invalid expire time in 'set' command");
        }

        keys.Set(ToKey(arguments[0]), arguments[1].Bytes.ToArray(), lifetime);
        return Text("OK");
    }

    private RedisReply Remove(ReadOnlySpan<RedisArgument> arguments)
    {
        RequireCount(arguments.Length >= 1, "del");
        var removed = 0;
        foreach (var key in arguments)
        {
            removed += keys.Remove(ToKey(key)) ? 1 : 0;
        }

        return RedisReply.Of(removed);
    }

    private RedisReply Publish(ReadOnlySpan<RedisArgument> arguments, string command, bool isSharded)
    {
        RequireCount(arguments.Length == 2, command);
        return RedisReply.Of(redis.PublishLocked(arguments[0].ToString(), arguments[1].Bytes, isSharded));
    }

    private RedisReply CountSubscribers(ReadOnlySpan<RedisArgument> arguments)
    {
        RequireCount(arguments.Length >= 1, "pubsub");
        bool isSharded;
        switch (arguments[0].ToString().ToUpperInvariant())
        {
            case "NUMSUB":
                isSharded = false;
                break;
            case "SHARDNUMSUB":
                isSharded = true;
                break;
            default:
                throw new RedisCommandException($"ERR unknown subcommand '{arguments[0]}'. Try PUBSUB HELP.");
        }

        var counts = new List<RedisReply>();
        foreach (var channel in arguments[1..])
        {
            counts.Add(RedisReply.Of(channel.Bytes));
            counts.Add(RedisReply.Of(redis.CountLocked(channel.ToString(), isSharded)));
        }

        return RedisReply.Of(counts);
    }

    private RedisReply Evaluate(ReadOnlySpan<RedisArgument> arguments)
    {
        RequireCount(arguments.Length >= 2, "eval");
        if (arguments[0].ToString() != RedisScripts.AppendAndPublish || arguments.Length != 6 || ToInteger(arguments[1]) != 1)
        {
            throw new RedisCommandException("ERR unknown script: what connects servers of one process knows the scripts of the adapters alone.");
        }

        var (stream, channel, head) = (arguments[2], arguments[4], arguments[5]);
        var id = AddToStream([stream, "MAXLEN", "~", arguments[3], "*", RedisScripts.MessageField, head]);
        var published = new List<byte>(head.Bytes.Length + id.Bytes.Length + 2);
        published.AddRange(head.Bytes.Span);
        published.AddRange(id.Bytes.Length < 32 ? [(byte)(0xA0 + id.Bytes.Length)] : [0xD9, (byte)id.Bytes.Length]);
        published.AddRange(id.Bytes.Span);
        redis.PublishLocked(channel.ToString(), published.ToArray(), isSharded: false);
        return id;
    }
}
