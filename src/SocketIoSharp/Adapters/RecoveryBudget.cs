using System.Diagnostics.CodeAnalysis;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// The bounds of connection state recovery for one server: all logs of its namespaces share them. When the server's bound
/// is reached, the oldest event of all namespaces goes first, as if all were kept for a shorter time; one namespace alone
/// cannot use up the whole, because it has a bound of its own. The same for sessions. One short lock guards it all; nothing
/// foreign runs under it.
/// </summary>
internal sealed class RecoveryBudget
{
    // What an event takes beside its bytes: its objects and its places in two lists.
    private const int EventOverhead = 320;
    private const int RoomOverhead = 32;

    private static readonly TimeSpan s_shortestSweep = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ConnectionStateRecoveryOptions _options;
    private readonly EngineIOClock _clock;
    private readonly Sweep _sweep;

    // Both in the order of time, whatever the namespace.
    private readonly LinkedList<LoggedEvent> _events = new();
    private readonly LinkedList<KeptSession> _sessions = new();
    private long _bytes;

    public RecoveryBudget(ConnectionStateRecoveryOptions options, EngineIOClock clock)
    {
        _options = options;
        _clock = clock;
        _sweep = new Sweep(this);
    }

    /// <summary>What all logs together take in memory.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>How many sessions are kept in all namespaces together.</summary>
    public int SessionCount
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Adds the next event to a log. An event that is larger than the bound itself takes everything before it along.</summary>
    public void Append(RecoveryLog log, EncodedPacket packet, BroadcastOptions options)
    {
        lock (_gate)
        {
            if (log.IsClosed)
            {
                return;
            }

            var now = _clock.Time.GetTimestamp();
            var logged = new LinkedListNode<LoggedEvent>(new LoggedEvent(log, packet, options, CountBytes(packet, options), now));
            log.Append(logged);
            _events.AddLast(logged);
            _bytes += logged.ValueRef.Bytes;
            while (log.Bytes > _options.MaxBytesPerNamespace)
            {
                RemoveOldest(log);
            }

            while (_bytes > _options.MaxBytes)
            {
                RemoveOldest(_events.First!.ValueRef.Log);
            }

            RemoveExpired(now);
            ScheduleSweep(now);
        }
    }

    /// <summary>Keeps a session; one of the same private id is replaced.</summary>
    public void Keep(RecoveryLog log, RecoverySession session, long? connectPosition)
    {
        lock (_gate)
        {
            if (log.IsClosed)
            {
                return;
            }

            var now = _clock.Time.GetTimestamp();
            if (log.Sessions.Remove(session.PrivateId, out var earlier))
            {
                _sessions.Remove(earlier);
            }

            log.Sessions.Add(session.PrivateId, _sessions.AddLast(new KeptSession(log, session, connectPosition, now)));
            while (_sessions.Count > _options.MaxSessions)
            {
                Remove(_sessions.First!);
            }

            RemoveExpired(now);
            ScheduleSweep(now);
        }
    }

    /// <summary>Looks for a session that can be resumed from where its client says it is.</summary>
    public RecoverySession? Find(RecoveryLog log, string privateId, long? position)
    {
        lock (_gate)
        {
            RemoveExpired(_clock.Time.GetTimestamp());
            return TryFind(log, privateId, position, out var kept, out _) ? kept.ValueRef.Session : null;
        }
    }

    /// <summary>Takes a session that has been found out, with everything that was logged after the position of its client.</summary>
    public bool TryTake(RecoveryLog log, RecoverySession session, long? position, out LoggedEvent[] later)
    {
        lock (_gate)
        {
            RemoveExpired(_clock.Time.GetTimestamp());

            // Of two clients that come with the same id at once, the second finds nothing; nor does one whose session was
            // taken and kept anew in between.
            if (!TryFind(log, session.PrivateId, position, out var kept, out var start) || !ReferenceEquals(kept.ValueRef.Session, session))
            {
                later = [];
                return false;
            }

            later = log.CopyAfter(start);
            Remove(kept);
            return true;
        }
    }

    /// <summary>The namespace is no more: what was kept for it goes.</summary>
    public void Close(RecoveryLog log)
    {
        lock (_gate)
        {
            log.IsClosed = true;
            while (log.Count > 0)
            {
                RemoveOldest(log);
            }

            foreach (var kept in log.Sessions.Values)
            {
                _sessions.Remove(kept);
            }

            log.Sessions.Clear();
        }
    }

    private static bool TryFind(
        RecoveryLog log, string privateId, long? position, [NotNullWhen(true)] out LinkedListNode<KeptSession>? kept, out long start)
    {
        start = 0;
        if (!log.Sessions.TryGetValue(privateId, out kept))
        {
            return false;
        }

        // No client is behind its CONNECT: one that names nothing, or something older that it remembers from an earlier
        // session, has received no event since. So nobody reads what was sent before it came, either.
        var connected = kept.ValueRef.ConnectPosition;
        if ((position ?? connected) is not { } known)
        {
            return false;
        }

        start = Math.Max(known, connected ?? known);
        return log.Reaches(start);
    }

    private static long CountBytes(EncodedPacket packet, BroadcastOptions options)
    {
        // The text is there as JSON, as the encoded packet, and as the frame that recipients share; binary values as given and
        // as a frame. They are kept because all who come back after the same interruption share them again.
        var bytes = EventOverhead + (3L * packet.Json.Length);
        foreach (var attachment in packet.Attachments)
        {
            bytes += EventOverhead + (2L * attachment.Length);
        }

        foreach (var room in options.Rooms)
        {
            bytes += RoomOverhead + (sizeof(char) * room.Length);
        }

        foreach (var room in options.Except)
        {
            bytes += RoomOverhead + (sizeof(char) * room.Length);
        }

        return bytes;
    }

    private void RemoveOldest(RecoveryLog log)
    {
        var oldest = log.RemoveOldest();
        _bytes -= oldest.ValueRef.Bytes;
        _events.Remove(oldest);
    }

    private void Remove(LinkedListNode<KeptSession> kept)
    {
        kept.ValueRef.Log.Sessions.Remove(kept.ValueRef.Session.PrivateId);
        _sessions.Remove(kept);
    }

    private bool IsExpired(long timestamp, long now) => _clock.Time.GetElapsedTime(timestamp, now) > _options.MaxDisconnectionDuration;

    private void RemoveExpired(long now)
    {
        while (_events.First is { } oldest && IsExpired(oldest.ValueRef.Timestamp, now))
        {
            RemoveOldest(oldest.ValueRef.Log);
        }

        while (_sessions.First is { } oldest && IsExpired(oldest.ValueRef.Timestamp, now))
        {
            Remove(oldest);
        }
    }

    private void ScheduleSweep(long now)
    {
        if (_sweep.IsPending || (_events.First is null && _sessions.First is null))
        {
            return;
        }

        var oldest = Math.Min(_events.First?.ValueRef.Timestamp ?? long.MaxValue, _sessions.First?.ValueRef.Timestamp ?? long.MaxValue);
        var left = _options.MaxDisconnectionDuration - _clock.Time.GetElapsedTime(oldest, now);
        _sweep.IsPending = true;
        _clock.Schedule(_sweep, left > s_shortestSweep ? left : s_shortestSweep, s_shortestSweep);
    }

    private void OnSweep()
    {
        lock (_gate)
        {
            _sweep.IsPending = false;
            var now = _clock.Time.GetTimestamp();
            RemoveExpired(now);
            ScheduleSweep(now);
        }
    }

    /// <summary>Frees what is too old while nothing happens that would.</summary>
    private sealed class Sweep(RecoveryBudget owner) : ClockEntry
    {
        public bool IsPending { get; set; }

        protected internal override void OnDue() => owner.OnSweep();
    }
}
