namespace SocketIoSharp;

/// <summary>
/// Connection state recovery of one namespace: numbers its events, keeps the newest of them, and the sessions of clients
/// that have lost their connection. Numbering, keeping and delivering an event happen under one lock, as does bringing a
/// client back: every client receives the offsets in the order of the log, misses nothing and gets nothing twice.
/// </summary>
/// <param name="budget">The bounds, shared by the namespaces of a server.</param>
/// <param name="encode">Encodes an event before it is kept; throws for one that cannot be encoded, which would fail again at every resume.</param>
/// <param name="deliver">Sends an event to the clients of this server.</param>
internal sealed class SessionRecoveryStore(RecoveryBudget budget, Action<EncodedPacket> encode, Action<EncodedPacket, BroadcastOptions> deliver)
{
    private readonly RecoveryLog _log = new();
    private readonly RecoveryOffset _offsets = new();
    private readonly Lock _delivery = new();

    // The lock lets its owner in again. What a listener sends while an event is being delivered waits until that has reached
    // everybody; else some clients would get the two in the wrong order.
    private readonly Queue<(EncodedPacket Packet, BroadcastOptions Options)> _postponed = new();
    private bool _isDelivering;
    private long _position;
    private string? _currentOffset;

    /// <summary>The offset of the newest event that has been delivered; the start of the log has one as well.</summary>
    public string CurrentOffset => Volatile.Read(ref _currentOffset) ?? CreateFirstOffset();

    /// <summary>
    /// Sends an event with an offset at its end. It is kept for those who miss it, unless it is volatile: then the offset is
    /// that of the newest event, for clients that would take the event's own last text for an offset.
    /// </summary>
    public void Broadcast(EncodedPacket packet, BroadcastOptions options)
    {
        lock (_delivery)
        {
            _postponed.Enqueue((packet, options));
            if (!_isDelivering)
            {
                _isDelivering = true;
                DeliverPostponed();
            }
        }
    }

    /// <summary>Whether clients take the end of an event for an offset: its last argument, or its name when it has none, is a text.</summary>
    public static bool EndsWithText(EncodedPacket packet)
    {
        var json = packet.Json.Span.TrimEnd(" \t\r\n"u8);
        return json.Length > 1 && json[..^1].TrimEnd(" \t\r\n"u8) is [.., (byte)'"'];
    }

    /// <summary>Keeps the session of a client that has lost its connection.</summary>
    public void Persist(RecoverySession session)
        => budget.Keep(_log, session, session.ConnectOffset is { } offset && _offsets.TryParse(offset, out var position) ? position : null);

    /// <summary>Looks for a session; null when there is none, or not everything that its client missed is still there.</summary>
    public RecoverySession? Find(string privateId, string? offset)
        => TryParse(offset, out var position) ? budget.Find(_log, privateId, position) : null;

    /// <summary>
    /// Brings a client back while no event can come in between. The session is used up: it is kept again when the new
    /// connection is lost, and until then the same id opens nothing.
    /// </summary>
    public bool Resume(RecoverySession session, string? offset, Action<IReadOnlyList<EncodedPacket>> attach)
    {
        if (!TryParse(offset, out var position))
        {
            return false;
        }

        lock (_delivery)
        {
            if (!budget.TryTake(_log, session, position, out var later))
            {
                return false;
            }

            var isOutermost = !_isDelivering;
            _isDelivering = true;
            try
            {
                attach(FindMissed(session, later));
            }
            finally
            {
                if (isOutermost)
                {
                    DeliverPostponed();
                }
            }

            return true;
        }
    }

    /// <summary>The namespace is no more.</summary>
    public void Close() => budget.Close(_log);

    /// <summary>An event was missed if it was for everybody or for one of the rooms, and none of the rooms was left out.</summary>
    private static List<EncodedPacket> FindMissed(RecoverySession session, LoggedEvent[] later)
    {
        var rooms = new HashSet<string>(session.Rooms, StringComparer.Ordinal) { session.Id };
        var missed = new List<EncodedPacket>();
        foreach (ref readonly var logged in later.AsSpan())
        {
            if (Reaches(logged.Options, rooms))
            {
                missed.Add(logged.Packet);
            }
        }

        return missed;
    }

    internal static bool Reaches(BroadcastOptions options, HashSet<string> rooms)
    {
        foreach (var room in options.Except)
        {
            if (rooms.Contains(room))
            {
                return false;
            }
        }

        foreach (var room in options.Rooms)
        {
            if (rooms.Contains(room))
            {
                return true;
            }
        }

        return options.Rooms.IsEmpty;
    }

    private bool TryParse(string? offset, out long? position)
    {
        position = null;
        if (offset is null)
        {
            return true;
        }

        var isKnown = _offsets.TryParse(offset, out var parsed);
        position = parsed;
        return isKnown;
    }

    private string CreateFirstOffset()
        => Interlocked.CompareExchange(ref _currentOffset, _offsets.Format(0), null) ?? _currentOffset;

    private void DeliverPostponed()
    {
        try
        {
            while (_postponed.TryDequeue(out var next))
            {
                Deliver(next.Packet, next.Options);
            }

            _isDelivering = false;
        }
        finally
        {
            // One that fails must not hold up those behind it.
            if (_isDelivering)
            {
                DeliverPostponed();
            }
        }
    }

    private void Deliver(EncodedPacket packet, BroadcastOptions options)
    {
        if (options.IsVolatile)
        {
            deliver(packet.WithLastArgument(CurrentOffset), options);
            return;
        }

        var offset = _offsets.Format(_position + 1);
        var numbered = packet.WithLastArgument(offset);
        encode(numbered);
        budget.Append(_log, numbered, options);
        _position++;
        try
        {
            deliver(numbered, options);
        }
        finally
        {
            Volatile.Write(ref _currentOffset, offset);
        }
    }
}
