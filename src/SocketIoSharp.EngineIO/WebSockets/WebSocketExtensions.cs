using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO;

/// <summary>The negotiation of permessage-deflate (RFC 7692 section 7.1), the only extension that exists in practice.</summary>
internal static class WebSocketExtensions
{
    // Without context takeover an idle connection holds no compression state, and a frame that was compressed once
    // can be sent to every recipient.
    private const string Answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    /// <summary>Takes the first offer that can be met. Offers that cannot, other extensions and garbage are passed over.</summary>
    public static bool TryNegotiateDeflate(StringValues secWebSocketExtensions, [NotNullWhen(true)] out string? responseHeader)
    {
        foreach (var value in secWebSocketExtensions)
        {
            if (TryNegotiateDeflate(value, out responseHeader))
            {
                return true;
            }
        }

        responseHeader = null;
        return false;
    }

    private static bool TryNegotiateDeflate(ReadOnlySpan<char> value, [NotNullWhen(true)] out string? responseHeader)
    {
        var tokens = new WebSocketHeaderTokens(value);
        while (!tokens.IsAtEnd)
        {
            tokens.SkipWhitespace();
            var element = tokens;
            if (TryReadOffer(ref tokens, out var namesServerWindow))
            {
                // An offer that names the server's window is accepted by naming it back (RFC 7692 section 7.1.2.1).
                responseHeader = namesServerWindow ? Answer + "; server_max_window_bits=15" : Answer;
                return true;
            }

            // From its beginning, so that a comma within a quoted value does not end it.
            tokens = element;
            tokens.SkipElement();
            tokens.TrySkip(',');
        }

        responseHeader = null;
        return false;
    }

    private static bool TryReadOffer(ref WebSocketHeaderTokens tokens, out bool namesServerWindow)
    {
        namesServerWindow = false;
        if (!tokens.TryReadToken(out var name) || name is not "permessage-deflate")
        {
            return false;
        }

        var seen = Parameters.None;
        while (true)
        {
            tokens.SkipWhitespace();
            if (tokens.IsAtEnd || tokens.TrySkip(','))
            {
                namesServerWindow = seen.HasFlag(Parameters.ServerMaxWindowBits);
                return true;
            }

            if (!TryReadParameter(ref tokens, out var parameter) || seen.HasFlag(parameter))
            {
                return false;
            }

            seen |= parameter;
        }
    }

    private static bool TryReadParameter(ref WebSocketHeaderTokens tokens, out Parameters parameter)
    {
        parameter = Parameters.None;
        if (!tokens.TrySkip(';'))
        {
            return false;
        }

        tokens.SkipWhitespace();
        if (!tokens.TryReadToken(out var name))
        {
            return false;
        }

        var hasValue = tokens.TrySkip('=');
        ReadOnlySpan<char> value = default;
        if (hasValue && !tokens.TryReadQuotedToken(out value) && !tokens.TryReadToken(out value))
        {
            return false;
        }

        parameter = name switch
        {
            "server_no_context_takeover" when !hasValue => Parameters.ServerNoContextTakeover,
            "client_no_context_takeover" when !hasValue => Parameters.ClientNoContextTakeover,

            // DeflateStream always uses the largest window: a smaller one cannot be promised to the client.
            "server_max_window_bits" when value is "15" => Parameters.ServerMaxWindowBits,

            // With or without a value this only allows the server to ask for less, which it has no reason to.
            "client_max_window_bits" when !hasValue || value is "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15" =>
                Parameters.ClientMaxWindowBits,
            _ => Parameters.None,
        };
        return parameter != Parameters.None;
    }

    [Flags]
    private enum Parameters
    {
        None = 0,
        ServerNoContextTakeover = 1,
        ClientNoContextTakeover = 2,
        ServerMaxWindowBits = 4,
        ClientMaxWindowBits = 8,
    }
}
