namespace SocketIoSharp.EngineIO;

/// <summary>
/// The sessions that were written to while one thread works through received messages. Each is flushed once, at the end of
/// the batch: eight broadcasts that arrive together leave in one send per recipient. Owned by its thread; a shared
/// watchdog flushes what has waited for 2 ms because a handler blocks.
/// </summary>
internal sealed class FlushBatch : FlushMarks
{
    [ThreadStatic]
    private static FlushBatch? t_own;

    private readonly Lock _gate = new();
    private List<EngineIOSession> _marked = [];
    private List<EngineIOSession>? _spare;
    private long _markedSince;

    /// <summary>The timestamp of the oldest mark, 0 when there is none.</summary>
    public long MarkedSince => Volatile.Read(ref _markedSince);

    /// <summary>From now on, sessions written to by this thread are marked rather than flushed.</summary>
    public static FlushBatch Begin()
    {
        var batch = t_own;
        if (batch is null)
        {
            t_own = batch = new FlushBatch();
            FlushWatchdog.Register(batch);
        }

        Current = batch;
        return batch;
    }

    /// <summary>The last message of the batch is next: what it sends may leave at once.</summary>
    public static void Pause() => Current = null;

    /// <summary>Ends the batch: everything marked is flushed.</summary>
    public void End()
    {
        Current = null;
        Flush();
    }

    public override void Mark(EngineIOSession session)
    {
        lock (_gate)
        {
            _marked.Add(session);
            if (_markedSince == 0)
            {
                Volatile.Write(ref _markedSince, TimeProvider.System.GetTimestamp());
                FlushWatchdog.Wake();
            }
        }
    }

    /// <summary>Flushes what is marked; called by the owning thread and by the watchdog.</summary>
    public void Flush()
    {
        List<EngineIOSession> marked;
        lock (_gate)
        {
            if (_marked.Count == 0)
            {
                return;
            }

            marked = _marked;
            _marked = _spare ?? [];
            _spare = null;
            Volatile.Write(ref _markedSince, 0);
        }

        foreach (var session in marked)
        {
            session.FlushMarked();
        }

        marked.Clear();
        if (marked.Capacity <= 4096)
        {
            lock (_gate)
            {
                _spare ??= marked;
            }
        }
    }
}

/// <summary>One timer of the process that looks after all flush batches while any of them holds marks.</summary>
internal static class FlushWatchdog
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(2);
    private static readonly Lock s_gate = new();
    private static readonly List<WeakReference<FlushBatch>> s_batches = [];
    private static readonly ITimer s_timer =
        TimeProvider.System.CreateTimer(static _ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private static int s_awake;

    public static void Register(FlushBatch batch)
    {
        lock (s_gate)
        {
            s_batches.RemoveAll(static reference => !reference.TryGetTarget(out _));
            s_batches.Add(new WeakReference<FlushBatch>(batch));
        }
    }

    public static void Wake()
    {
        if (Interlocked.Exchange(ref s_awake, 1) == 0)
        {
            s_timer.Change(s_period, Timeout.InfiniteTimeSpan);
        }
    }

    private static void OnTimer()
    {
        // Asleep before looking, with a fence: a mark set after the look then wakes the watchdog again.
        Interlocked.Exchange(ref s_awake, 0);
        FlushBatch[] batches;
        lock (s_gate)
        {
            batches = new FlushBatch[s_batches.Count];
            for (var i = 0; i < batches.Length; i++)
            {
                s_batches[i].TryGetTarget(out batches[i]!);
            }
        }

        var any = false;
        foreach (var batch in batches)
        {
            if (batch is null || batch.MarkedSince is not (not 0 and var since))
            {
                continue;
            }

            if (TimeProvider.System.GetElapsedTime(since) >= s_period)
            {
                batch.Flush();
            }
            else
            {
                any = true;
            }
        }

        if (any)
        {
            Wake();
        }
    }
}
