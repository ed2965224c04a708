using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace SocketIoSharp;

/// <summary>Takes the escapes out of the inside of a JSON string that a reader has found well-formed.</summary>
internal static class JsonEscapes
{
    /// <summary>Writes the text without escapes, as UTF-8, and tells its length; the escape of a lone surrogate becomes U+FFFD.</summary>
    public static int Resolve(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var length = 0;
        while (true)
        {
            var escape = text.IndexOf((byte)'\\');
            var plain = escape < 0 ? text : text.Slice(0, escape);
            plain.CopyTo(destination.Slice(length));
            length += plain.Length;
            if (escape < 0)
            {
                return length;
            }

            text = text.Slice(escape + 1);
            if (text[0] == 'u')
            {
                length += TakeRune(ref text).EncodeToUtf8(destination.Slice(length));
                continue;
            }

            destination[length++] = text[0] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                var itself => itself,
            };
            text = text.Slice(1);
        }
    }

    // uXXXX, or the two of a surrogate pair, uXXXX\uXXXX.
    private static Rune TakeRune(ref ReadOnlySpan<byte> text)
    {
        var first = ReadUnit(text.Slice(1));
        text = text.Slice(5);
        if (char.IsHighSurrogate(first) && text.StartsWith("\\u"u8))
        {
            var second = ReadUnit(text.Slice(2));
            if (char.IsLowSurrogate(second))
            {
                text = text.Slice(6);
                return new Rune(first, second);
            }
        }

        return Rune.TryCreate(first, out var rune) ? rune : Rune.ReplacementChar;
    }

    private static char ReadUnit(ReadOnlySpan<byte> digits)
    {
        _ = Utf8Parser.TryParse(digits.Slice(0, 4), out ushort unit, out _, 'x');
        return (char)unit;
    }
}
