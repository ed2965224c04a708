namespace SocketIoSharp;

/// <summary>The wire of the classic adapter.</summary>
internal sealed class ClassicPublisher : IClusterPublisher
{
    private readonly RedisLink _link;
    private readonly RedisAdapterOptions _options;
    private readonly string _namespaceName;
    private readonly string _logStream;

    public ClassicPublisher(RedisLink link, RedisAdapterOptions options, string namespaceName)
    {
        _link = link;
        _options = options;
        _namespaceName = namespaceName;
        Wire = new ClassicWire(namespaceName, options.Codec, options.MaxMessageSize);
        BroadcastChannel = RedisChannels.Namespace(options.KeyPrefix, namespaceName);
        RequestChannel = RedisChannels.ClassicRequest(options.KeyPrefix, namespaceName);
        _logStream = RedisChannels.ClassicLog(options.KeyPrefix, namespaceName);
    }

    public ClassicWire Wire { get; }

    public string BroadcastChannel { get; }

    public string RequestChannel { get; }

    public Task PublishAsync(ClusterMessage message)
    {
        if (message is not BroadcastMessage { RequestId: null } broadcast)
        {
            return PublishAsync(RequestChannel, Wire.EncodeRequest(message));
        }

        return _options.RecoveryLog is null
            ? PublishAsync(GetChannel(broadcast), Wire.EncodeBroadcast(broadcast))
            : PublishLoggedAsync(GetChannel(broadcast), Wire.EncodeBroadcastHead(broadcast));
    }

    /// <summary>One room has a channel of its own, which servers without it pass over unread.</summary>
    public string GetChannel(BroadcastMessage broadcast)
        => broadcast.Options.Rooms is [var room] ? RedisChannels.Room(_options.KeyPrefix, _namespaceName, room) : BroadcastChannel;

    public async Task PublishAsync(string channel, byte[] message)
    {
        await _link.Bus.PublishAsync(channel, message, isSharded: false);
        _link.Metrics.Published();
    }

    /// <summary>Appends an event to the log and publishes it with its place, as one step.</summary>
    public async Task PublishLoggedAsync(string channel, byte[] head)
    {
        await _link.Bus.ExecuteAsync(
            "EVAL",
            new RedisArgument[] { RedisScripts.AppendAndPublish, 1, _logStream, _options.RecoveryLog!.MaxLength, channel, head },
            CancellationToken.None);
        _link.Metrics.Published();
    }
}
