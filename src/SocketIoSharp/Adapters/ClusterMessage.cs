namespace SocketIoSharp;

/// <summary>What servers of a cluster say to each other. The numbers are those on the wire.</summary>
/// <remarks>Node: <c>MessageType</c>.</remarks>
public enum ClusterMessageType
{
    /// <summary>No message has this number.</summary>
    None = 0,

    /// <summary>A server has started and asks who else is there.</summary>
    InitialHeartbeat = 1,

    /// <summary>A server is alive.</summary>
    Heartbeat = 2,

    /// <summary>An event for clients.</summary>
    Broadcast = 3,

    /// <summary>Clients join rooms.</summary>
    SocketsJoin = 4,

    /// <summary>Clients leave rooms.</summary>
    SocketsLeave = 5,

    /// <summary>Clients are disconnected.</summary>
    DisconnectSockets = 6,

    /// <summary>Asks for descriptions of clients.</summary>
    FetchSockets = 7,

    /// <summary>Descriptions of clients.</summary>
    FetchSocketsResponse = 8,

    /// <summary>An event for servers.</summary>
    ServerSideEmit = 9,

    /// <summary>The answer to an event for servers.</summary>
    ServerSideEmitResponse = 10,

    /// <summary>To how many clients a server has sent an event that asks for answers.</summary>
    BroadcastClientCount = 11,

    /// <summary>The answer of one client.</summary>
    BroadcastAck = 12,

    /// <summary>A server stops.</summary>
    AdapterClose = 13,
}

/// <summary>What one server of a cluster says to the others, or to one of them.</summary>
/// <remarks>Node: <c>ClusterMessage</c>, <c>ClusterResponse</c>.</remarks>
public abstract record ClusterMessage
{
    private protected ClusterMessage(ClusterMessageType type) => Type = type;

    /// <summary>What kind of message it is.</summary>
    public ClusterMessageType Type { get; }

    /// <summary>The server that has sent it: the <see cref="ClusterAdapter.Uid"/> of its adapter, or <c>emitter</c>.</summary>
    public required string Uid { get; init; }

    /// <summary>The name of the namespace.</summary>
    public required string Namespace { get; init; }
}

/// <summary>The answer of one server to the request of another one.</summary>
public abstract record ClusterResponse : ClusterMessage
{
    private protected ClusterResponse(ClusterMessageType type)
        : base(type)
    {
    }

    /// <summary>The request that it answers.</summary>
    public required string RequestId { get; init; }
}

/// <summary>One JSON value on its way between servers, with the binary values whose placeholders it holds.</summary>
/// <param name="Json">The UTF-8 JSON, with <c>{"_placeholder":true,"num":0}</c> in the place of binary values.</param>
/// <param name="Attachments">The binary values.</param>
public sealed record ClusterValue(ReadOnlyMemory<byte> Json, IReadOnlyList<ReadOnlyMemory<byte>> Attachments);

/// <summary>A server has started and asks who else is there.</summary>
public sealed record InitialHeartbeatMessage() : ClusterMessage(ClusterMessageType.InitialHeartbeat);

/// <summary>A server is alive.</summary>
public sealed record HeartbeatMessage() : ClusterMessage(ClusterMessageType.Heartbeat);

/// <summary>A server stops.</summary>
public sealed record AdapterCloseMessage() : ClusterMessage(ClusterMessageType.AdapterClose);

/// <summary>An event for clients.</summary>
public sealed record BroadcastMessage() : ClusterMessage(ClusterMessageType.Broadcast)
{
    /// <summary>The event.</summary>
    public required EncodedPacket Packet { get; init; }

    /// <summary>Whom it reaches.</summary>
    public required BroadcastOptions Options { get; init; }

    /// <summary>By what the answers are found; null when none are wanted.</summary>
    public string? RequestId { get; init; }
}

/// <summary>Clients join rooms.</summary>
public sealed record SocketsJoinMessage() : ClusterMessage(ClusterMessageType.SocketsJoin)
{
    /// <summary>Which clients.</summary>
    public required BroadcastOptions Options { get; init; }

    /// <summary>The rooms.</summary>
    public required IReadOnlyCollection<string> Rooms { get; init; }
}

/// <summary>Clients leave rooms.</summary>
public sealed record SocketsLeaveMessage() : ClusterMessage(ClusterMessageType.SocketsLeave)
{
    /// <summary>Which clients.</summary>
    public required BroadcastOptions Options { get; init; }

    /// <summary>The rooms.</summary>
    public required IReadOnlyCollection<string> Rooms { get; init; }
}

/// <summary>Clients are disconnected.</summary>
public sealed record DisconnectSocketsMessage() : ClusterMessage(ClusterMessageType.DisconnectSockets)
{
    /// <summary>Which clients.</summary>
    public required BroadcastOptions Options { get; init; }

    /// <summary>Whether their whole connections are closed.</summary>
    public required bool CloseConnection { get; init; }
}

/// <summary>Asks for descriptions of clients.</summary>
public sealed record FetchSocketsMessage() : ClusterMessage(ClusterMessageType.FetchSockets)
{
    /// <summary>Which clients.</summary>
    public required BroadcastOptions Options { get; init; }

    /// <summary>By what the answers are found.</summary>
    public required string RequestId { get; init; }
}

/// <summary>An event for servers.</summary>
public sealed record ServerSideEmitMessage() : ClusterMessage(ClusterMessageType.ServerSideEmit)
{
    /// <summary>The event.</summary>
    public required EncodedPacket Packet { get; init; }

    /// <summary>By what the answers are found; null when none are wanted.</summary>
    public string? RequestId { get; init; }
}

/// <summary>Descriptions of the clients of one server.</summary>
public sealed record FetchSocketsResponse() : ClusterResponse(ClusterMessageType.FetchSocketsResponse)
{
    /// <summary>The clients.</summary>
    public required IReadOnlyList<RemoteSocketDescription> Sockets { get; init; }
}

/// <summary>The answer to an event for servers.</summary>
public sealed record ServerSideEmitResponse() : ClusterResponse(ClusterMessageType.ServerSideEmitResponse)
{
    /// <summary>The first argument of the answer; null when it has none.</summary>
    public ClusterValue? Value { get; init; }
}

/// <summary>To how many clients a server has sent an event that asks for answers.</summary>
public sealed record BroadcastClientCountResponse() : ClusterResponse(ClusterMessageType.BroadcastClientCount)
{
    /// <summary>The number of clients.</summary>
    public required int ClientCount { get; init; }
}

/// <summary>The answer of one client.</summary>
public sealed record BroadcastAckResponse() : ClusterResponse(ClusterMessageType.BroadcastAck)
{
    /// <summary>The first argument of the answer; null when it has none.</summary>
    public ClusterValue? Value { get; init; }
}
