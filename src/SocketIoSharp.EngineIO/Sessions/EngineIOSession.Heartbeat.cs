namespace SocketIoSharp.EngineIO;

/// <summary>
/// The ping and pong clock; the session itself is the clock's entry. Protocol 4: the server pings and expects a pong.
/// Protocol 3: the client pings, and its silence is bounded.
/// </summary>
internal sealed partial class EngineIOSession
{
    // Protocols 3 and 4 measure silence differently, but both deadlines mean: close with "ping timeout".
    private volatile bool _isAwaitingPong;
    private bool _hasUsedPingGrace;
    private bool _isReceivePaused;
    private bool _isHeartbeatSuspended;
    private long _suspendedSince;

    /// <summary>Whether the application is busy with a message, so that nothing further is read.</summary>
    internal bool IsReceivePaused => Volatile.Read(ref _isReceivePaused);

    private void StartHeartbeatLocked()
        => ScheduleLocked(Protocol == 3 ? _options.PingInterval + _options.PingTimeout : _options.PingInterval);

    private void ScheduleLocked(TimeSpan delay) => _server.Clock.Schedule(this, delay, _server.ShortestInterval);

    protected internal override void OnDue()
    {
        lock (Gate)
        {
            if (_state == SessionState.Closed || IsScheduled)
            {
                return;
            }

            if (Protocol == 4 && !_isAwaitingPong)
            {
                _hasUsedPingGrace = false;
                _isAwaitingPong = true;
                ScheduleLocked(_options.PingTimeout);
                SendPingLocked();
            }
            else if (!TrySuspendHeartbeatLocked())
            {
                CloseLocked(new SessionClose(CloseReason.PingTimeout));
            }
        }
    }

    private void SendPingLocked()
    {
        if (_state == SessionState.Open && EnqueueLocked(EncodedMessage.Ping))
        {
            FlushLocked();
        }
    }

    /// <summary>
    /// While a handler holds the reading back, the client's pong may lie unread: the deadline waits, for at most one further
    /// interval and timeout. Pings go on, because the client has a deadline of its own.
    /// </summary>
    private bool TrySuspendHeartbeatLocked()
    {
        var time = _server.Clock.Time;
        var longest = _options.PingInterval + _options.PingTimeout;
        if (!_isHeartbeatSuspended)
        {
            if (!_isReceivePaused)
            {
                return false;
            }

            _isHeartbeatSuspended = true;
            _suspendedSince = time.GetTimestamp();
        }

        var left = longest - time.GetElapsedTime(_suspendedSince);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        ScheduleLocked(left < _options.PingInterval ? left : _options.PingInterval);
        if (Protocol == 4)
        {
            SendPingLocked();
        }

        return true;
    }

    private void EndHeartbeatSuspensionLocked()
    {
        if (_isHeartbeatSuspended && _state != SessionState.Closed)
        {
            _isHeartbeatSuspended = false;
            ScheduleLocked(Protocol == 3 ? _options.PingInterval + _options.PingTimeout : _options.PingTimeout);
        }
    }

    /// <summary>The first other packet that arrives while a pong is awaited restarts the deadline, once for each ping.</summary>
    private void GrantPingGrace()
    {
        lock (Gate)
        {
            if (_isAwaitingPong && !_hasUsedPingGrace && !_isHeartbeatSuspended && _state == SessionState.Open)
            {
                _hasUsedPingGrace = true;
                ScheduleLocked(_options.PingTimeout);
            }
        }
    }

    private void OnPing()
    {
        lock (Gate)
        {
            if (_state != SessionState.Open)
            {
                return;
            }

            if (Protocol == 4)
            {
                // In protocol 4 only the server pings.
                CloseLocked(new SessionClose(CloseReason.TransportError, InvalidHeartbeatDirection));
                return;
            }

            ScheduleLocked(_options.PingInterval + _options.PingTimeout);
            if (EnqueueLocked(EncodedMessage.Pong))
            {
                FlushLocked();
            }
        }

        _server.Observer?.Heartbeat(this);
    }

    private void OnPong()
    {
        lock (Gate)
        {
            if (_state != SessionState.Open)
            {
                return;
            }

            if (Protocol == 3)
            {
                CloseLocked(new SessionClose(CloseReason.TransportError, InvalidHeartbeatDirection));
                return;
            }

            _isAwaitingPong = false;
            _isHeartbeatSuspended = false;
            ScheduleLocked(_options.PingInterval);
        }

        _server.Observer?.Heartbeat(this);
    }

    private const string InvalidHeartbeatDirection = "invalid heartbeat direction";
}
