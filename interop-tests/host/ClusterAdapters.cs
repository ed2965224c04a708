using System.Text.Json.Nodes;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.InteropHost;

/// <summary>The adapters by the names that commands use, with options by their names in Node.</summary>
internal static class ClusterAdapters
{
    public static void Add(ISocketIOBuilder builder, string adapter, Uri redis, JsonObject given)
    {
        switch (adapter)
        {
            case "classic":
                builder.AddRedisAdapter(Connect(redis, hasShardedChannels: false), options => Configure(options, given));
                break;
            case "sharded":
                builder.AddShardedRedisAdapter(Connect(redis, hasShardedChannels: true), options => Configure(options, given));
                break;
            case "streams":
                var isSharded = given["useShardedPubSub"]?.GetValue<bool>() ?? false;
                builder.AddRedisStreamsAdapter(Connect(redis, isSharded), options => Configure(options, given));
                break;
            default:
                throw new ArgumentException($"no adapter \"{adapter}\"", nameof(adapter));
        }
    }

    /// <summary>What users have by default, unless it lacks sharded channels.</summary>
    private static RedisConnection Connect(Uri redis, bool hasShardedChannels)
        => hasShardedChannels ? new RespRedisConnection(redis.Host, redis.Port) : RedisConnection.FromConfiguration(redis.Authority);

    private static void Configure(RedisAdapterOptions options, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            switch (name)
            {
                case "key":
                    options.KeyPrefix = value!.GetValue<string>();
                    break;
                case "requestsTimeout":
                    options.RequestTimeout = Milliseconds(value);
                    break;
                case "publishOnSpecificResponseChannel":
                    options.PublishOnSpecificResponseChannel = value!.GetValue<bool>();
                    break;
                default:
                    throw NotKnown(name);
            }
        }
    }

    private static void Configure(ShardedRedisAdapterOptions options, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            switch (name)
            {
                case "channelPrefix":
                    options.ChannelPrefix = value!.GetValue<string>();
                    break;
                case "subscriptionMode":
                    options.SubscriptionMode = value!.GetValue<string>() switch
                    {
                        "static" => RedisSubscriptionMode.Static,
                        "dynamic" => RedisSubscriptionMode.Dynamic,
                        "dynamic-private" => RedisSubscriptionMode.DynamicPrivate,
                        var other => throw NotKnown(other),
                    };
                    break;
                default:
                    throw NotKnown(name);
            }
        }
    }

    private static void Configure(RedisStreamsAdapterOptions options, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            switch (name)
            {
                case "channelPrefix":
                    options.ChannelPrefix = value!.GetValue<string>();
                    break;
                case "streamName":
                    options.StreamName = value!.GetValue<string>();
                    break;
                case "streamCount":
                    options.StreamCount = value!.GetValue<int>();
                    break;
                case "sessionKeyPrefix":
                    options.SessionKeyPrefix = value!.GetValue<string>();
                    break;
                case "useShardedPubSub":
                    options.UseShardedPubSub = value!.GetValue<bool>();
                    break;
                case "maxLen":
                    options.MaxLength = value!.GetValue<int>();
                    break;
                case "readCount":
                    options.ReadCount = value!.GetValue<int>();
                    break;
                case "blockTimeInMs":
                    options.BlockTime = Milliseconds(value);
                    break;
                case "onlyPlaintext":
                    options.OnlyPlaintext = value!.GetValue<bool>();
                    break;
                default:
                    throw NotKnown(name);
            }
        }
    }

    private static TimeSpan Milliseconds(JsonNode? value) => TimeSpan.FromMilliseconds(value!.GetValue<double>());

    private static ArgumentException NotKnown(string name) => new($"no option \"{name}\"", nameof(name));
}
