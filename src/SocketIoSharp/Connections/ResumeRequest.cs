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
            var isId = reader.ValueTextEquals("pid"u8);
            var isOffset = reader.ValueTextEquals("offset"u8);
            reader.Read();
            if (isId || isOffset)
            {
                // None of ours holds anything that would be escaped.
                var value = reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped ? reader.GetString() : null;
                isValid &= value is not null;
                hasId |= isId;
                (privateId, offset) = isId ? (value ?? string.Empty, offset) : (privateId, value);
            }

            reader.Skip();
        }

        return hasId && isValid;
    }
}
