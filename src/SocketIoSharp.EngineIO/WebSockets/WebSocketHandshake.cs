using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO;

/// <summary>What the opening handshake of a client comes to.</summary>
/// <param name="StatusCode">0 when the request is valid, else the HTTP status of the refusal.</param>
/// <param name="Error">Why it was refused, the text that Node's ws answers with.</param>
/// <param name="Subprotocol">The subprotocol to select, if the client offered any.</param>
/// <param name="SupportedVersions">The value of a <c>Sec-WebSocket-Version</c> header that the refusal carries.</param>
internal readonly record struct WebSocketHandshakeResult(
    int StatusCode,
    string? Error = null,
    string? Subprotocol = null,
    string? SupportedVersions = null)
{
    public bool IsValid => StatusCode == 0;
}

/// <summary>The opening handshake of RFC 6455 section 4.2, and of RFC 8441 over HTTP/2.</summary>
internal static class WebSocketHandshake
{
    private const string Version = "13";
    private const int KeyLength = 24;

    // RFC 6455 section 1.3.
    private static ReadOnlySpan<byte> AcceptSuffix => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Checks the headers of a request in the order in which Node's ws does.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="http2">Whether it is an extended CONNECT, which has no key, no <c>Upgrade</c> header and is no GET.</param>
    public static WebSocketHandshakeResult Validate(IHeaderDictionary headers, string method, bool http2)
    {
        if (!http2)
        {
            if (!HttpMethods.IsGet(method))
            {
                return new(StatusCodes.Status405MethodNotAllowed, "Invalid HTTP method");
            }

            if (!string.Equals(headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase))
            {
                return new(StatusCodes.Status400BadRequest, "Invalid Upgrade header");
            }

            if (!IsValidKey(headers.SecWebSocketKey))
            {
                return new(StatusCodes.Status400BadRequest, "Missing or invalid Sec-WebSocket-Key header");
            }
        }

        if (!string.Equals(headers.SecWebSocketVersion, Version, StringComparison.Ordinal))
        {
            return new(StatusCodes.Status400BadRequest, "Missing or invalid Sec-WebSocket-Version header", SupportedVersions: Version);
        }

        var offered = headers.SecWebSocketProtocol;
        if (!TrySelectSubprotocol(offered, out var subprotocol))
        {
            return new(StatusCodes.Status400BadRequest, "Invalid Sec-WebSocket-Protocol header");
        }

        return new(StatusCode: 0, Subprotocol: subprotocol);
    }

    /// <summary>The value of <c>Sec-WebSocket-Accept</c>.</summary>
    /// <param name="key">A key that <see cref="Validate"/> found valid.</param>
    public static string ComputeAccept(string key)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException("The key must have been validated.", nameof(key));
        }

        Span<byte> input = stackalloc byte[KeyLength + AcceptSuffix.Length];
        Encoding.ASCII.GetBytes(key, input);
        AcceptSuffix.CopyTo(input[KeyLength..]);
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The handshake prescribes SHA-1; it protects nothing.
        SHA1.HashData(input, digest);
#pragma warning restore CA5350
        return Convert.ToBase64String(digest);
    }

    private static bool IsValidKey(string? key)
    {
        // 16 bytes in base64: 22 characters and two signs of padding.
        if (key is null || key.Length != KeyLength || !key.EndsWith("==", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var character in key.AsSpan(0, KeyLength - 2))
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '/'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Selects the first offered subprotocol. The whole header must be a list of different tokens all the same.</summary>
    private static bool TrySelectSubprotocol(StringValues offered, out string? selected)
    {
        selected = null;
        if (offered.Count == 0)
        {
            return true;
        }

        var tokens = new WebSocketHeaderTokens(offered.ToString());
        HashSet<string>? seen = null;
        string? first = null;
        do
        {
            tokens.SkipWhitespace();
            if (!tokens.TryReadToken(out var token))
            {
                return false;
            }

            tokens.SkipWhitespace();
            var name = token.ToString();
            if (first is null)
            {
                first = name;
            }
            else
            {
                seen ??= new HashSet<string>(StringComparer.Ordinal) { first };
                if (!seen.Add(name))
                {
                    return false;
                }
            }
        }
        while (tokens.TrySkip(','));

        selected = first;
        return tokens.IsAtEnd;
    }
}
