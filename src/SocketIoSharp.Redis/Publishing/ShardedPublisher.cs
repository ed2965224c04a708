namespace SocketIoSharp;

/// <summary>The wire of the sharded adapter.</summary>
internal sealed class ShardedPublisher(RedisLink link, ShardedRedisAdapterOptions options, string namespaceName) : IClusterPublisher
{
    // Node's servers take names of this length for those of single sockets.
    private const int SocketIdLength = 20;

    public ClusterWire Wire { get; } = new(namespaceName, ClusterWireFormat.Json, options.MaxMessageSize);

    public string Channel { get; } = RedisChannels.Namespace(options.ChannelPrefix, namespaceName);

    public Task PublishAsync(ClusterMessage message)
        => PublishAsync(
            message is BroadcastMessage { RequestId: null, Options.Rooms: [var room] } && HasChannel(room)
                ? RedisChannels.Room(options.ChannelPrefix, namespaceName, room)
                : Channel,
            message);

    public async Task PublishAsync(string channel, ClusterMessage message)
    {
        await link.Bus.PublishAsync(channel, Wire.Encode(message), isSharded: true);
        link.Metrics.Published();
    }

    /// <summary>
    /// Whether what is for this room alone goes over a channel of its own. Who has sockets in such a room listens there: those
    /// whose id is longer, because they are of old clients in another namespace, have a channel as well.
    /// </summary>
    public bool HasChannel(string room) => options.SubscriptionMode switch
    {
        RedisSubscriptionMode.Dynamic => room.Length != SocketIdLength,
        RedisSubscriptionMode.DynamicPrivate => true,
        _ => false,
    };
}
