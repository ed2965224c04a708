namespace SocketIoSharp;

/// <summary>The wire of the streams adapter: what must arrive goes into the stream, questions over a channel.</summary>
internal sealed class StreamPublisher(RedisLink link, RedisStreamsAdapterOptions options, string namespaceName) : IClusterPublisher
{
    private readonly RedisArgument[] _place =
        [StreamWire.GetStreamName(options.StreamName, options.StreamCount, namespaceName), "MAXLEN", "~", options.MaxLength, "*"];

    public ClusterWire Wire { get; } = new(namespaceName, ClusterWireFormat.MessagePack, options.MaxMessageSize);

    public string Stream { get; } = StreamWire.GetStreamName(options.StreamName, options.StreamCount, namespaceName);

    public string Channel { get; } = RedisChannels.Namespace(options.ChannelPrefix, namespaceName);

    public Task PublishAsync(ClusterMessage message)
    {
        // Emitters, who get no answers, write their events for servers into the stream; Node's servers read them there.
        var isQuestion = message is BroadcastMessage { RequestId: not null } or FetchSocketsMessage
            || (message is ServerSideEmitMessage && message.Uid != ClassicWire.EmitterUid);
        return isQuestion ? PublishAsync(Channel, message) : AppendAsync(Encode(message));
    }

    public RedisArgument[] Encode(ClusterMessage message) => StreamWire.EncodeEntry(message, options.OnlyPlaintext);

    public async Task PublishAsync(string channel, ClusterMessage message)
    {
        await link.Bus.PublishAsync(channel, Wire.Encode(message), options.UseShardedPubSub);
        link.Metrics.Published();
    }

    public async Task AppendAsync(RedisArgument[] fields)
    {
        RedisArgument[] arguments = [.. _place, .. fields];
        await link.Bus.ExecuteAsync("XADD", arguments, CancellationToken.None);
        link.Metrics.Published();
    }
}
