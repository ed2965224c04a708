using System.Buffers;

namespace SocketIoSharp.EngineIO;

/// <summary>Walks over the tokens of a WebSocket header value, each character once.</summary>
internal ref struct WebSocketHeaderTokens(ReadOnlySpan<char> value)
{
    // RFC 9110 section 5.6.2: the characters of a token.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private ReadOnlySpan<char> _rest = value;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public void SkipWhitespace() => _rest = _rest.TrimStart(" \t");

    public bool TrySkip(char character)
    {
        if (_rest.IsEmpty || _rest[0] != character)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    public bool TryReadToken(out ReadOnlySpan<char> token)
    {
        var end = _rest.IndexOfAnyExcept(TokenCharacters);
        token = end < 0 ? _rest : _rest[..end];
        _rest = _rest[token.Length..];
        return !token.IsEmpty;
    }

    /// <summary>Reads a quoted string. RFC 6455 section 9.1: its content must be a token too, so nothing in it needs an escape.</summary>
    public bool TryReadQuotedToken(out ReadOnlySpan<char> token)
    {
        token = default;
        if (!TrySkip('"'))
        {
            return false;
        }

        if (TryReadToken(out token) && TrySkip('"'))
        {
            return true;
        }

        token = default;
        return false;
    }

    /// <summary>Drops what is left of a list element that cannot be used, up to the comma after it.</summary>
    public void SkipElement()
    {
        var isQuoted = false;
        for (var position = 0; position < _rest.Length; position++)
        {
            switch (_rest[position])
            {
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '\\' when isQuoted:
                    position++;
                    break;
                case ',' when !isQuoted:
                    _rest = _rest[position..];
                    return;
            }
        }

        _rest = default;
    }
}
