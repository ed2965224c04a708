namespace SocketIoSharp;

/// <summary>Somebody who waits for the answer of a client.</summary>
internal interface IPendingAck
{
    /// <summary>The client has answered; called once, on the thread that reads from it.</summary>
    void OnAnswer(ServerSocket socket, in SocketIOPacket packet);

    /// <summary>The client has left without an answer.</summary>
    void OnGone(ServerSocket socket);
}

/// <summary>The answers that the server waits for. Registered before the packet can leave; answers never queue.</summary>
internal sealed partial class ServerSocket
{
    private Lock? _acksGate;
    private Dictionary<long, IPendingAck>? _acks;

    /// <summary>How many answers of this client are being waited for.</summary>
    public int PendingAckCount
    {
        get
        {
            if (_acksGate is not { } gate)
            {
                return 0;
            }

            lock (gate)
            {
                return _acks!.Count;
            }
        }
    }

    private Lock AcksGate
    {
        get
        {
            if (_acksGate is null)
            {
                Interlocked.CompareExchange(ref _acks, [], null);
                Interlocked.CompareExchange(ref _acksGate, new Lock(), null);
            }

            return _acksGate;
        }
    }

    /// <summary>Waits for an answer; false when the client has left.</summary>
    public bool TryAddAck(long id, IPendingAck pending)
    {
        lock (AcksGate)
        {
            if (HasLeft)
            {
                return false;
            }

            _acks!.Add(id, pending);
        }

        // A reader that has stopped because of unhandled events must go on, or the answer would never be read.
        _connection.OnAckAwaited();
        return true;
    }

    /// <summary>An answer is not wanted any more; false when it has come.</summary>
    public bool TryRemoveAck(long id)
    {
        lock (AcksGate)
        {
            if (!_acks!.Remove(id))
            {
                return false;
            }
        }

        _connection.OnAcksSettled(1);
        return true;
    }

    /// <summary>The client has answered; numbers that nobody waits for are ignored.</summary>
    public void OnAck(in SocketIOPacket packet)
    {
        if (packet.Id is not { } id || _acksGate is not { } gate)
        {
            return;
        }

        IPendingAck? pending;
        lock (gate)
        {
            if (!_acks!.Remove(id, out pending))
            {
                return;
            }
        }

        _connection.OnAcksSettled(1);
        pending.OnAnswer(this, packet);
    }

    /// <summary>Sends an event and waits for its answer.</summary>
    public Task<T> EmitWithAckCoreAsync<T>(string eventName, ReadOnlySpan<object?> arguments, TimeSpan? timeout, CancellationToken cancellationToken, bool isVolatile = false, bool compress = true)
    {
        ReservedEvents.ThrowIfNotAllowed(eventName);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var id = _namespace.NextAckId();
        var pending = new PendingAnswer<T>(this, id);
        if (!TryAddAck(id, pending))
        {
            return Task.FromException<T>(CreateGone());
        }

        try
        {
            EmitWithId(eventName, arguments, id, isVolatile, compress);
        }
        catch
        {
            TryRemoveAck(id);
            throw;
        }

        pending.Start(timeout, cancellationToken);
        return pending.Task;
    }

    public SocketDisconnectedException CreateGone() => new($"Socket {Id} has left {_namespace.Name}; it cannot answer any more.");

    private void FailAcks()
    {
        if (_acksGate is not { } gate)
        {
            return;
        }

        IPendingAck[] waiting;
        lock (gate)
        {
            waiting = [.. _acks!.Values];
            _acks.Clear();
        }

        _connection.OnAcksSettled(waiting.Length);
        foreach (var pending in waiting)
        {
            pending.OnGone(this);
        }
    }
}
