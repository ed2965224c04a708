namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Emitters for the servers of a test.</summary>
internal static class EmitterKinds
{
    public static async Task<RedisEmitter> CreateEmitterAsync(this AdapterKind adapter, TestCluster cluster, bool withLog = true)
    {
        var connection = await cluster.ConnectAsync();
        var emitter = Create(adapter, connection, cluster.Prefix, withLog);
        await emitter.WhenConnectedAsync(CancellationToken.None).Soon();
        return emitter;
    }

    private static RedisEmitter Create(AdapterKind adapter, RedisConnection connection, string prefix, bool withLog)
    {
        var services = new RedisEmitterServices();
        return adapter switch
        {
            AdapterKind.Classic or AdapterKind.ClassicWithOwnResponses => new RedisEmitter(connection, new RedisAdapterOptions { KeyPrefix = prefix }, services),
            AdapterKind.ClassicWithLog => new RedisEmitter(
                connection, new RedisAdapterOptions { KeyPrefix = prefix, RecoveryLog = withLog ? new RedisRecoveryLogOptions() : null }, services),
            AdapterKind.Streams or AdapterKind.StreamsWithRecovery
                => new RedisEmitter(connection, new RedisStreamsAdapterOptions { StreamName = prefix, ChannelPrefix = prefix }, services),
            AdapterKind.StreamsSharded => new RedisEmitter(
                connection, new RedisStreamsAdapterOptions { StreamName = prefix, StreamCount = 4, ChannelPrefix = prefix, UseShardedPubSub = true }, services),
            _ => new RedisEmitter(connection, new ShardedRedisAdapterOptions { ChannelPrefix = prefix, SubscriptionMode = GetMode(adapter) }, services),
        };
    }

    private static RedisSubscriptionMode GetMode(AdapterKind adapter) => adapter switch
    {
        AdapterKind.ShardedStatic => RedisSubscriptionMode.Static,
        AdapterKind.ShardedDynamicPrivate => RedisSubscriptionMode.DynamicPrivate,
        _ => RedisSubscriptionMode.Dynamic,
    };
}
