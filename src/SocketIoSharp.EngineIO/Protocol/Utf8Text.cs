using System.Text;
using System.Text.Unicode;

namespace SocketIoSharp.EngineIO;

/// <summary>Repairs text that is not UTF-8 the way Node does. Valid text is returned as it is, without a copy.</summary>
internal static class Utf8Text
{
    /// <summary>Puts U+FFFD for every maximal part that is not UTF-8, as the decoder that Node reads text bodies with.</summary>
    public static ReadOnlyMemory<byte> ReplaceInvalid(ReadOnlyMemory<byte> text)
    {
        if (Utf8.IsValid(text.Span))
        {
            return text;
        }

        // Encoding.UTF8 would do the same, but its fallback allocates for every single replacement.
        var length = 0;
        for (var rest = text.Span; !rest.IsEmpty;)
        {
            _ = Rune.DecodeFromUtf8(rest, out var rune, out var consumed);
            length += rune.Utf8SequenceLength;
            rest = rest.Slice(consumed);
        }

        var replaced = new byte[length];
        var position = 0;
        for (var rest = text.Span; !rest.IsEmpty;)
        {
            // Rune.ReplacementChar is what an invalid part decodes to.
            _ = Rune.DecodeFromUtf8(rest, out var rune, out var consumed);
            position += rune.EncodeToUtf8(replaced.AsSpan(position));
            rest = rest.Slice(consumed);
        }

        return replaced;
    }

    /// <summary>Puts U+FFFD for surrogates that are encoded on their own; false when anything else is not UTF-8.</summary>
    public static bool TryReplaceSurrogates(ref ReadOnlyMemory<byte> text)
    {
        if (Utf8.IsValid(text.Span))
        {
            return true;
        }

        // A surrogate is ED and two more bytes, three like the replacement character, so the length stays.
        var copy = text.ToArray();
        for (var index = 0; index + 2 < copy.Length; index++)
        {
            if (copy[index] == 0xED && copy[index + 1] is >= 0xA0 and <= 0xBF && copy[index + 2] is >= 0x80 and <= 0xBF)
            {
                "\uFFFD"u8.CopyTo(copy.AsSpan(index));
            }
        }

        text = copy;
        return Utf8.IsValid(copy);
    }
}
