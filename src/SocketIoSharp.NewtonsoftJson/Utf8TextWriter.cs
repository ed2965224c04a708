using System.Buffers;
using System.Text;

namespace SocketIoSharp;

/// <summary>
/// Writes text as UTF-8. Half of a surrogate pair, which UTF-8 does not have, becomes a JSON escape: in JSON it can only be inside
/// a string. A pair may come in two pieces.
/// </summary>
internal sealed class Utf8TextWriter(IBufferWriter<byte> output) : TextWriter
{
    private const int BufferLength = 1024;

    private char[]? _buffer = ArrayPool<char>.Shared.Rent(BufferLength);
    private int _length;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        var buffer = _buffer!;
        if (_length == buffer.Length)
        {
            WriteOut(isEnd: false);
        }

        buffer[_length++] = value;
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_length == _buffer!.Length)
            {
                WriteOut(isEnd: false);
            }

            var length = Math.Min(buffer.Length, _buffer.Length - _length);
            buffer[..length].CopyTo(_buffer.AsSpan(_length));
            _length += length;
            buffer = buffer[length..];
        }
    }

    /// <summary>Everything is written out; what comes next does not complete a pair.</summary>
    public override void Flush() => WriteOut(isEnd: true);

    protected override void Dispose(bool disposing)
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<char>.Shared.Return(buffer);
        }

        base.Dispose(disposing);
    }

    private void WriteOut(bool isEnd)
    {
        var text = _buffer.AsSpan(0, _length);
        var kept = !isEnd && text is [.., var last] && char.IsHighSurrogate(last) ? 1 : 0;
        ReadOnlySpan<char> rest = text[..^kept];
        Span<char> escape = stackalloc char[JsonText.LongestEscape];
        while (rest.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var surrogate)
        {
            if (char.IsHighSurrogate(rest[surrogate]) && surrogate + 1 < rest.Length && char.IsLowSurrogate(rest[surrogate + 1]))
            {
                Encoding.UTF8.GetBytes(rest[..(surrogate + 2)], output);
                rest = rest[(surrogate + 2)..];
                continue;
            }

            Encoding.UTF8.GetBytes(rest[..surrogate], output);
            Encoding.UTF8.GetBytes(escape[..JsonText.WriteEscape(rest[surrogate], escape)], output);
            rest = rest[(surrogate + 1)..];
        }

        Encoding.UTF8.GetBytes(rest, output);
        if (kept > 0)
        {
            text[0] = text[^1];
        }

        _length = kept;
    }
}
