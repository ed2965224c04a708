namespace SocketIoSharp;

/// <summary>An event that clients may have missed.</summary>
/// <param name="Log">The log of its namespace.</param>
/// <param name="Packet">The event, its offset included.</param>
/// <param name="Options">Whom it was for.</param>
/// <param name="Bytes">What it takes in memory.</param>
/// <param name="Timestamp">When it was sent.</param>
internal readonly record struct LoggedEvent(RecoveryLog Log, EncodedPacket Packet, BroadcastOptions Options, long Bytes, long Timestamp);

/// <summary>A client that may come back.</summary>
/// <param name="Log">The log of its namespace.</param>
/// <param name="Session">What is kept of it.</param>
/// <param name="ConnectPosition">The newest event when it connected; null when that is not known.</param>
/// <param name="Timestamp">When its connection was lost.</param>
internal readonly record struct KeptSession(RecoveryLog Log, RecoverySession Session, long? ConnectPosition, long Timestamp);

/// <summary>The newest events and the sessions of one namespace. Everything is guarded by the lock of the budget.</summary>
internal sealed class RecoveryLog
{
    // A ring: the oldest event stands at _head.
    private LinkedListNode<LoggedEvent>[] _events = [];
    private int _head;

    public Dictionary<string, LinkedListNode<KeptSession>> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of the newest event; the first event is number 1, so that 0 is the start.</summary>
    public long LastPosition { get; private set; }

    /// <summary>How many of the newest events are kept.</summary>
    public int Count { get; private set; }

    /// <summary>What they take in memory.</summary>
    public long Bytes { get; private set; }

    public bool IsClosed { get; set; }

    /// <summary>Whether everything after the position is kept.</summary>
    public bool Reaches(long position) => position <= LastPosition && position >= LastPosition - Count;

    public void Append(LinkedListNode<LoggedEvent> logged)
    {
        if (Count == _events.Length)
        {
            Grow();
        }

        _events[(_head + Count) & (_events.Length - 1)] = logged;
        Count++;
        LastPosition++;
        Bytes += logged.ValueRef.Bytes;
    }

    /// <summary>Forgets the oldest event.</summary>
    public LinkedListNode<LoggedEvent> RemoveOldest()
    {
        var oldest = _events[_head];
        _events[_head] = null!;
        _head = (_head + 1) & (_events.Length - 1);
        Count--;
        Bytes -= oldest.ValueRef.Bytes;
        if (Count == 0)
        {
            // A namespace that has become silent holds nothing.
            _events = [];
            _head = 0;
        }

        return oldest;
    }

    /// <summary>The events after a position, which must be reached.</summary>
    public LoggedEvent[] CopyAfter(long position)
    {
        var missed = new LoggedEvent[LastPosition - position];
        for (var i = 0; i < missed.Length; i++)
        {
            missed[i] = _events[(_head + Count - missed.Length + i) & (_events.Length - 1)].ValueRef;
        }

        return missed;
    }

    private void Grow()
    {
        // A power of two, so that places wrap around with a mask.
        var larger = new LinkedListNode<LoggedEvent>[Math.Max(16, _events.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _events[(_head + i) & (_events.Length - 1)];
        }

        _events = larger;
        _head = 0;
    }
}
