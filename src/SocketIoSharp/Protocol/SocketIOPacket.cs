namespace SocketIoSharp;

/// <summary>The packet types of Socket.IO protocol revision 5.</summary>
internal enum SocketIOPacketType : byte
{
    Connect = 0,
    Disconnect = 1,
    Event = 2,
    Ack = 3,
    ConnectError = 4,
    BinaryEvent = 5,
    BinaryAck = 6,
}

/// <summary>A decoded packet; its JSON is left as it came.</summary>
internal readonly struct SocketIOPacket
{
    public SocketIOPacketType Type { get; init; }

    /// <summary>The namespace, or null for the main one.</summary>
    public string? Namespace { get; init; }

    public long? Id { get; init; }

    public ReadOnlyMemory<byte> Json { get; init; }
}
