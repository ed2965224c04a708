using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>The adapters, with the options that change what is on the wire.</summary>
public enum AdapterKind
{
    /// <summary>The classic adapter.</summary>
    Classic,

    /// <summary>The classic adapter, answering on channels of single servers.</summary>
    ClassicWithOwnResponses,

    /// <summary>The classic adapter with its recovery log.</summary>
    ClassicWithLog,

    /// <summary>The sharded adapter with channels for public rooms.</summary>
    ShardedDynamic,

    /// <summary>The sharded adapter without channels for rooms.</summary>
    ShardedStatic,

    /// <summary>The sharded adapter with channels for all rooms.</summary>
    ShardedDynamicPrivate,

    /// <summary>The streams adapter.</summary>
    Streams,

    /// <summary>The streams adapter with recovery.</summary>
    StreamsWithRecovery,

    /// <summary>The streams adapter over several streams, asking over sharded channels.</summary>
    StreamsSharded,
}

/// <summary>How the adapters are added to a server.</summary>
internal static class AdapterKinds
{
    public static bool IsSharded(this AdapterKind kind)
        => kind is AdapterKind.ShardedDynamic or AdapterKind.ShardedStatic or AdapterKind.ShardedDynamicPrivate or AdapterKind.StreamsSharded;

    public static bool HasRecovery(this AdapterKind kind) => kind is AdapterKind.ClassicWithLog or AdapterKind.StreamsWithRecovery;

    public static ISocketIOBuilder AddTo(this AdapterKind kind, ISocketIOBuilder builder, RedisConnection connection, string prefix) => kind switch
    {
        AdapterKind.Classic => builder.AddRedisAdapter(connection, options => options.KeyPrefix = prefix),
        AdapterKind.ClassicWithOwnResponses => builder.AddRedisAdapter(connection, options =>
        {
            options.KeyPrefix = prefix;
            options.PublishOnSpecificResponseChannel = true;
        }),
        AdapterKind.ClassicWithLog => builder.AddRedisAdapter(connection, options =>
        {
            options.KeyPrefix = prefix;
            options.RecoveryLog = new RedisRecoveryLogOptions { SessionKeyPrefix = prefix + ":session:" };
        }),
        AdapterKind.Streams or AdapterKind.StreamsWithRecovery => builder.AddRedisStreamsAdapter(connection, options =>
        {
            options.StreamName = prefix;
            options.ChannelPrefix = prefix;
            options.SessionKeyPrefix = prefix + ":session:";
        }),
        AdapterKind.StreamsSharded => builder.AddRedisStreamsAdapter(connection, options =>
        {
            options.StreamName = prefix;
            options.StreamCount = 4;
            options.ChannelPrefix = prefix;
            options.UseShardedPubSub = true;
        }),
        AdapterKind.ShardedStatic => AddSharded(builder, connection, prefix, RedisSubscriptionMode.Static),
        AdapterKind.ShardedDynamicPrivate => AddSharded(builder, connection, prefix, RedisSubscriptionMode.DynamicPrivate),
        _ => AddSharded(builder, connection, prefix, RedisSubscriptionMode.Dynamic),
    };

    private static ISocketIOBuilder AddSharded(ISocketIOBuilder builder, RedisConnection connection, string prefix, RedisSubscriptionMode mode)
        => builder.AddShardedRedisAdapter(connection, options =>
        {
            options.ChannelPrefix = prefix;
            options.SubscriptionMode = mode;
        });
}
