namespace SocketIoSharp;

/// <summary>What a packet is for. That an event or an answer carries binary values is the parser's affair.</summary>
public enum SocketIOPacketType
{
    /// <summary>Joins a namespace, or says that it has been joined.</summary>
    Connect = 0,

    /// <summary>Leaves a namespace.</summary>
    Disconnect = 1,

    /// <summary>An event.</summary>
    Event = 2,

    /// <summary>The answer to an event.</summary>
    Ack = 3,

    /// <summary>Says that a namespace has not been joined.</summary>
    ConnectError = 4,
}

/// <summary>
/// One packet, whatever it looks like on the wire. The payload is UTF-8 JSON: an array for events and answers, whose binary
/// values stand beside it and are <c>{"_placeholder":true,"num":0}</c> inside.
/// </summary>
public readonly struct SocketIOPacket
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>>? _attachments;

    /// <summary>What the packet is for.</summary>
    public SocketIOPacketType Type { get; init; }

    /// <summary>The UTF-8 name of the namespace; empty means the main one.</summary>
    public ReadOnlyMemory<byte> Namespace { get; init; }

    /// <summary>The number by which an answer finds its event.</summary>
    public long? Id { get; init; }

    /// <summary>The payload; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The binary values.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Attachments
    {
        get => _attachments ?? [];
        init => _attachments = value;
    }

    /// <summary>Where date strings begin in the payload, or one byte before: for parsers whose wire has dates of its own.</summary>
    internal ReadOnlyMemory<int> Dates { get; init; }
}
