using System.Buffers;
using System.Globalization;
using System.Text;

namespace SocketIoSharp.EngineIO;

/// <summary>Writes queued messages as the body of one polling response. Stateless.</summary>
internal static class PayloadWriter
{
    /// <summary>Writes every part of every message; returns true when the body is the binary form of protocol 3.</summary>
    public static bool Write(IBufferWriter<byte> output, ReadOnlySpan<EncodedMessage> messages, WireForm form)
    {
        switch (form)
        {
            // Protocol 3 takes the binary form only when something in the batch is binary and the client can read it.
            case WireForm.V3 when HasBinary(messages):
                WriteV3Binary(output, messages);
                return true;
            case WireForm.V3 or WireForm.V3Base64:
                WriteV3Text(output, messages);
                return false;
            default:
                WriteV4(output, messages);
                return false;
        }
    }

    private static bool HasBinary(ReadOnlySpan<EncodedMessage> messages)
    {
        foreach (var message in messages)
        {
            for (var index = 0; index < message.PartCount; index++)
            {
                _ = message.GetPart(index, out var isBinary);
                if (isBinary)
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Protocol 4: packets are joined by 0x1E and binary is always base64.
    private static void WriteV4(IBufferWriter<byte> output, ReadOnlySpan<EncodedMessage> messages)
    {
        var isFirst = true;
        foreach (var message in messages)
        {
            for (var index = 0; index < message.PartCount; index++)
            {
                if (!isFirst)
                {
                    output.Write("\x1e"u8);
                }

                isFirst = false;
                var data = message.GetPart(index, out var isBinary);
                EngineIOPacketCodec.Encode(output, message.Type, data.Span, isBinary, WireForm.V4Base64);
            }
        }
    }

    // Protocol 3 text: <length>:<packet>, the length in UTF-16 code units; an empty list is "0:".
    private static void WriteV3Text(IBufferWriter<byte> output, ReadOnlySpan<EncodedMessage> messages)
    {
        if (messages.IsEmpty)
        {
            output.Write("0:"u8);
            return;
        }

        foreach (var message in messages)
        {
            for (var index = 0; index < message.PartCount; index++)
            {
                var data = message.GetPart(index, out var isBinary).Span;
                var units = isBinary
                    ? EngineIOPacketCodec.GetBase64Length(data.Length, WireForm.V3Base64)
                    : Encoding.UTF8.GetCharCount(data) + 1;
                var span = output.GetSpan(16);
                _ = units.TryFormat(span, out var digits, provider: CultureInfo.InvariantCulture);
                span[digits] = (byte)':';
                output.Advance(digits + 1);
                EngineIOPacketCodec.Encode(output, message.Type, data, isBinary, WireForm.V3Base64);
            }
        }
    }

    // Protocol 3 binary: 00 for a string or 01 for binary, the length in bytes as one byte per decimal digit, FF.
    private static void WriteV3Binary(IBufferWriter<byte> output, ReadOnlySpan<EncodedMessage> messages)
    {
        foreach (var message in messages)
        {
            for (var index = 0; index < message.PartCount; index++)
            {
                var data = message.GetPart(index, out var isBinary).Span;
                var span = output.GetSpan(16);
                span[0] = isBinary ? (byte)1 : (byte)0;
                _ = (data.Length + 1).TryFormat(span.Slice(1), out var digits, provider: CultureInfo.InvariantCulture);
                foreach (ref var digit in span.Slice(1, digits))
                {
                    digit -= (byte)'0';
                }

                span[digits + 1] = 0xFF;
                output.Advance(digits + 2);
                EngineIOPacketCodec.Encode(output, message.Type, data, isBinary, WireForm.V3);
            }
        }
    }
}
