namespace SocketIoSharp;

/// <summary>A namespace that a client is in, or is about to join; the place is taken from its first packet on.</summary>
internal sealed class NamespaceSlot(byte[] name)
{
    private volatile ServerSocket? _socket;

    /// <summary>The name as it stands in packets; empty for the main namespace.</summary>
    public byte[] Name => name;

    /// <summary>The socket, once it is known which namespace is meant.</summary>
    public ServerSocket? Socket
    {
        get => _socket;
        set => _socket = value;
    }
}

/// <summary>Joining and leaving namespaces.</summary>
internal sealed partial class ClientConnection
{
    /// <summary>The client has joined a namespace; the time for that does not run any more, then or later.</summary>
    public void OnJoined()
    {
        lock (_gate)
        {
            if (_hasJoined)
            {
                return;
            }

            _hasJoined = true;
            Server.Clock.Cancel(this);
            if (_decoder.IsIncomplete)
            {
                // A packet has begun meanwhile; from now on it has a deadline of its own.
                ScheduleMessageDeadlineLocked();
            }
        }
    }

    /// <summary>A packet has begun whose binary values are still to come. Until a namespace is joined, the time for that counts.</summary>
    private void StartMessageDeadline()
    {
        lock (_gate)
        {
            if (_hasJoined)
            {
                ScheduleMessageDeadlineLocked();
            }
        }
    }

    private void ScheduleMessageDeadlineLocked()
    {
        var longest = Server.Options.EffectiveMessageTime;
        if (longest != Timeout.InfiniteTimeSpan && !_isClosed)
        {
            Server.Clock.Schedule(this, longest, Server.ShortestInterval);
        }
    }

    /// <summary>Takes a socket out of its namespace; does nothing when it has left before.</summary>
    public void Leave(ServerSocket socket, DisconnectReason reason)
    {
        lock (_gate)
        {
            _slots = Array.FindAll(_slots, slot => slot.Socket != socket);
        }

        socket.TryLeave(reason);
        ResumeReading();
    }

    /// <summary>Takes the client out of all namespaces, telling it, and closes the connection.</summary>
    public void DisconnectAll()
    {
        foreach (var slot in Volatile.Read(ref _slots))
        {
            slot.Socket?.Disconnect();
        }

        CloseSoon();
    }

    /// <summary>A namespace was not joined after all.</summary>
    public void Release(NamespaceSlot slot)
    {
        lock (_gate)
        {
            _slots = Array.FindAll(_slots, other => other != slot);
        }
    }

    /// <summary>Puts a socket into its place; false when the connection has ended.</summary>
    public bool TryFill(NamespaceSlot slot, ServerSocket socket)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            slot.Socket = socket;
            return true;
        }
    }

    /// <summary>All sockets leave, in the order in which they have joined.</summary>
    public void LeaveAll(DisconnectReason reason)
    {
        NamespaceSlot[] slots;
        lock (_gate)
        {
            _isClosed = true;
            slots = _slots;
            _slots = [];
        }

        Server.Clock.Cancel(this);
        foreach (var slot in slots)
        {
            slot.Socket?.TryLeave(reason);
        }

        ResumeReading();
    }

    /// <summary>Starts to join a namespace; until that is done, nothing else may be sent to it.</summary>
    private void BeginConnect(byte[] name, byte[] auth)
    {
        var slot = new NamespaceSlot(name);
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            if (_slots.Length >= Server.Options.MaxNamespacesPerClient)
            {
                slot = null;
            }
            else
            {
                _slots = [.. _slots, slot];
            }
        }

        if (slot is null)
        {
            if (!_hasWarnedOfNamespaces)
            {
                // Once: a client may ask as often as it likes.
                _hasWarnedOfNamespaces = true;
                Log.TooManyNamespaces(Server.Logger, Session.Id, Server.Options.MaxNamespacesPerClient.GetValueOrDefault(), nameof(SocketIOOptions.MaxNamespacesPerClient));
            }

            ConnectReply.SendError(this, name, "Too many namespaces", null);
            return;
        }

        ConnectPipeline.Start(this, slot, auth);
    }

    private NamespaceSlot? FindSlot(ReadOnlySpan<byte> name)
    {
        foreach (var slot in Volatile.Read(ref _slots))
        {
            if (name.SequenceEqual(slot.Name))
            {
                return slot;
            }
        }

        return null;
    }
}
