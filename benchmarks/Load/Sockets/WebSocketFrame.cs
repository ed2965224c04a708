using System.Buffers.Binary;

namespace SocketIoSharp.BenchmarkLoad.Sockets;

/// <summary>The header of a frame, of those that a server sends, and whole frames as a client has to send them.</summary>
internal readonly record struct WebSocketFrame(int Opcode, bool IsFinal, int HeaderLength, int PayloadLength)
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int CloseOpcode = 8;
    public const int Ping = 9;
    public const int Pong = 10;
    private const int FinalBit = 0x80;
    private const int MaskBit = 0x80;
    private const int LargestShort = 125;
    private const int TwoByteLength = 126;
    private const int EightByteLength = 127;

    // Any key will do against a server that is ours; the frames are masked once and sent many times.
    private static ReadOnlySpan<byte> Key => [0x9D, 0x31, 0x6B, 0xE4];

    /// <summary>Reads a header; false when there are not enough bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out WebSocketFrame frame)
    {
        frame = default;
        if (data.Length < 2)
        {
            return false;
        }

        if ((data[1] & MaskBit) != 0 || (data[0] & 0x70) != 0)
        {
            throw new LoadException("the server sent a frame that is masked or compressed");
        }

        long length = data[1];
        var header = length == TwoByteLength ? 4 : length == EightByteLength ? 10 : 2;
        if (data.Length < header)
        {
            return false;
        }

        length = header switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            10 => BinaryPrimitives.ReadInt64BigEndian(data[2..]),
            _ => length,
        };
        frame = new WebSocketFrame(data[0] & 0xF, (data[0] & FinalBit) != 0, header, checked((int)length));
        return true;
    }

    /// <summary>A masked frame that holds the payload.</summary>
    public static byte[] Create(int opcode, ReadOnlySpan<byte> payload)
    {
        var header = payload.Length <= LargestShort ? 2 : payload.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[header + Key.Length + payload.Length];
        frame[0] = (byte)(FinalBit | opcode);
        frame[1] = (byte)(MaskBit | header switch { 2 => payload.Length, 4 => TwoByteLength, _ => EightByteLength });
        if (header == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }
        else if (header == 10)
        {
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
        }

        Key.CopyTo(frame.AsSpan(header));
        var start = header + Key.Length;
        for (var i = 0; i < payload.Length; i++)
        {
            frame[start + i] = (byte)(payload[i] ^ Key[i & 3]);
        }

        return frame;
    }

    /// <summary>What a byte at this place of the payload is masked with.</summary>
    public static byte KeyAt(int position) => Key[position & 3];
}
