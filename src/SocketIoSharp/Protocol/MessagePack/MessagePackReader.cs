using System.Buffers.Binary;

namespace SocketIoSharp;

/// <summary>
/// Reads MessagePack from bytes that nobody vouches for: never throws, allocates nothing, and checks every length and
/// count against what is left. It does not recurse, so nesting costs it nothing; who builds values from it limits the
/// depth. After a method returned false <see cref="Error"/> says why, and the reader stands where it stood before.
/// </summary>
internal ref struct MessagePackReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>How many bytes are read.</summary>
    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _message.Length;

    public MessagePackError Error { get; private set; }

    /// <summary>Tells the type of the next value without reading it.</summary>
    public readonly bool TryPeekType(out MessagePackType type)
    {
        var copy = this;
        var isValue = copy.TryReadToken(out var token);
        type = token.Type;
        return isValue;
    }

    public bool TryReadNil() => TryRead(MessagePackType.Nil, out _);

    public bool TryReadBoolean(out bool value)
    {
        var isRead = TryRead(MessagePackType.Boolean, out var token);
        value = token.Bits != 0;
        return isRead;
    }

    /// <summary>Reads an integer of any width that fits.</summary>
    public bool TryReadInt64(out long value)
    {
        var start = Position;
        var isRead = TryRead(MessagePackType.Integer, out var token);
        value = (long)token.Bits;
        return isRead && (value < 0 == token.IsNegative || Refuse(MessagePackError.WrongType, start));
    }

    /// <summary>Reads an integer of any width that is not negative.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        var start = Position;
        var isRead = TryRead(MessagePackType.Integer, out var token);
        value = token.Bits;
        return isRead && (!token.IsNegative || Refuse(MessagePackError.WrongType, start));
    }

    /// <summary>Reads any number, with the rounding of JavaScript: peers write a double without a fraction as an integer.</summary>
    public bool TryReadDouble(out double value)
    {
        var start = Position;
        value = 0;
        if (!TryReadToken(out var token))
        {
            return false;
        }

        if (token.Type == MessagePackType.Integer)
        {
            value = token.IsNegative ? (long)token.Bits : token.Bits;
            return true;
        }

        value = token.Float;
        return token.Type == MessagePackType.Float || Refuse(MessagePackError.WrongType, start);
    }

    /// <summary>Reads a string as it came; it may be anything but UTF-8.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> utf8)
    {
        var isRead = TryRead(MessagePackType.String, out var token);
        utf8 = token.Payload;
        return isRead;
    }

    public bool TryReadBinary(out ReadOnlySpan<byte> data)
    {
        var isRead = TryRead(MessagePackType.Binary, out var token);
        data = token.Payload;
        return isRead;
    }

    /// <summary>Reads the head of an array, with the number of elements that follow.</summary>
    public bool TryReadArrayHeader(out int count)
    {
        var isRead = TryRead(MessagePackType.Array, out var token);
        count = token.Count;
        return isRead;
    }

    /// <summary>Reads the head of a map, with the number of pairs that follow.</summary>
    public bool TryReadMapHeader(out int count)
    {
        var isRead = TryRead(MessagePackType.Map, out var token);
        count = token.Count;
        return isRead;
    }

    public bool TryReadExtension(out sbyte type, out ReadOnlySpan<byte> data)
    {
        var isRead = TryRead(MessagePackType.Extension, out var token);
        type = token.ExtensionType;
        data = token.Payload;
        return isRead;
    }

    /// <summary>Reads JavaScript's undefined: <c>d4 00</c> and one byte that means nothing.</summary>
    public bool TryReadUndefined()
    {
        var rest = _message.Slice(Position);
        if (rest.Length < 3 || rest[0] != 0xD4 || rest[1] != 0)
        {
            return Refuse(MessagePackError.WrongType, Position);
        }

        Position += 3;
        return true;
    }

    /// <summary>Passes over one value with all that is in it, in linear time.</summary>
    public bool TrySkip()
    {
        var start = Position;
        for (var open = 1L; open > 0; open--)
        {
            if (!TryReadToken(out var token))
            {
                return Refuse(Error, start);
            }

            open += token.Type == MessagePackType.Map ? 2L * token.Count : token.Count;

            // Every value that is still open takes one byte at least: a bomb of counts ends here.
            if (open - 1 > _message.Length - Position)
            {
                return Refuse(MessagePackError.Truncated, start);
            }
        }

        return true;
    }

    /// <summary>Reads one value; of an array or a map only the head.</summary>
    public bool TryReadToken(out MessagePackToken token)
    {
        token = default;
        if (IsAtEnd)
        {
            return Refuse(MessagePackError.Truncated, Position);
        }

        var start = Position;
        var head = _message[Position++];
        switch (head)
        {
            case < 0x80:
                token = new MessagePackToken { Type = MessagePackType.Integer, Bits = head };
                return true;
            case < 0x90:
                return TryReadContainer(MessagePackType.Map, head & 0x0F, out token, start);
            case < 0xA0:
                return TryReadContainer(MessagePackType.Array, head & 0x0F, out token, start);
            case < 0xC0:
                return TryReadPayload(MessagePackType.String, head & 0x1F, out token, start);
            case 0xC0:
                token.Type = MessagePackType.Nil;
                return true;
            case 0xC2 or 0xC3:
                token.Type = MessagePackType.Boolean;
                token.Bits = head & 1u;
                return true;
            case 0xC4 or 0xC5 or 0xC6:
                return TryReadLength(1 << (head - 0xC4), out var length, start) && TryReadPayload(MessagePackType.Binary, length, out token, start);
            case 0xC7 or 0xC8 or 0xC9:
                return TryReadLength(1 << (head - 0xC7), out length, start) && TryReadExtension(length, isFixed: false, out token, start);
            case 0xCA or 0xCB:
                return TryReadFloat(head == 0xCA ? 4 : 8, out token, start);
            case >= 0xCC and <= 0xCF:
                return TryReadInteger(1 << (head - 0xCC), isSigned: false, out token, start);
            case >= 0xD0 and <= 0xD3:
                return TryReadInteger(1 << (head - 0xD0), isSigned: true, out token, start);
            case >= 0xD4 and <= 0xD8:
                return TryReadExtension(1 << (head - 0xD4), isFixed: true, out token, start);
            case 0xD9 or 0xDA or 0xDB:
                return TryReadLength(1 << (head - 0xD9), out length, start) && TryReadPayload(MessagePackType.String, length, out token, start);
            case 0xDC or 0xDD:
                return TryReadLength(2 << (head - 0xDC), out length, start) && TryReadContainer(MessagePackType.Array, length, out token, start);
            case 0xDE or 0xDF:
                return TryReadLength(2 << (head - 0xDE), out length, start) && TryReadContainer(MessagePackType.Map, length, out token, start);
            case >= 0xE0:
                token = new MessagePackToken { Type = MessagePackType.Integer, Bits = (ulong)(sbyte)head, IsNegative = true };
                return true;
            default:
                return Refuse(MessagePackError.UnusedByte, start);
        }
    }

    private bool TryRead(MessagePackType type, out MessagePackToken token)
    {
        var start = Position;
        return TryReadToken(out token) && (token.Type == type || Refuse(MessagePackError.WrongType, start));
    }

    private bool TryReadInteger(int width, bool isSigned, out MessagePackToken token, int start)
    {
        token = default;
        if (!TryReadBits(width, out var bits, start))
        {
            return false;
        }

        if (isSigned)
        {
            var unused = 64 - (8 * width);
            bits = (ulong)((long)(bits << unused) >> unused);
        }

        token.Type = MessagePackType.Integer;
        token.Bits = bits;
        token.IsNegative = isSigned && (long)bits < 0;
        return true;
    }

    private bool TryReadFloat(int width, out MessagePackToken token, int start)
    {
        token = default;
        if (!TryReadBits(width, out var bits, start))
        {
            return false;
        }

        token.Type = MessagePackType.Float;
        token.Float = width == 4 ? BitConverter.UInt32BitsToSingle((uint)bits) : BitConverter.UInt64BitsToDouble(bits);
        return true;
    }

    private bool TryReadContainer(MessagePackType type, long count, out MessagePackToken token, int start)
    {
        token = default;

        // An element takes one byte at least, a pair two. So a count can be trusted as far as the message is long.
        var rest = _message.Length - Position;
        if (count > (type == MessagePackType.Map ? rest / 2 : rest))
        {
            return Refuse(MessagePackError.Truncated, start);
        }

        token.Type = type;
        token.Count = (int)count;
        return true;
    }

    private bool TryReadExtension(long length, bool isFixed, out MessagePackToken token, int start)
    {
        token = default;
        if (!TryReadBits(1, out var type, start) || !TryReadPayload(MessagePackType.Extension, length, out token, start))
        {
            return false;
        }

        token.ExtensionType = (sbyte)type;
        token.IsFixedExtension = isFixed;
        return true;
    }

    private bool TryReadPayload(MessagePackType type, long length, out MessagePackToken token, int start)
    {
        token = default;
        if (length > _message.Length - Position)
        {
            return Refuse(MessagePackError.Truncated, start);
        }

        token.Type = type;
        token.Payload = _message.Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    private bool TryReadLength(int width, out long length, int start)
    {
        var isRead = TryReadBits(width, out var bits, start);
        length = (long)bits;
        return isRead;
    }

    // All numbers are big-endian.
    private bool TryReadBits(int width, out ulong bits, int start)
    {
        bits = 0;
        var rest = _message.Slice(Position);
        if (width > rest.Length)
        {
            return Refuse(MessagePackError.Truncated, start);
        }

        bits = width switch
        {
            1 => rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest),
        };
        Position += width;
        return true;
    }

    private bool Refuse(MessagePackError error, int start)
    {
        Error = error;
        Position = start;
        return false;
    }
}
