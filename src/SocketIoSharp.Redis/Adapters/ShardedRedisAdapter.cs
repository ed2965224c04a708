namespace SocketIoSharp;

/// <summary>The sharded adapter: one channel for all servers of a namespace, one for each server, and in the dynamic modes one for each room that has sockets here.</summary>
/// <remarks>Node: @socket.io/redis-adapter, createShardedAdapter.</remarks>
internal sealed class ShardedRedisAdapter : RedisClusterAdapter
{
    private readonly ShardedRedisAdapterOptions _options;
    private readonly ShardedPublisher _publisher;
    private readonly RoomSubscriptions? _rooms;

    public ShardedRedisAdapter(AdapterContext context, RedisLink link, ShardedRedisAdapterOptions options)
        : base(context, link, options, ClusterRequestTable.CreateId(), hasNamedAnswers: true)
    {
        _options = options;
        _publisher = new ShardedPublisher(link, options, Name);
        if (options.SubscriptionMode != RedisSubscriptionMode.Static)
        {
            _rooms = new RoomSubscriptions(
                room => Table.HasRoom(room),
                room => new RedisSubscription(RedisChannels.Room(options.ChannelPrefix, Name, room), RedisChannelKind.Sharded, Receive),
                SubscribeAsync,
                UnsubscribeAsync,
                Logger);
            OnRoomCreated(OnRoomChanged);
            OnRoomDeleted(OnRoomChanged);
        }
    }

    /// <summary>How many rooms are subscribed to, or about to be.</summary>
    internal int SubscribedRooms => _rooms?.Count ?? 0;

    private protected override string CountedChannel => _publisher.Channel;

    private protected override bool IsSharded => true;

    /// <summary>The socket is in the rooms at once; the task is complete when what other servers send there arrives.</summary>
    public override async Task AddAsync(string socketId, IReadOnlyCollection<string> rooms)
    {
        await base.AddAsync(socketId, rooms);
        if (_rooms is not null && CanPublish)
        {
            try
            {
                await _rooms.WhenSettledAsync(rooms).WaitAsync(RequestTimeout, Context.Time);
            }
            catch (TimeoutException)
            {
                // Redis has gone, or is slow; nothing is gained by waiting longer.
            }
        }
    }

    protected override Task PublishAsync(ClusterMessage message) => _publisher.PublishAsync(message);

    protected override Task PublishResponseAsync(string requesterUid, ClusterResponse response)
        => _publisher.PublishAsync(RedisChannels.Server(_options.ChannelPrefix, Name, requesterUid), response);

    private protected override async Task StartWithRedisAsync()
    {
        if (!Bus.SupportsShardedChannels(out var reason))
        {
            throw new NotSupportedException(reason);
        }

        await SubscribeAsync(RedisChannels.Server(_options.ChannelPrefix, Name, Uid), RedisChannelKind.Sharded, OnMessage);
        await SubscribeAsync(_publisher.Channel, RedisChannelKind.Sharded, OnMessage);
    }

    private protected override async Task<bool> IsAliveAsync(string uid, CancellationToken cancellationToken)
        => await Bus.CountSubscribersAsync(RedisChannels.Server(_options.ChannelPrefix, Name, uid), isSharded: true, cancellationToken) > 0;

    private void OnRoomChanged(string room)
    {
        if (_publisher.HasChannel(room))
        {
            _rooms!.Touch(room);
        }
    }

    private void Receive(string channel, ReadOnlyMemory<byte> bytes) => Receive(channel, bytes, OnMessage);

    private void OnMessage(string channel, ReadOnlyMemory<byte> bytes)
    {
        if (_publisher.Wire.TryDecode(bytes, out var message))
        {
            OnMessage(message);
        }
        else
        {
            DropUnreadable(channel, bytes.Length);
        }
    }
}
