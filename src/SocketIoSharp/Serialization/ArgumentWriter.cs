using System.Buffers;

namespace SocketIoSharp;

/// <summary>Where the arguments of one packet are written: JSON text, and the binary values that travel beside it.</summary>
/// <remarks>Belongs to one thread at a time, is used again and again, and must not be kept.</remarks>
public sealed class ArgumentWriter : IBufferWriter<byte>
{
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static ArgumentWriter? t_spare;

    private byte[] _buffer = new byte[512];
    private int _length;
    private List<ReadOnlyMemory<byte>>? _attachments;
    private List<int>? _dates;

    /// <summary>What has been written.</summary>
    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    internal int Length => _length;

    /// <summary>The binary values so far.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Attachments => (IReadOnlyList<ReadOnlyMemory<byte>>?)_attachments ?? [];

    /// <summary>How many binary values there are.</summary>
    public int AttachmentCount => _attachments?.Count ?? 0;

    /// <summary>Where date strings begin (or one byte before): for wire formats that have dates of their own.</summary>
    internal ReadOnlySpan<int> Dates => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_dates);

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsSpan(_length);
    }

    /// <summary>Adds a binary value; the bytes must not change any more.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>The number for its placeholder.</returns>
    public int AddAttachment(ReadOnlyMemory<byte> data)
    {
        (_attachments ??= []).Add(data);
        return _attachments.Count - 1;
    }

    /// <summary>A date string is about to be written.</summary>
    internal void MarkDate(int offset) => (_dates ??= []).Add(offset);

    /// <summary>The dates of the payload that begins at a position.</summary>
    internal int[]? TakeDates(int start)
    {
        if (_dates is not { Count: > 0 } dates)
        {
            return null;
        }

        var taken = dates.ToArray();
        foreach (ref var offset in taken.AsSpan())
        {
            offset -= start;
        }

        return taken;
    }

    internal ReadOnlyMemory<byte>[] TakeAttachments() => _attachments is { Count: > 0 } ? [.. _attachments] : [];

    /// <summary>Gives the writer of this thread, or a new one while that is in use.</summary>
    internal static ArgumentWriter Rent()
    {
        var writer = t_spare ?? new ArgumentWriter();
        t_spare = null;
        return writer;
    }

    /// <summary>Gives the writer back; what it held is forgotten.</summary>
    internal void Return()
    {
        _length = 0;
        _attachments?.Clear();
        _dates?.Clear();
        if (_buffer.Length <= LargestKept)
        {
            t_spare = this;
        }
    }

    private void Grow(int sizeHint)
    {
        var needed = _length + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max((long)needed, _buffer.Length * 2L), Array.MaxLength));
        }
    }
}
