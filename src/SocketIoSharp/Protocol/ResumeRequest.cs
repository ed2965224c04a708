using System.Text;
using System.Text.Json;

namespace SocketIoSharp;

/// <summary>What a client sends with its credentials when it wants to come back to a session: <c>{"pid":"...","offset":"..."}</c>.</summary>
internal static class ResumeRequest
{
    /// <summary>
    /// Reads the two members. A client that has received nothing has no offset; one that sends something else than a string in
    /// its place asks for nothing.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> auth, out string privateId, out string? offset)
    {
        privateId = string.Empty;
        offset = null;
        if (auth.IsEmpty)
        {
            return false;
        }

        var hasId = false;
        var isValid = true;
        var reader = new Utf8JsonReader(auth, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = IsNamed(ref reader, "pid"u8);
            var isOffset = IsNamed(ref reader, "offset"u8);
            reader.Read();
            if (isId || isOffset)
            {
                // None of ours holds anything that would be escaped.
                var value = reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Ascii.IsValid(reader.ValueSpan)
                    ? Encoding.ASCII.GetString(reader.ValueSpan)
                    : null;
                isValid &= value is not null;
                hasId |= isId;
                (privateId, offset) = isId ? (value ?? string.Empty, offset) : (privateId, value);
            }

            reader.Skip();
        }

        return hasId && isValid;
    }

    /// <summary>Compares a member's name. The reader's own comparison throws on half a surrogate pair, which any client can send.</summary>
    private static bool IsNamed(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
        => (reader.ValueIsEscaped ? EventName.Unescape(ref reader) : reader.ValueSpan).SequenceEqual(name);
}
