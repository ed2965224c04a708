using System.Buffers;
using System.Globalization;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>The default parser: a packet is one text message, and one binary message for each of its binary values.</summary>
/// <remarks>packet = type [ attachments "-" ] [ nsp "," ] [ id ] [ json ]</remarks>
internal sealed class JsonPacketParser : ISocketIOParser
{
    // Type, number of attachments, id and separators.
    private const int MaxHeaderWithoutName = 48;

    public ISocketIOPacketDecoder CreateDecoder(PacketLimits limits) => new JsonPacketDecoder(limits);

    public EncodedMessage Encode(in SocketIOPacket packet)
    {
        var attachments = packet.Attachments;
        var bytes = new byte[MaxHeaderWithoutName + packet.Namespace.Length + packet.Json.Length];
        var length = WriteHeader(bytes, packet.Type, attachments.Count, packet.Namespace.Span, packet.Id);
        packet.Json.Span.CopyTo(bytes.AsSpan(length));
        length += packet.Json.Length;
        return attachments.Count == 0
            ? EncodedMessage.Create(bytes.AsMemory(0, length))
            : EncodedMessage.Create(bytes.AsMemory(0, length), attachments as ReadOnlyMemory<byte>[] ?? [.. attachments]);
    }

    /// <summary>Writes what stands before the payload of a packet without binary values.</summary>
    public static void WriteHeader(IBufferWriter<byte> output, SocketIOPacketType type, ReadOnlySpan<byte> namespaceName, long? id)
    {
        var span = output.GetSpan(MaxHeaderWithoutName + namespaceName.Length);
        output.Advance(WriteHeader(span, type, 0, namespaceName, id));
    }

    private static int WriteHeader(Span<byte> output, SocketIOPacketType type, int attachments, ReadOnlySpan<byte> namespaceName, long? id)
    {
        var length = 1;

        // An event or an answer with binary values has a type of its own: 5 for 2, and 6 for 3.
        output[0] = (byte)('0' + (int)type + (attachments > 0 ? 3 : 0));
        if (attachments > 0)
        {
            attachments.TryFormat(output[length..], out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
            output[length++] = (byte)'-';
        }

        if (!namespaceName.IsEmpty)
        {
            namespaceName.CopyTo(output[length..]);
            length += namespaceName.Length;
            output[length++] = (byte)',';
        }

        if (id is { } number)
        {
            number.TryFormat(output[length..], out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
        }

        return length;
    }
}
