namespace SocketIoSharp.EngineIO;

/// <summary>The end of a session: asked for by the application, or caused by the client.</summary>
internal sealed partial class EngineIOSession
{
    public void Close() => Close(discard: false);

    public void Close(bool discard)
    {
        lock (Gate)
        {
            if (discard)
            {
                CloseLocked(new SessionClose(CloseReason.ForcedClose));
            }
            else if (_state is SessionState.Open or SessionState.Opening)
            {
                // What is queued goes first; FlushLocked finishes the close once the queue is empty.
                _state = SessionState.Closing;
                FlushLocked();
            }
        }
    }

    /// <summary>Ends the session because of what a transport has seen.</summary>
    public void Close(SessionClose close)
    {
        lock (Gate)
        {
            CloseLocked(close);
        }
    }

    public void CloseForShutdown()
    {
        lock (Gate)
        {
            CloseLocked(new SessionClose(CloseReason.ForcedClose, "server shutting down"), EndKind.Shutdown);
        }
    }

    internal void CloseLocked(SessionClose close, EndKind kind = EndKind.Close)
    {
        if (_isMarked)
        {
            // What was sent before the close, in the same batch, still goes as far as it can.
            _isMarked = false;
            FlushLocked();
        }

        if (_state == SessionState.Closed)
        {
            return;
        }

        _state = SessionState.Closed;
        _close = close;
        _server.Clock.Cancel(this);
        CancelAuthenticationDeadlineLocked();
        AbandonUpgradeLocked("the session closed");
        _transport?.End(kind);
        _outbox.Clear();
        CompleteWritableLocked(isOpen: false);
        _server.Sessions.Remove(this);
        if (_isOpenReturned)
        {
            QueueRaiseClose();
        }
    }

    /// <summary>The queue of a closing session is empty: a WebSocket or a waiting poll is told now, otherwise the next poll will be.</summary>
    private void FinishCloseLocked()
    {
        if (_transport is PollingTransport { IsReady: false } polling)
        {
            polling.ParkClose();
            return;
        }

        CloseLocked(new SessionClose(CloseReason.ForcedClose));
    }

    private void QueueRaiseClose()
        => ThreadPool.UnsafeQueueUserWorkItem(static session => _ = session.RaiseCloseAsync(), this, preferLocal: false);

    /// <summary>Tells everybody that the session has ended; what the application does wrong goes to the log.</summary>
    private async Task RaiseCloseAsync()
    {
        Log.Closed(_server.Logger, Id, _close.ReasonText, _close.Details);
        _server.Observer?.Closed(this, _close);
        CancelClosedToken();
        try
        {
            _server.Metrics.SessionClosed(_transport.Type, _close, _server.Clock.Time.GetElapsedTime(_startTimestamp), _isCounted);

            // The end comes after the beginning, however long that takes.
            await Volatile.Read(ref _opening);
            await _server.Handler.OnCloseAsync(this, _close);
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(_server.Logger, exception, Id, nameof(IEngineIOHandler.OnCloseAsync));
        }
    }

    private void CancelClosedToken()
    {
        CancellationTokenSource? closed;
        lock (Gate)
        {
            closed = _closed;
        }

        try
        {
            closed?.Cancel();
        }
        catch (AggregateException exception)
        {
            // The callbacks are the application's.
            Log.HandlerFailed(_server.Logger, exception, Id, nameof(Closed));
        }
    }
}
