using System.Buffers;

namespace SocketIoSharp;

/// <summary>
/// Finds where values begin and end in text that is known to be well-formed JSON. A message is checked once as a whole; after
/// that its parts, nested in each other, need no second check at every level.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"[]{}"u8);
    private static readonly SearchValues<byte> s_endOfScalar = SearchValues.Create(",]} \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _position;

    /// <summary>Goes into an array or an object.</summary>
    public void Enter() => _position++;

    /// <summary>Whether there is another element or member, in front of which the scanner stands then.</summary>
    public bool MoveNext()
    {
        SkipSpaces();
        if (_json[_position] == ',')
        {
            _position++;
            SkipSpaces();
        }

        return _json[_position] is not ((byte)']' or (byte)'}');
    }

    /// <summary>Reads the name of a member, with its escapes but without its quotes.</summary>
    public ReadOnlySpan<byte> ReadName()
    {
        var start = _position + 1;
        SkipString();
        var name = _json[start..(_position - 1)];
        SkipSpaces();
        _position++;
        SkipSpaces();
        return name;
    }

    /// <summary>Passes over a value, and tells where it is.</summary>
    public Range ReadValue()
    {
        var start = _position;
        switch (_json[start])
        {
            case (byte)'"':
                SkipString();
                break;
            case (byte)'[' or (byte)'{':
                SkipContainer();
                break;
            default:
                var length = _json[start..].IndexOfAny(s_endOfScalar);
                _position = length < 0 ? _json.Length : start + length;
                break;
        }

        return start.._position;
    }

    private void SkipContainer()
    {
        var depth = 0;
        do
        {
            _position += _json[_position..].IndexOfAny(s_structure);
            switch (_json[_position])
            {
                case (byte)'"':
                    SkipString();
                    continue;
                case (byte)'[' or (byte)'{':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            _position++;
        }
        while (depth > 0);
    }

    private void SkipString()
    {
        _position++;
        while (true)
        {
            _position += _json[_position..].IndexOfAny((byte)'"', (byte)'\\');
            if (_json[_position] == '"')
            {
                _position++;
                return;
            }

            _position += 2;
        }
    }

    private void SkipSpaces()
    {
        while (_json[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _position++;
        }
    }
}
