using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SocketIoSharp;

/// <summary>
/// JSON strings as JavaScript has them: only what JSON requires is escaped, and a surrogate without its other half, which UTF-8
/// cannot carry, travels as an escape.
/// </summary>
internal static class JsonText
{
    /// <summary>The longest escape of one character: <c>\u001f</c>.</summary>
    public const int LongestEscape = 6;

    private const char Replacement = '\uFFFD';
    private const int SmallString = 256;

    private static readonly SearchValues<char> s_escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F");

    private static readonly SearchValues<char> s_surrogates = SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(static value => (char)value)]);

    /// <summary>Whether JSON has to escape this; a surrogate is taken to have no other half.</summary>
    public static bool MustEscape(int scalar) => scalar is < 0x20 or '"' or '\\' or (>= 0xD800 and <= 0xDFFF);

    /// <summary>Where the first character is that JSON has to escape; -1 if there is none.</summary>
    public static int IndexOfEscaped(ReadOnlySpan<char> text)
    {
        var escaped = text.IndexOfAny(s_escaped);
        var plain = escaped < 0 ? text : text[..escaped];
        var surrogate = plain.IndexOfAny(s_surrogates);
        if (surrogate < 0)
        {
            return escaped;
        }

        var length = surrogate + PlainLength(plain[surrogate..]);
        return length == plain.Length ? escaped : length;
    }

    /// <summary>How many characters at the beginning need no escape. Looks no further than that.</summary>
    public static int PlainLength(ReadOnlySpan<char> text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!MustEscape(text[index]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[index]) || index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1]))
            {
                return index;
            }

            index++;
        }

        return text.Length;
    }

    /// <summary>Writes the escape of one character, in the form that JavaScript chooses.</summary>
    /// <returns>Its length, or 0 when there is no room.</returns>
    public static int WriteEscape(char character, Span<char> destination)
    {
        var letter = character switch
        {
            '"' => '"',
            '\\' => '\\',
            '\b' => 'b',
            '\f' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => '\0',
        };
        if (letter != '\0')
        {
            if (destination.Length < 2)
            {
                return 0;
            }

            destination[0] = '\\';
            destination[1] = letter;
            return 2;
        }

        if (destination.Length < LongestEscape)
        {
            return 0;
        }

        destination[0] = '\\';
        destination[1] = 'u';
        ((int)character).TryFormat(destination[2..], out _, "x4", CultureInfo.InvariantCulture);
        return LongestEscape;
    }

    /// <summary>Writes a string with its quotes.</summary>
    public static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        if (text.Length <= SmallString && text.IndexOfAny(s_escaped) < 0)
        {
            var span = output.GetSpan((text.Length * 3) + 2);
            if (Utf8.FromUtf16(text, span[1..], out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done)
            {
                span[0] = (byte)'"';
                span[length + 1] = (byte)'"';
                output.Advance(length + 2);
                return;
            }
        }

        output.Write("\""u8);
        Span<char> escape = stackalloc char[LongestEscape];
        while (!text.IsEmpty)
        {
            var plain = PlainLength(text);
            Encoding.UTF8.GetBytes(text[..plain], output);
            text = text[plain..];
            if (!text.IsEmpty)
            {
                var length = WriteEscape(text[0], escape);
                Encoding.UTF8.GetBytes(escape[..length], output);
                text = text[1..];
            }
        }

        output.Write("\""u8);
    }

    /// <summary>The text between the quotes of a well-formed JSON string; half surrogate pairs become U+FFFD.</summary>
    public static string Unescape(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(escaped);
        }

        // No escape, and no UTF-8 sequence, is shorter than the UTF-16 it stands for.
        var rented = ArrayPool<char>.Shared.Rent(escaped.Length);
        try
        {
            if (!TryUnescape(escaped, rented, out var length))
            {
                throw new FormatException("The JSON string has an escape that does not exist.");
            }

            ReplaceHalfPairs(rented.AsSpan(0, length));
            return new string(rented, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>Undoes the escapes; half surrogate pairs stay. False if there is one that JSON does not have, or no room.</summary>
    public static bool TryUnescape(ReadOnlySpan<byte> escaped, Span<char> destination, out int written)
    {
        written = 0;
        while (!escaped.IsEmpty)
        {
            var backslash = escaped.IndexOf((byte)'\\');
            var plain = backslash < 0 ? escaped : escaped[..backslash];
            if (!Encoding.UTF8.TryGetChars(plain, destination[written..], out var length))
            {
                return false;
            }

            written += length;
            if (backslash < 0)
            {
                return true;
            }

            escaped = escaped[backslash..];
            if (written == destination.Length || !TryReadEscape(escaped, out destination[written], out var consumed))
            {
                return false;
            }

            written++;
            escaped = escaped[consumed..];
        }

        return true;
    }

    /// <summary>Writes U+FFFD for every escape of half a surrogate pair in the names of members.</summary>
    /// <returns>False if there was none.</returns>
    public static bool TryReplaceHalfPairsInNames(ReadOnlySpan<byte> json, out byte[] replaced)
    {
        replaced = [];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                ReplaceHalfPairs(json, (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, ref replaced);
            }
        }

        return replaced.Length > 0;
    }

    private static void ReplaceHalfPairs(ReadOnlySpan<byte> json, int start, int length, ref byte[] replaced)
    {
        var end = start + length;
        while (json[start..end].IndexOf((byte)'\\') is >= 0 and var offset)
        {
            start += offset;
            if (!TryReadEscape(json[start..end], out var character, out var consumed))
            {
                return;
            }

            if (char.IsHighSurrogate(character) && TryReadEscape(json[(start + consumed)..end], out var next, out var consumedNext) && char.IsLowSurrogate(next))
            {
                consumed += consumedNext;
            }
            else if (char.IsSurrogate(character))
            {
                replaced = replaced.Length == 0 ? json.ToArray() : replaced;
                "\\ufffd"u8.CopyTo(replaced.AsSpan(start));
            }

            start += consumed;
        }
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> text, out char character, out int consumed)
    {
        character = '\0';
        consumed = 2;
        if (text.Length < 2 || text[0] != '\\')
        {
            return false;
        }

        if (text[1] == 'u')
        {
            consumed = LongestEscape;
            if (text.Length < LongestEscape
                || !ushort.TryParse(text[2..LongestEscape], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                return false;
            }

            character = (char)unit;
            return true;
        }

        character = text[1] switch
        {
            (byte)'"' => '"',
            (byte)'\\' => '\\',
            (byte)'/' => '/',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => '\0',
        };
        return character != '\0';
    }

    private static void ReplaceHalfPairs(Span<char> text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
            {
                continue;
            }

            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                index++;
            }
            else
            {
                text[index] = Replacement;
            }
        }
    }
}
