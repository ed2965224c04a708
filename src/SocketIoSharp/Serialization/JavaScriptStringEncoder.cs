using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace SocketIoSharp;

/// <summary>
/// Escapes what <c>JSON.stringify</c> does and nothing else. The encoders of the framework escape more: everything outside the
/// basic plane, line separators, some spaces.
/// </summary>
internal sealed class JavaScriptStringEncoder : JavaScriptEncoder
{
    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(static value => (byte)value), (byte)'"', (byte)'\\']);

    private JavaScriptStringEncoder()
    {
    }

    public static JavaScriptStringEncoder Instance { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => JsonText.LongestEscape;

    public override bool WillEncode(int unicodeScalar) => JsonText.MustEscape(unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
        => JsonText.IndexOfEscaped(new ReadOnlySpan<char>(text, textLength));

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text)
    {
        var escaped = utf8Text.IndexOfAny(s_escaped);
        return Utf8.IsValid(escaped < 0 ? utf8Text : utf8Text[..escaped]) ? escaped : base.FindFirstCharacterToEncodeUtf8(utf8Text);
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var destination = new Span<char>(buffer, bufferLength);
        if (JsonText.MustEscape(unicodeScalar))
        {
            numberOfCharactersWritten = JsonText.WriteEscape((char)unicodeScalar, destination);
            return numberOfCharactersWritten > 0;
        }

        return new System.Text.Rune(unicodeScalar).TryEncodeToUtf16(destination, out numberOfCharactersWritten);
    }

    // The base class would write U+FFFD for half a surrogate pair; JSON.stringify keeps it, as an escape.
    public override OperationStatus Encode(ReadOnlySpan<char> source, Span<char> destination, out int charsConsumed, out int charsWritten, bool isFinalBlock = true)
    {
        charsConsumed = 0;
        charsWritten = 0;
        while (charsConsumed < source.Length)
        {
            var rest = source[charsConsumed..];
            var plain = JsonText.PlainLength(rest);
            if (plain > 0)
            {
                var length = Math.Min(plain, destination.Length - charsWritten);
                length -= length < plain && length > 0 && char.IsHighSurrogate(rest[length - 1]) ? 1 : 0;
                rest[..length].CopyTo(destination[charsWritten..]);
                charsConsumed += length;
                charsWritten += length;
                if (length < plain)
                {
                    return OperationStatus.DestinationTooSmall;
                }

                continue;
            }

            if (!isFinalBlock && rest.Length == 1 && char.IsHighSurrogate(rest[0]))
            {
                return OperationStatus.NeedMoreData;
            }

            var escape = JsonText.WriteEscape(rest[0], destination[charsWritten..]);
            if (escape == 0)
            {
                return OperationStatus.DestinationTooSmall;
            }

            charsConsumed++;
            charsWritten += escape;
        }

        return OperationStatus.Done;
    }
}
