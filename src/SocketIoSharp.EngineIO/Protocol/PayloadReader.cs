using System.Text;

namespace SocketIoSharp.EngineIO;

internal enum PayloadReadResult
{
    Packet,
    End,
    Invalid,
}

/// <summary>
/// Walks one POST body packet by packet: packets before a bad one are handed out, as Node does. A mutable struct with
/// one owner; linear in the body, never throws, and after <see cref="PayloadReadResult.Invalid"/> stays invalid.
/// </summary>
internal struct PayloadReader
{
    private const byte Separator = 0x1E;
    private const byte LengthEnd = 0xFF;
    private const int MaxLengthDigits = 311;

    private readonly Form _form;
    private State _state;
    private ReadOnlyMemory<byte> _rest;

    public PayloadReader(ReadOnlyMemory<byte> body, int protocol, bool isOctetStream)
    {
        _form = protocol != 3 ? Form.V4 : isOctetStream ? Form.V3Binary : Form.V3Text;
        _rest = _form == Form.V3Binary ? body : Utf8Text.ReplaceInvalid(body);
        _state = _form switch
        {
            // Binary bodies exist in protocol 3 only.
            Form.V4 => isOctetStream ? State.Invalid : State.Reading,
            // An empty text body is an error; an empty binary body holds no packets.
            Form.V3Text => body.IsEmpty ? State.Invalid : State.Reading,
            // The framing of a binary body is checked as a whole before the first packet is handed out.
            _ => HasValidFraming(body.Span) ? State.Reading : State.Invalid,
        };
    }

    private enum Form : byte
    {
        V4,
        V3Text,
        V3Binary,
    }

    private enum State : byte
    {
        Reading,
        End,
        Invalid,
    }

    /// <summary>Reads the next packet.</summary>
    public PayloadReadResult Read(out EngineIOPacket packet)
    {
        packet = default;
        if (_state == State.Reading)
        {
            var result = _form switch
            {
                Form.V4 => ReadV4(out packet),
                Form.V3Text => ReadV3Text(out packet),
                _ => ReadV3Binary(out packet),
            };
            if (result == PayloadReadResult.Packet)
            {
                return result;
            }

            _state = result == PayloadReadResult.End ? State.End : State.Invalid;
        }

        return _state == State.End ? PayloadReadResult.End : PayloadReadResult.Invalid;
    }

    // Protocol 4: packets are joined by 0x1E, so a body always has at least one (possibly empty, thus bad) packet.
    private PayloadReadResult ReadV4(out EngineIOPacket packet)
    {
        var end = _rest.Span.IndexOf(Separator);
        var message = _rest;
        if (end >= 0)
        {
            message = _rest.Slice(0, end);
            _rest = _rest.Slice(end + 1);
        }
        else
        {
            _state = State.End;
        }

        return EngineIOPacketCodec.TryDecodeText(message, 4, out packet) ? PayloadReadResult.Packet : PayloadReadResult.Invalid;
    }

    // Protocol 3 text: <length>:<packet>, repeated. The length counts UTF-16 code units of the packet.
    private PayloadReadResult ReadV3Text(out EngineIOPacket packet)
    {
        packet = default;
        while (!_rest.IsEmpty)
        {
            if (!TryReadTextLength(out var units))
            {
                return PayloadReadResult.Invalid;
            }

            // "0:" is skipped silently.
            if (units == 0)
            {
                continue;
            }

            if (!TryTakeUnits(units, out var message) || !EngineIOPacketCodec.TryDecodeText(message, 3, out packet))
            {
                return PayloadReadResult.Invalid;
            }

            return PayloadReadResult.Packet;
        }

        return PayloadReadResult.End;
    }

    private bool TryReadTextLength(out int units)
    {
        units = 0;
        var span = _rest.Span;
        var index = 0;
        for (; index < span.Length && char.IsAsciiDigit((char)span[index]); index++)
        {
            // No packet is longer than the body: this bounds the digits, and the number cannot overflow.
            if (units > span.Length)
            {
                return false;
            }

            units = (int)Math.Min((units * 10L) + (span[index] - '0'), int.MaxValue);
        }

        if (index == 0 || index == span.Length || span[index] != ':')
        {
            return false;
        }

        _rest = _rest.Slice(index + 1);
        return true;
    }

    private bool TryTakeUnits(int units, out ReadOnlyMemory<byte> message)
    {
        message = default;
        var span = _rest.Span;
        if (units > span.Length)
        {
            return false;
        }

        if (Ascii.IsValid(span.Slice(0, units)))
        {
            message = _rest.Slice(0, units);
            _rest = _rest.Slice(units);
            return true;
        }

        var index = 0;
        while (units > 0 && index < span.Length)
        {
            // The body is valid UTF-8 here. Only a sequence of four bytes is two code units, a surrogate pair.
            var first = span[index];
            if (first >= 0xF0)
            {
                if (units == 1)
                {
                    // JavaScript cuts the pair in two: the packet ends in a lone surrogate, and what follows begins with
                    // one, which is no length. So this packet is the last, and a replacement character closes it.
                    message = (byte[])[.. span.Slice(0, index), 0xEF, 0xBF, 0xBD];
                    _state = State.Invalid;
                    return true;
                }

                units -= 2;
                index += 4;
            }
            else
            {
                units--;
                index += first < 0x80 ? 1 : first < 0xE0 ? 2 : 3;
            }
        }

        if (units > 0)
        {
            return false;
        }

        message = _rest.Slice(0, index);
        _rest = _rest.Slice(index);
        return true;
    }

    // Protocol 3 binary: 00 for a string or 01 for binary, the length as one byte per decimal digit, FF, the packet.
    private PayloadReadResult ReadV3Binary(out EngineIOPacket packet)
    {
        packet = default;
        if (_rest.IsEmpty)
        {
            return PayloadReadResult.End;
        }

        if (!TryReadBinaryHeader(_rest.Span, out var headerLength, out var isText, out var length))
        {
            return PayloadReadResult.Invalid;
        }

        var message = _rest.Slice(headerLength, length);
        _rest = _rest.Slice(headerLength + length);
        if (!isText)
        {
            packet = EngineIOPacketCodec.DecodeBinaryV3(message);
            return PayloadReadResult.Packet;
        }

        // Strings of the binary form must be UTF-8, but a surrogate encoded on its own becomes U+FFFD. The base64 form is
        // not looked at: it skips what is not base64, invalid UTF-8 too.
        var isBase64 = !message.IsEmpty && message.Span[0] == 'b';
        return (isBase64 || Utf8Text.TryReplaceSurrogates(ref message)) && EngineIOPacketCodec.TryDecodeText(message, 3, out packet)
            ? PayloadReadResult.Packet
            : PayloadReadResult.Invalid;
    }

    private static bool HasValidFraming(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty)
        {
            if (!TryReadBinaryHeader(body, out var headerLength, out _, out var length))
            {
                return false;
            }

            body = body.Slice(headerLength + length);
        }

        return true;
    }

    private static bool TryReadBinaryHeader(ReadOnlySpan<byte> span, out int headerLength, out bool isText, out int length)
    {
        isText = span[0] == 0;
        length = 0;
        headerLength = 0;
        var digits = span.Slice(1);
        var count = digits.Slice(0, Math.Min(digits.Length, MaxLengthDigits + 1)).IndexOf(LengthEnd);
        if (count <= 0)
        {
            return false;
        }

        var remaining = digits.Length - count - 1;
        foreach (var digit in digits.Slice(0, count))
        {
            if (digit > 9)
            {
                return false;
            }

            // A length beyond the body is not an error in the binary form, the packet ends with the body.
            length = (int)Math.Min((length * 10L) + digit, remaining);
        }

        headerLength = count + 2;
        return true;
    }
}
