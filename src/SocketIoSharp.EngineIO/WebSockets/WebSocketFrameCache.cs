using System.Buffers;

namespace SocketIoSharp.EngineIO;

/// <summary>Frames an encoded message once for each form in which clients want it; the result is kept in the message.</summary>
internal static class WebSocketFrameCache
{
    private const int DeflatedSlots = 4;

    /// <summary>All frames of a message for clients of one form.</summary>
    public static byte[] GetFrames(EncodedMessage message, WireForm form)
        => message.GetOrAddWire((int)form, static (message, slot) => (WireForm)slot is WireForm.V4 or WireForm.V3
            ? BuildPlain(message, (WireForm)slot)
            : Build(message, (WireForm)slot, null));

    /// <summary>The same, with those parts compressed that are worth it.</summary>
    public static byte[] GetDeflatedFrames(EncodedMessage message, WireForm form, Func<EncodedMessage, int, byte[]> deflater)
        => message.GetOrAddWire((int)form + DeflatedSlots, deflater);

    /// <summary>What builds compressed frames for the clients of one server; made once.</summary>
    public static Func<EncodedMessage, int, byte[]> CreateDeflater(PerMessageDeflateOptions? deflate)
        => (message, slot) => Build(message, (WireForm)(slot - DeflatedSlots), deflate);

    /// <summary>Where parts stay as they are, the length is known and one array is all it takes.</summary>
    private static byte[] BuildPlain(EncodedMessage message, WireForm form)
    {
        var total = 0;
        for (var i = 0; i < message.PartCount; i++)
        {
            var length = message.GetPart(i, out var isBinary).Length + GetPrefixLength(isBinary, form);
            total += WebSocketFrame.GetHeaderLength(length) + length;
        }

        var frames = new byte[total];
        var rest = frames.AsSpan();
        for (var i = 0; i < message.PartCount; i++)
        {
            var part = message.GetPart(i, out var isBinary).Span;
            var prefix = GetPrefixLength(isBinary, form);
            rest = rest[WebSocketFrame.WriteHeader(rest, isBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, part.Length + prefix, compressed: false)..];
            if (prefix > 0)
            {
                rest[0] = isBinary ? (byte)message.Type : (byte)('0' + (int)message.Type);
            }

            part.CopyTo(rest[prefix..]);
            rest = rest[(part.Length + prefix)..];
        }

        return frames;
    }

    /// <summary>The packet type in front of the data, which only binary messages of protocol 4 do without.</summary>
    private static int GetPrefixLength(bool isBinary, WireForm form) => isBinary && form == WireForm.V4 ? 0 : 1;

    private static byte[] Build(EncodedMessage message, WireForm form, PerMessageDeflateOptions? deflate)
    {
        var frames = new ArrayBufferWriter<byte>(message.ByteCount + (message.PartCount * WebSocketFrame.MaxServerHeaderLength));
        var payload = new ArrayBufferWriter<byte>(message.ByteCount + 1);
        for (var i = 0; i < message.PartCount; i++)
        {
            payload.ResetWrittenCount();
            var part = message.GetPart(i, out var isBinary);
            var isBinaryFrame = EngineIOPacketCodec.Encode(payload, message.Type, part.Span, isBinary, form);
            WriteFrame(frames, payload.WrittenSpan, isBinaryFrame, deflate is not null && payload.WrittenCount >= deflate.Threshold ? deflate : null);
        }

        return frames.WrittenSpan.ToArray();
    }

    /// <summary>Writes one frame, compressed where options are given.</summary>
    public static void WriteFrame(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, bool isBinary, PerMessageDeflateOptions? deflate)
    {
        var opcode = isBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text;
        if (deflate is not null)
        {
            var compressed = new ArrayBufferWriter<byte>(payload.Length);
            PerMessageDeflate.Deflate(payload, compressed, deflate.Level);
            WriteHeader(output, opcode, compressed.WrittenCount, isCompressed: true);
            output.Write(compressed.WrittenSpan);
            return;
        }

        WriteHeader(output, opcode, payload.Length, isCompressed: false);
        output.Write(payload);
    }

    private static void WriteHeader(IBufferWriter<byte> output, WebSocketOpcode opcode, long length, bool isCompressed)
        => output.Advance(WebSocketFrame.WriteHeader(output.GetSpan(WebSocketFrame.MaxServerHeaderLength), opcode, length, isCompressed));
}
