using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace SocketIoSharp;

/// <summary>
/// Writes MessagePack as Node's encoders do: the shortest form of every integer, length and count, and no float32.
/// Who writes the head of an array or a map owes it as many values.
/// </summary>
internal readonly ref struct MessagePackWriter(IBufferWriter<byte> output, MessagePackDialect dialect)
{
    // Doubles below these bounds are exact as 64-bit integers.
    private const double MinInt64 = -9223372036854775808d;
    private const double MaxUInt64 = 18446744073709551616d;

    public void WriteNil() => WriteHead(0xC0);

    public void WriteUndefined()
    {
        if (dialect == MessagePackDialect.Client)
        {
            WriteExtension(0, [0]);
        }
        else
        {
            WriteNil();
        }
    }

    public void WriteBoolean(bool value) => WriteHead(value ? (byte)0xC3 : (byte)0xC2);

    public void WriteInteger(long value)
    {
        switch (value)
        {
            case >= 0:
                WriteInteger((ulong)value);
                break;
            case >= -32:
                WriteHead((byte)value);
                break;
            case >= sbyte.MinValue:
                WriteHead(0xD0, (byte)value);
                break;
            case >= short.MinValue:
                WriteHead(0xD1, (ushort)value);
                break;
            case >= int.MinValue:
                WriteHead(0xD2, (uint)value);
                break;
            default:
                WriteHead(0xD3, (ulong)value);
                break;
        }
    }

    public void WriteInteger(ulong value)
    {
        switch (value)
        {
            case < 0x80:
                WriteHead((byte)value);
                break;
            case <= byte.MaxValue:
                WriteHead(0xCC, (byte)value);
                break;
            case <= ushort.MaxValue:
                WriteHead(0xCD, (ushort)value);
                break;
            case <= uint.MaxValue:
                WriteHead(0xCE, (uint)value);
                break;
            default:
                WriteHead(0xCF, value);
                break;
        }
    }

    /// <summary>Writes a number as JavaScript has it: one without a fraction is an integer, and so is -0.</summary>
    public void WriteNumber(double value)
    {
        if (value == Math.Truncate(value) && value is >= MinInt64 and < MaxUInt64)
        {
            if (value < 0)
            {
                WriteInteger((long)value);
            }
            else
            {
                WriteInteger((ulong)value);
            }
        }
        else
        {
            WriteHead(0xCB, BitConverter.DoubleToUInt64Bits(value));
        }
    }

    /// <summary>Writes a string; a lone surrogate becomes U+FFFD.</summary>
    public void WriteString(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteStringHead(length);
        if (length > 0)
        {
            output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(length)));
        }
    }

    /// <summary>Writes a string that is UTF-8 already.</summary>
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        WriteStringHead(utf8.Length);
        output.Write(utf8);
    }

    public void WriteBinary(ReadOnlySpan<byte> data)
    {
        WriteLength(0xC4, 0xC5, 0xC6, data.Length);
        output.Write(data);
    }

    public void WriteArrayHeader(int count)
    {
        if (count < 16)
        {
            WriteHead((byte)(0x90 | count));
        }
        else
        {
            WriteLength(null, 0xDC, 0xDD, count);
        }
    }

    public void WriteMapHeader(int count)
    {
        if (count < 16)
        {
            WriteHead((byte)(0x80 | count));
        }
        else
        {
            WriteLength(null, 0xDE, 0xDF, count);
        }
    }

    /// <summary>Writes an extension. Peers take type 0 of one byte for undefined and of eight bytes for a date.</summary>
    public void WriteExtension(sbyte type, ReadOnlySpan<byte> data)
    {
        switch (data.Length)
        {
            case 1:
                WriteHead(0xD4);
                break;
            case 2:
                WriteHead(0xD5);
                break;
            case 4:
                WriteHead(0xD6);
                break;
            case 8:
                WriteHead(0xD7);
                break;
            case 16:
                WriteHead(0xD8);
                break;
            default:
                WriteLength(0xC7, 0xC8, 0xC9, data.Length);
                break;
        }

        WriteHead((byte)type);
        output.Write(data);
    }

    /// <summary>Writes a point in time, in milliseconds since 1970.</summary>
    public void WriteDate(long unixMilliseconds)
    {
        Span<byte> data = stackalloc byte[12];
        if (dialect == MessagePackDialect.Client)
        {
            BinaryPrimitives.WriteInt64BigEndian(data, unixMilliseconds);
            WriteExtension(0, data.Slice(0, 8));
            return;
        }

        WriteExtension(-1, data.Slice(0, MessagePackDate.WriteTimestamp(data, unixMilliseconds)));
    }

    private void WriteStringHead(int length)
    {
        if (length < 32)
        {
            WriteHead((byte)(0xA0 | length));
        }
        else
        {
            WriteLength(0xD9, 0xDA, 0xDB, length);
        }
    }

    // Arrays and maps have no form with one byte.
    private void WriteLength(byte? head8, byte head16, byte head32, int length)
    {
        if (length <= byte.MaxValue && head8 is { } head)
        {
            WriteHead(head, (byte)length);
        }
        else if (length <= ushort.MaxValue)
        {
            WriteHead(head16, (ushort)length);
        }
        else
        {
            WriteHead(head32, (uint)length);
        }
    }

    private void WriteHead(byte head)
    {
        output.GetSpan(1)[0] = head;
        output.Advance(1);
    }

    private void WriteHead(byte head, byte value)
    {
        var span = output.GetSpan(2);
        span[0] = head;
        span[1] = value;
        output.Advance(2);
    }

    private void WriteHead(byte head, ushort value)
    {
        var span = output.GetSpan(3);
        span[0] = head;
        BinaryPrimitives.WriteUInt16BigEndian(span.Slice(1), value);
        output.Advance(3);
    }

    private void WriteHead(byte head, uint value)
    {
        var span = output.GetSpan(5);
        span[0] = head;
        BinaryPrimitives.WriteUInt32BigEndian(span.Slice(1), value);
        output.Advance(5);
    }

    private void WriteHead(byte head, ulong value)
    {
        var span = output.GetSpan(9);
        span[0] = head;
        BinaryPrimitives.WriteUInt64BigEndian(span.Slice(1), value);
        output.Advance(9);
    }
}
