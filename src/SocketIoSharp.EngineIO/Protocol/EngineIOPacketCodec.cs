using System.Buffers;
using System.Buffers.Text;

namespace SocketIoSharp.EngineIO;

/// <summary>One packet to and from one WebSocket message. Stateless; any bytes are allowed in, nothing throws.</summary>
internal static class EngineIOPacketCodec
{
    private const byte Base64Marker = (byte)'b';

    /// <summary>Decodes one WebSocket message; false means "parse error". Allocates only for the base64 form.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> message, bool isBinaryFrame, int protocol, out EngineIOPacket packet)
    {
        if (!isBinaryFrame)
        {
            return TryDecodeText(message, protocol, out packet);
        }

        packet = protocol == 3 ? DecodeBinaryV3(message) : new EngineIOPacket(PacketType.Message, message, isBinary: true);
        return true;
    }

    /// <summary>Decodes a text packet: the type character and the data, or the base64 form of a binary message.</summary>
    internal static bool TryDecodeText(ReadOnlyMemory<byte> message, int protocol, out EngineIOPacket packet)
    {
        packet = default;
        if (message.IsEmpty)
        {
            return false;
        }

        var first = message.Span[0];
        if (first == Base64Marker)
        {
            packet = DecodeBase64(message.Slice(1), protocol);
            return true;
        }

        if (!TryGetType((byte)(first - '0'), out var type))
        {
            return false;
        }

        packet = new EngineIOPacket(type, message.Slice(1), isBinary: false);
        return true;
    }

    /// <summary>Protocol 3: the first byte of a binary packet is the raw type value, 04 for a message.</summary>
    internal static EngineIOPacket DecodeBinaryV3(ReadOnlyMemory<byte> message)
        => !message.IsEmpty && TryGetType(message.Span[0], out var type)
            ? new EngineIOPacket(type, message.Slice(1), isBinary: true)
            : UnknownBinary;

    /// <summary>Writes the payload of one WebSocket message; returns whether its frame is binary.</summary>
    public static bool Encode(IBufferWriter<byte> output, PacketType type, ReadOnlySpan<byte> data, bool isBinary, WireForm form)
    {
        if (!isBinary)
        {
            WriteText(output, type, data);
            return false;
        }

        switch (form)
        {
            case WireForm.V4:
                output.Write(data);
                return true;
            case WireForm.V3:
                WriteBinaryV3(output, type, data);
                return true;
            default:
                WriteBase64(output, type, data, form);
                return false;
        }
    }

    /// <summary>The type character, then the data as it is.</summary>
    internal static void WriteText(IBufferWriter<byte> output, PacketType type, ReadOnlySpan<byte> data)
    {
        var span = output.GetSpan(data.Length + 1);
        span[0] = (byte)('0' + (byte)type);
        data.CopyTo(span.Slice(1));
        output.Advance(data.Length + 1);
    }

    /// <summary>The raw type value, then the data as it is.</summary>
    internal static void WriteBinaryV3(IBufferWriter<byte> output, PacketType type, ReadOnlySpan<byte> data)
    {
        var span = output.GetSpan(data.Length + 1);
        span[0] = (byte)type;
        data.CopyTo(span.Slice(1));
        output.Advance(data.Length + 1);
    }

    /// <summary>Protocol 4: <c>b</c> and padded base64. Protocol 3: <c>b</c>, the type digit and padded base64.</summary>
    internal static void WriteBase64(IBufferWriter<byte> output, PacketType type, ReadOnlySpan<byte> data, WireForm form)
    {
        var span = output.GetSpan(GetBase64Length(data.Length, form));
        var position = 0;
        span[position++] = Base64Marker;
        if (form is WireForm.V3 or WireForm.V3Base64)
        {
            span[position++] = (byte)('0' + (byte)type);
        }

        Base64.EncodeToUtf8(data, span.Slice(position), out _, out var written);
        output.Advance(position + written);
    }

    /// <summary>What <see cref="WriteBase64"/> writes for so many bytes.</summary>
    internal static int GetBase64Length(int byteCount, WireForm form)
        => Base64.GetMaxEncodedToUtf8Length(byteCount) + (form is WireForm.V3 or WireForm.V3Base64 ? 2 : 1);

    private static EngineIOPacket DecodeBase64(ReadOnlyMemory<byte> message, int protocol)
    {
        if (protocol != 3)
        {
            return new EngineIOPacket(PacketType.Message, LenientBase64.Decode(message.Span), isBinary: true);
        }

        return !message.IsEmpty && TryGetType((byte)(message.Span[0] - '0'), out var type)
            ? new EngineIOPacket(type, LenientBase64.Decode(message.Span.Slice(1)), isBinary: true)
            : UnknownBinary;
    }

    // Protocol 3 does not check the type of a binary packet: Node hands on a packet without a type, which every
    // receiver ignores. A noop is exactly that.
    private static EngineIOPacket UnknownBinary => new(PacketType.Noop, default, isBinary: true);

    private static bool TryGetType(byte value, out PacketType type)
    {
        type = (PacketType)value;
        return value <= (byte)PacketType.Noop;
    }
}
