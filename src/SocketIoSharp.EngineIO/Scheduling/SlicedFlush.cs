using System.Buffers;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// The recipients of a broadcast to very many: all are written to first, so that the order is settled, and flushed in slices when
/// this is disposed. Between two slices whatever else waits for a thread gets its turn.
/// </summary>
internal sealed class SlicedFlush : FlushMarks, IDisposable
{
    /// <summary>How many recipients are flushed in one go.</summary>
    public const int LargestAtOnce = 1000;

    private const int SliceSize = 256;

    private readonly FlushMarks? _outer = Current;
    private EngineIOSession[] _marked;
    private int _count;
    private int _flushedCount;

    private SlicedFlush(int count) => _marked = ArrayPool<EngineIOSession>.Shared.Rent(count);

    /// <summary>From now on this thread writes to so many sessions; null when they are few enough to be flushed at once.</summary>
    public static SlicedFlush? BeginFor(int count)
    {
        if (count <= LargestAtOnce)
        {
            return null;
        }

        var slices = new SlicedFlush(count);
        Current = slices;
        return slices;
    }

    public override void Mark(EngineIOSession session)
    {
        if (_count == _marked.Length)
        {
            // A listener of the application writes to others as well.
            Array.Resize(ref _marked, _count * 2);
        }

        _marked[_count++] = session;
    }

    /// <summary>Everybody has been written to.</summary>
    public void Dispose()
    {
        Current = _outer;
        FlushNext();
    }

    private void FlushNext()
    {
        var end = Math.Min(_flushedCount + SliceSize, _count);
        for (; _flushedCount < end; _flushedCount++)
        {
            _marked[_flushedCount].FlushMarked();
        }

        if (_flushedCount < _count)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static slices => slices.FlushNext(), this, preferLocal: false);
        }
        else
        {
            ArrayPool<EngineIOSession>.Shared.Return(_marked, clearArray: true);
        }
    }
}
