using System.Buffers;
using System.Buffers.Text;

namespace SocketIoSharp.EngineIO;

/// <summary>Decodes base64 as leniently as Node's Buffer does. Linear, never throws.</summary>
internal static class LenientBase64
{
    private const byte Junk = 0xFF;

    private static readonly byte[] s_values = CreateValues();

    /// <summary>
    /// Decodes: both alphabets, padding optional, anything else is skipped, the first <c>=</c> ends the input.
    /// </summary>
    public static ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> text)
    {
        var end = text.Length;
        for (var padding = 0; padding < 2 && end > 0 && text[end - 1] == '='; padding++)
        {
            end--;
        }

        var decoded = new byte[(int)(end * 3L / 4)];
        if (Base64.DecodeFromUtf8(text, decoded, out _, out var written) != OperationStatus.Done)
        {
            written = DecodeSkippingJunk(text.Slice(0, end), decoded);
        }

        return decoded.AsMemory(0, written);
    }

    private static int DecodeSkippingJunk(ReadOnlySpan<byte> text, Span<byte> decoded)
    {
        var written = 0;
        var bits = 0;
        var bitCount = 0;
        foreach (var character in text)
        {
            if (character == '=')
            {
                break;
            }

            var value = s_values[character];
            if (value == Junk)
            {
                continue;
            }

            bits = ((bits << 6) | value) & 0xFFFF;
            bitCount += 6;
            if (bitCount >= 8)
            {
                bitCount -= 8;
                decoded[written++] = (byte)(bits >> bitCount);
            }
        }

        return written;
    }

    private static byte[] CreateValues()
    {
        var values = new byte[256];
        Array.Fill(values, Junk);
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (var value = 0; value < alphabet.Length; value++)
        {
            values[alphabet[value]] = (byte)value;
        }

        values['-'] = values['+'];
        values['_'] = values['/'];
        return values;
    }
}
