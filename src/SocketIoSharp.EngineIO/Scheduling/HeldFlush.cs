using System.Buffers;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// Everybody to whom a thread writes is flushed when this is disposed and not before: the recipients of a broadcast to very many, so that its
/// order is settled first, or a client that must not be told before the server is ready. Many are flushed in slices, between which
/// whatever else waits for a thread gets its turn.
/// </summary>
internal sealed class HeldFlush : FlushMarks, IDisposable
{
    /// <summary>How many recipients are flushed in one go.</summary>
    public const int LargestAtOnce = 1000;

    private const int SliceSize = 64;

    private readonly FlushMarks? _outer = Current;
    private EngineIOSession[] _marked;
    private int _count;
    private int _flushedCount;

    private HeldFlush(int count) => _marked = ArrayPool<EngineIOSession>.Shared.Rent(count);

    /// <summary>From now on this thread writes to so many sessions; null when they are few enough to be flushed at once.</summary>
    public static HeldFlush? BeginFor(int count) => count > LargestAtOnce ? Begin(count) : null;

    /// <summary>From now on this thread writes to about so many sessions, and none of them is to be flushed.</summary>
    public static HeldFlush Begin(int count)
    {
        var held = new HeldFlush(count);
        Current = held;
        return held;
    }

    /// <inheritdoc/>
    public override bool HoldsMessages => _marked.Length > LargestAtOnce;

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
            // On a single core the thread that sends would fall behind, and everybody else with it: it goes first.
            Thread.Yield();
            ThreadPool.UnsafeQueueUserWorkItem(static held => held.FlushNext(), this, preferLocal: false);
        }
        else
        {
            ArrayPool<EngineIOSession>.Shared.Return(_marked, clearArray: true);
        }
    }
}
