using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>What packets look like on the wire; clients must use the same.</summary>
/// <remarks>Node: the option <c>parser</c>. One instance serves a whole server, from many threads at once.</remarks>
public interface ISocketIOParser
{
    /// <summary>Creates what reads the packets of one client.</summary>
    /// <param name="limits">What a client may send.</param>
    ISocketIOPacketDecoder CreateDecoder(PacketLimits limits);

    /// <summary>Encodes a packet; the bytes of the packet's members are not used after the call, but for attachments.</summary>
    /// <param name="packet">The packet.</param>
    EncodedMessage Encode(in SocketIOPacket packet);
}

/// <summary>Reads the packets of one client. Called for one message at a time.</summary>
public interface ISocketIOPacketDecoder
{
    /// <summary>Whether a packet has begun and further messages belong to it.</summary>
    bool IsIncomplete { get; }

    /// <summary>Reads one message, which must not be used after the packet has been worked on.</summary>
    /// <param name="message">The message.</param>
    /// <param name="packet">The packet, when it is complete. Its attachments, unlike its other members, belong to the receiver.</param>
    /// <param name="error">What is wrong, in the words of the Node server.</param>
    /// <returns>Whether there is a packet, or more is needed, or the message is not allowed.</returns>
    /// <remarks>Packets that come out are checked: the payload is well-formed and fits the type, and names of events that are reserved are refused.</remarks>
    PacketDecodeResult Decode(EngineIOMessage message, out SocketIOPacket packet, out string? error);
}

/// <summary>What came of a message.</summary>
public enum PacketDecodeResult
{
    /// <summary>The message is not allowed; the connection must be closed.</summary>
    Invalid = 0,

    /// <summary>A packet is complete.</summary>
    Packet = 1,

    /// <summary>A packet has begun; its binary values are still to come.</summary>
    Incomplete = 2,
}

/// <summary>What clients may send.</summary>
/// <param name="MaxAttachments">The most binary values in one packet.</param>
/// <param name="MaxAttachmentBytes">The most bytes of all binary values of one packet together.</param>
/// <param name="MaxDepth">How deep a payload may be nested.</param>
/// <param name="MaxNamespaceLength">The longest name of a namespace, in bytes.</param>
public sealed record PacketLimits(int MaxAttachments, long MaxAttachmentBytes, int MaxDepth, int MaxNamespaceLength);
