namespace SocketIoSharp.EngineIO;

/// <summary>What the engine asks of an <c>Origin</c> header: legal characters always, a listed origin only when a list is configured.</summary>
internal static class OriginRules
{
    private const string AnyOrigin = "*";

    /// <summary>Whether every character may stand in a header value; a missing header is legal.</summary>
    public static bool HasLegalCharacters(string? origin)
    {
        // Legal are TAB, 0x20-0x7E and every byte from 0x80. Node sees bytes where we see characters, so a character
        // above 0xFF, whose UTF-8 bytes are all 0x80 or more, is legal here as it is there.
        foreach (var character in origin.AsSpan())
        {
            if (character is (< ' ' and not '\t') or '\x7F')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether a request from this origin is served. Without a list every origin is, and a request that names no origin
    /// does not come from another site's page. "null" (a sandboxed page or a file) is an origin like any other.
    /// </summary>
    public static bool IsAllowed(string? origin, IReadOnlyCollection<string>? allowedOrigins)
    {
        if (origin is null || allowedOrigins is null)
        {
            return true;
        }

        foreach (var allowed in allowedOrigins)
        {
            if (allowed == AnyOrigin || string.Equals(allowed, origin, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Why this list cannot work as written, or null. An origin is <c>scheme://host[:port]</c>, so an entry with more never matches.</summary>
    public static string? Validate(IReadOnlyCollection<string>? allowedOrigins)
    {
        foreach (var allowed in allowedOrigins ?? [])
        {
            if (allowed is not (AnyOrigin or "null") && !IsOrigin(allowed))
            {
                return $"'{allowed}' is no origin: write scheme://host or scheme://host:port, without a path or a trailing slash.";
            }
        }

        return null;
    }

    private static bool IsOrigin(string? text)
    {
        var hostStart = text?.IndexOf("://", StringComparison.Ordinal) + 3 ?? 0;
        return hostStart > 3
            && hostStart < text!.Length
            && NodeHeaderValue.IsWritable(text)
            && text.AsSpan(hostStart).IndexOfAny("/?#@ ") < 0;
    }
}
