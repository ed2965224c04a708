using System.Numerics;

namespace SocketIoSharp.EngineIO;

/// <summary>Something that is due at some time. Belongs to one <see cref="EngineIOClock"/> at a time.</summary>
internal abstract class ClockEntry
{
    // All fields belong to the clock and are guarded by its lock.
    internal ClockEntry? Previous;
    internal ClockEntry? Next;
    internal long DueTick;
    internal bool IsScheduled;

    /// <summary>Called once when due, on a pool thread and outside the clock's lock; may run just after a late Cancel.</summary>
    protected internal abstract void OnDue();
}

/// <summary>
/// One timer for everything that has a deadline: heartbeats, upgrades, slow messages. A wheel of short lists; scheduling
/// and cancelling cost a few pointer writes, and nothing ticks while nothing is due.
/// </summary>
internal sealed partial class EngineIOClock : IDisposable
{
    // A tick is a millisecond.
    private const int SlotCount = 8192;

    // Due times are rounded down to a multiple of this, so that many sessions share one wake-up.
    private const int CoarsestTicks = 50;
    private const double AllowedError = 0.04;

    // Timers take no more than some weeks; whatever is due later costs a wake-up for nothing then.
    private const double LongestTimer = int.MaxValue;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ClockEntry?[] _slots = new ClockEntry?[SlotCount];
    private readonly ulong[] _occupied = new ulong[SlotCount / 64];
    private readonly long _start;
    private readonly ITimer _timer;
    private List<ClockEntry>? _spare;
    private long _lastTick;
    private long _armedTick = long.MaxValue;
    private int _count;

    public EngineIOClock(TimeProvider time, ILogger<EngineIOClock> logger)
    {
        _time = time;
        _logger = logger;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((EngineIOClock)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeProvider Time => _time;

    /// <summary>How many entries wait; for tests.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>
    /// Schedules (or moves) an entry. <paramref name="shortest"/> is the shortest interval that the entry's server is
    /// configured with: an entry is due at most 4 % of it, or 50 ms, early.
    /// </summary>
    public void Schedule(ClockEntry entry, TimeSpan delay, TimeSpan shortest)
    {
        var granularity = (long)Math.Clamp(Math.Min(delay.TotalMilliseconds, shortest.TotalMilliseconds) * AllowedError, 1, CoarsestTicks);
        lock (_gate)
        {
            var due = (long)(ElapsedMilliseconds + delay.TotalMilliseconds) / granularity * granularity;
            Unlink(entry);
            Link(entry, Math.Max(due, _lastTick + 1));
            Arm(entry.DueTick);
        }
    }

    public void Cancel(ClockEntry entry)
    {
        lock (_gate)
        {
            Unlink(entry);
        }
    }

    public void Dispose() => _timer.Dispose();

    private double ElapsedMilliseconds => _time.GetElapsedTime(_start).TotalMilliseconds;

    private void OnTimer()
    {
        var due = Interlocked.Exchange(ref _spare, null) ?? [];
        lock (_gate)
        {
            _armedTick = long.MaxValue;
            TakeDue((long)ElapsedMilliseconds, due);
            ArmNext();
        }

        foreach (var entry in due)
        {
            try
            {
                entry.OnDue();
            }
            catch (Exception exception)
            {
                // One session's fault must not stop the clock of all others.
                Log.EntryFailed(_logger, exception);
            }
        }

        due.Clear();
        Volatile.Write(ref _spare, due);
    }

    /// <summary>Unlinks what is due, earliest first.</summary>
    private void TakeDue(long now, List<ClockEntry> due)
    {
        var from = Math.Max(_lastTick + 1, now - SlotCount + 1);
        for (var tick = from; tick <= now; tick++)
        {
            var entry = _slots[tick & (SlotCount - 1)];
            while (entry is not null)
            {
                var next = entry.Next;
                if (entry.DueTick <= now)
                {
                    Unlink(entry);
                    due.Add(entry);
                }

                entry = next;
            }
        }

        _lastTick = Math.Max(_lastTick, now);
    }

    private void Link(ClockEntry entry, long dueTick)
    {
        var slot = (int)(dueTick & (SlotCount - 1));
        entry.DueTick = dueTick;
        entry.IsScheduled = true;
        entry.Previous = null;
        entry.Next = _slots[slot];
        if (entry.Next is { } next)
        {
            next.Previous = entry;
        }

        _slots[slot] = entry;
        _occupied[slot >> 6] |= 1UL << (slot & 63);
        _count++;
    }

    private void Unlink(ClockEntry entry)
    {
        if (!entry.IsScheduled)
        {
            return;
        }

        var slot = (int)(entry.DueTick & (SlotCount - 1));
        if (entry.Previous is { } previous)
        {
            previous.Next = entry.Next;
        }
        else
        {
            _slots[slot] = entry.Next;
            if (entry.Next is null)
            {
                _occupied[slot >> 6] &= ~(1UL << (slot & 63));
            }
        }

        if (entry.Next is { } next)
        {
            next.Previous = entry.Previous;
        }

        entry.Previous = entry.Next = null;
        entry.IsScheduled = false;
        _count--;
    }

    private void Arm(long tick)
    {
        if (tick >= _armedTick)
        {
            return;
        }

        _armedTick = tick;
        var delay = tick - ElapsedMilliseconds;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(delay), 1, LongestTimer)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Arms the timer for the next slot that holds anything; an entry of a later round costs one empty wake-up a round.</summary>
    private void ArmNext()
    {
        if (_count == 0)
        {
            return;
        }

        for (var offset = 1L; offset <= SlotCount;)
        {
            var slot = (int)((_lastTick + offset) & (SlotCount - 1));
            var word = _occupied[slot >> 6] >> (slot & 63);
            if (word == 0)
            {
                offset += 64 - (slot & 63);
                continue;
            }

            Arm(_lastTick + offset + BitOperations.TrailingZeroCount(word));
            return;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A deadline's handler failed.", EventName = nameof(EntryFailed))]
        public static partial void EntryFailed(ILogger logger, Exception exception);
    }
}
