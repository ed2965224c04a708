using System.Buffers;

namespace SocketIoSharp.EngineIO;

/// <summary>Bytes in an array of the shared pool that grows with what is written to it. Holds nothing until the first byte.</summary>
internal struct WebSocketPayloadBuffer
{
    private const int SmallestArray = 512;

    private byte[]? _array;

    public int Length { get; private set; }

    public readonly Memory<byte> Memory => _array is null ? Memory<byte>.Empty : _array.AsMemory(0, Length);

    public readonly Span<byte> Span => _array is null ? Span<byte>.Empty : _array.AsSpan(0, Length);

    /// <summary>Room for at least <paramref name="size"/> more bytes; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> GetSpan(int size)
    {
        Reserve(size);
        return _array.AsSpan(Length);
    }

    /// <summary>The same as memory, for reads that complete later.</summary>
    public Memory<byte> GetMemory(int size)
    {
        Reserve(size);
        return _array.AsMemory(Length);
    }

    public void Advance(int count) => Length += count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_array.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Gives the array back to the pool.</summary>
    public void Return()
    {
        var array = _array;
        _array = null;
        Length = 0;
        if (array is not null)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Reserve(int size)
    {
        var needed = (long)Length + size;
        if (_array is not null && needed <= _array.Length)
        {
            return;
        }

        // Doubling keeps the copying linear in what was written.
        var doubled = Math.Min(2L * Length, Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(SmallestArray, Math.Max(needed, doubled)));
        if (_array is not null)
        {
            _array.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = larger;
    }
}
