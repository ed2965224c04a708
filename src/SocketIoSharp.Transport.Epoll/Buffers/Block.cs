using System.Buffers;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>A piece of memory that is filled from its start on, and the blocks that follow it.</summary>
internal sealed class Block : ReadOnlySequenceSegment<byte>
{
    /// <summary>Enough for most messages.</summary>
    public const int SmallSize = 4096;

    /// <summary>For streams of data.</summary>
    public const int LargeSize = 32 * 1024;

    private readonly byte[] _array;

    public Block(int size) => _array = GC.AllocateUninitializedArray<byte>(size);

    public int Size => _array.Length;

    /// <summary>How far it is filled.</summary>
    public int End { get; private set; }

    public int Room => _array.Length - End;

    public Block? Following => (Block?)Next;

    public Span<byte> FreeSpan => _array.AsSpan(End);

    public Memory<byte> FreeMemory => _array.AsMemory(End);

    public ReadOnlySpan<byte> Span(int start, int length) => _array.AsSpan(start, length);

    /// <summary>So many bytes have been put behind those that it holds.</summary>
    public void Fill(int bytes)
    {
        End += bytes;
        Memory = new ReadOnlyMemory<byte>(_array, 0, End);
    }

    public void Append(Block next)
    {
        next.RunningIndex = RunningIndex + End;
        Next = next;
    }

    /// <summary>Forgets what it holds, and what follows it.</summary>
    public void Clear()
    {
        End = 0;
        Memory = default;
        Next = null;
        RunningIndex = 0;
    }
}
