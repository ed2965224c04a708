using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SocketIoSharp.EngineIO;

internal enum WebSocketOpcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>The frame layout of RFC 6455 section 5.2, as a server writes it (no mask) and as it unmasks what clients wrote.</summary>
internal static class WebSocketFrame
{
    public const int MaxServerHeaderLength = 10;

    private const byte FinalBit = 0x80;
    private const byte CompressedBit = 0x40;

    public static int GetHeaderLength(long payloadLength) => payloadLength switch
    {
        <= 125 => 2,
        <= ushort.MaxValue => 4,
        _ => 10,
    };

    public static int WriteHeader(Span<byte> destination, WebSocketOpcode opcode, long payloadLength, bool compressed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);

        // The server never fragments, so every frame is the last of its message.
        destination[0] = (byte)(FinalBit | (compressed ? CompressedBit : 0) | (byte)opcode);
        switch (payloadLength)
        {
            case <= 125:
                destination[1] = (byte)payloadLength;
                return 2;
            case <= ushort.MaxValue:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
                return 4;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], payloadLength);
                return 10;
        }
    }

    /// <summary>Removes (or applies) the mask in place.</summary>
    /// <param name="payload">The bytes, or one part of them.</param>
    /// <param name="maskInMemoryOrder">The four mask bytes as they lie in memory.</param>
    /// <param name="offset">The position of the first byte of <paramref name="payload"/> within its frame.</param>
    public static void Unmask(Span<byte> payload, uint maskInMemoryOrder, long offset)
    {
        if (maskInMemoryOrder == 0)
        {
            return;
        }

        // A part that begins within a group of four continues with the mask byte whose turn it is.
        var shift = (int)(offset & 3) * 8;
        var mask = BitConverter.IsLittleEndian
            ? BitOperations.RotateRight(maskInMemoryOrder, shift)
            : BitOperations.RotateLeft(maskInMemoryOrder, shift);

        ref var start = ref MemoryMarshal.GetReference(payload);
        var position = 0;
        if (Vector.IsHardwareAccelerated && payload.Length >= Vector<byte>.Count)
        {
            var wideMask = Vector.AsVectorByte(new Vector<uint>(mask));
            for (; position <= payload.Length - Vector<byte>.Count; position += Vector<byte>.Count)
            {
                ref var block = ref Unsafe.Add(ref start, position);
                (Vector.LoadUnsafe(ref block) ^ wideMask).StoreUnsafe(ref block);
            }
        }

        var longMask = ((ulong)mask << 32) | mask;
        for (; position <= payload.Length - sizeof(ulong); position += sizeof(ulong))
        {
            ref var block = ref Unsafe.Add(ref start, position);
            Unsafe.WriteUnaligned(ref block, Unsafe.ReadUnaligned<ulong>(ref block) ^ longMask);
        }

        // Every step so far was a multiple of four, so the rest begins with the first byte of the rotated mask.
        var maskBytes = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in mask));
        for (; position < payload.Length; position++)
        {
            payload[position] ^= maskBytes[position & 3];
        }
    }
}
