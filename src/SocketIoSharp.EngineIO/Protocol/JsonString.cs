using System.Buffers;
using System.Text;

namespace SocketIoSharp.EngineIO;

/// <summary>Writes JSON string literals with exactly the escapes of JavaScript's JSON.stringify.</summary>
internal static class JsonString
{
    // "\u2028" and "\u2029" are E2 80 A8 and E2 80 A9 in UTF-8.
    private const byte LineSeparatorLead = 0xE2;

    private static readonly SearchValues<byte> s_jsonEscapes = SearchValues.Create(CreateEscapes(withLineSeparators: false));
    private static readonly SearchValues<byte> s_scriptEscapes = SearchValues.Create(CreateEscapes(withLineSeparators: true));

    /// <summary>Writes a quoted literal of UTF-8 text.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="utf8">The text.</param>
    /// <param name="forScript">Escapes U+2028 and U+2029 too: older JavaScript does not allow them inside a literal.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8, bool forScript = false)
    {
        var escapes = forScript ? s_scriptEscapes : s_jsonEscapes;
        output.Write("\""u8);
        while (true)
        {
            var index = utf8.IndexOfAny(escapes);
            if (index < 0)
            {
                break;
            }

            output.Write(utf8.Slice(0, index));
            utf8 = utf8.Slice(index);
            if (utf8[0] != LineSeparatorLead)
            {
                WriteEscape(output, utf8[0]);
                utf8 = utf8.Slice(1);
            }
            else if (utf8.Length >= 3 && utf8[1] == 0x80 && utf8[2] is 0xA8 or 0xA9)
            {
                output.Write(utf8[2] == 0xA8 ? "\\u2028"u8 : "\\u2029"u8);
                utf8 = utf8.Slice(3);
            }
            else
            {
                output.Write(utf8.Slice(0, 1));
                utf8 = utf8.Slice(1);
            }
        }

        output.Write(utf8);
        output.Write("\""u8);
    }

    /// <summary>Writes a quoted literal of a string; a lone surrogate becomes its <c>\udXXX</c> escape.</summary>
    public static void Write(IBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        var rest = text.AsSpan();
        Span<byte> utf8 = stackalloc byte[4];
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) != OperationStatus.Done)
            {
                WriteHexEscape(output, rest[0]);
            }
            else if (rune.Value < 0x80 && s_jsonEscapes.Contains((byte)rune.Value))
            {
                WriteEscape(output, (byte)rune.Value);
            }
            else
            {
                output.Write(utf8.Slice(0, rune.EncodeToUtf8(utf8)));
            }

            rest = rest.Slice(consumed);
        }

        output.Write("\""u8);
    }

    private static void WriteEscape(IBufferWriter<byte> output, byte value)
    {
        switch (value)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\b':
                output.Write("\\b"u8);
                break;
            case (byte)'\f':
                output.Write("\\f"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                WriteHexEscape(output, (char)value);
                break;
        }
    }

    private static void WriteHexEscape(IBufferWriter<byte> output, char value)
    {
        var digits = "0123456789abcdef"u8;
        output.Write(
        [
            (byte)'\\', (byte)'u', digits[value >> 12], digits[(value >> 8) & 15], digits[(value >> 4) & 15], digits[value & 15],
        ]);
    }

    private static byte[] CreateEscapes(bool withLineSeparators)
    {
        var controls = Enumerable.Range(0, 0x20).Select(value => (byte)value);
        byte[] others = withLineSeparators ? [(byte)'"', (byte)'\\', LineSeparatorLead] : [(byte)'"', (byte)'\\'];
        return [.. controls, .. others];
    }
}
