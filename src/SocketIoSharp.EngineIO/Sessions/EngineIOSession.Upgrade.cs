namespace SocketIoSharp.EngineIO;

/// <summary>The move from polling to WebSocket: probe, pause of the polling, hand-over.</summary>
internal sealed partial class EngineIOSession
{
    private static readonly TimeSpan s_noopInterval = TimeSpan.FromMilliseconds(100);

    private UpgradeAttempt? _upgrade;

    // True from the hand-over until the last polling response is written: nothing may overtake what it carries.
    private bool _isDrainHeld;

    public bool IsUpgrading => Volatile.Read(ref _upgrade) is not null;

    /// <summary>Begins an upgrade; false when one is under way or the session is not on polling any more.</summary>
    public bool TryBeginUpgrade(WebSocketTransport probe)
    {
        lock (Gate)
        {
            if (_state is not (SessionState.Open or SessionState.Closing) || _upgrade is not null || _transport is not PollingTransport)
            {
                return false;
            }

            _upgrade = new UpgradeAttempt(this, probe, _server.Clock.Time.GetTimestamp());
            _server.Clock.Schedule(_upgrade, _options.UpgradeTimeout, _server.ShortestInterval);
            return true;
        }
    }

    /// <summary>Takes one packet of the connection that probes; <paramref name="isValid"/> is false for what cannot be decoded.</summary>
    public Task OnProbePacketAsync(WebSocketTransport probe, in EngineIOPacket packet, bool isValid)
    {
        lock (Gate)
        {
            if (_upgrade is not { } attempt || attempt.Probe != probe)
            {
                return Task.CompletedTask;
            }

            if (isValid && packet.Type == PacketType.Ping && packet.Data.Span.SequenceEqual("probe"u8))
            {
                probe.WriteProbeAnswer();
                ScheduleAttemptLocked(attempt);
            }
            else if (isValid && packet.Type == PacketType.Upgrade)
            {
                return HandOverLockedAsync(probe);
            }
            else
            {
                AbandonUpgradeLocked("an unexpected packet came from the connection that probes");
                return Task.CompletedTask;
            }
        }

        _server.Observer?.Upgrading(this);
        return Task.CompletedTask;
    }

    /// <summary>The connection that probes has ended; the session goes on where it is.</summary>
    public void OnProbeEnded(WebSocketTransport probe)
    {
        lock (Gate)
        {
            if (_upgrade?.Probe == probe)
            {
                AbandonUpgradeLocked("the connection that probes was closed");
            }
        }
    }

    /// <summary>No polling response is being written any more.</summary>
    public void OnPollsWrittenLocked()
    {
        _isDrainHeld = false;
        FlushLocked();
    }

    private Task HandOverLockedAsync(WebSocketTransport webSocket)
    {
        var polling = (PollingTransport)_transport;
        _server.Clock.Cancel(_upgrade!);
        _upgrade = null;
        Volatile.Write(ref _transport, webSocket);
        IsUpgraded = true;
        webSocket.Activate();
        _isDrainHeld = polling.Discard(out var postEnded);
        Log.Upgraded(_server.Logger, Id);
        _server.Metrics.SessionUpgraded(_isCounted);
        _server.Observer?.Upgraded(this);
        if (_isAwaitingPong && !_isHeartbeatSuspended && _state == SessionState.Open)
        {
            // The ping may have waited in the queue until now.
            ScheduleLocked(_options.PingTimeout);
        }

        // A session that is closing sends what is queued and is closed by this too.
        FlushLocked();

        // Messages of the last POST come before those of the WebSocket: its read loop waits for this task.
        return postEnded;
    }

    private void AbandonUpgradeLocked(string why)
    {
        if (_upgrade is not { } attempt)
        {
            return;
        }

        _upgrade = null;
        _server.Clock.Cancel(attempt);
        Log.UpgradeFailed(_server.Logger, Id, why);
        attempt.Probe.End(EndKind.Close);
    }

    private void ScheduleAttemptLocked(UpgradeAttempt attempt)
    {
        var left = _options.UpgradeTimeout - _server.Clock.Time.GetElapsedTime(attempt.Started);
        var delay = left < s_noopInterval ? left : s_noopInterval;
        _server.Clock.Schedule(attempt, delay > TimeSpan.Zero ? delay : TimeSpan.Zero, _server.ShortestInterval);
    }

    private void OnUpgradeDue(UpgradeAttempt attempt)
    {
        lock (Gate)
        {
            if (_upgrade != attempt || attempt.IsScheduled)
            {
                return;
            }

            if (_server.Clock.Time.GetElapsedTime(attempt.Started) >= _options.UpgradeTimeout)
            {
                AbandonUpgradeLocked($"it took longer than {nameof(EngineIOOptions.UpgradeTimeout)}");
                return;
            }

            // A waiting poll is answered with a noop, so that the client can stop polling.
            (_transport as PollingTransport)?.AnswerNoop();
            ScheduleAttemptLocked(attempt);
        }
    }

    private sealed class UpgradeAttempt(EngineIOSession session, WebSocketTransport probe, long started) : ClockEntry
    {
        public WebSocketTransport Probe => probe;

        public long Started => started;

        protected internal override void OnDue() => session.OnUpgradeDue(this);
    }
}
