namespace SocketIoSharp.EngineIO;

/// <summary>What a WebSocket connection tells its owner.</summary>
internal interface IWebSocketOwner
{
    /// <summary>A whole message; its bytes are valid until the task completes, and nothing more is read before that.</summary>
    Task OnMessageAsync(ReadOnlyMemory<byte> payload, bool isBinary);

    /// <summary>The connection can be written to again. Called under the connection's gate.</summary>
    void OnWritable();

    /// <summary>The connection has ended, or is about to because the peer broke a rule. May be called more than once.</summary>
    void OnEnded(SessionClose close);
}

/// <summary>The settings of one connection.</summary>
internal sealed record WebSocketSettings(
    EngineIOServer Server,
    Lock Gate,
    WireForm Form,
    bool IsDeflating);

/// <summary>
/// One WebSocket connection, whoever speaks the framing. The writing members are called under <see cref="Gate"/>; one read
/// loop (<see cref="RunAsync"/>) calls the owner. As an entry of the clock it bounds the time of a message and of the closing.
/// </summary>
internal abstract class WebSocketConnection(WebSocketSettings settings, Action abort) : ClockEntry
{
    // How long a peer may take to answer a close frame.
    private static readonly TimeSpan s_lingerTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_shortLingerTime = TimeSpan.FromSeconds(1);

    // Guarded by the gate.
    private Action? _abort = abort;
    private bool _isLingering;
    private bool _isMessageTimed;

    protected WebSocketSettings Settings => settings;

    protected IWebSocketOwner? Owner { get; private set; }

    /// <summary>From now on the owner is told; what was written before may have become writable meanwhile.</summary>
    protected void TakeOwner(IWebSocketOwner owner)
    {
        lock (Gate)
        {
            Owner = owner;
            if (CanWrite)
            {
                owner.OnWritable();
            }
        }
    }

    protected EngineIOServer Server => settings.Server;

    protected Lock Gate => settings.Gate;

    /// <summary>Whether a message written now goes to the wire's buffer: no flush is pending and no close was sent.</summary>
    public abstract bool CanWrite { get; }

    /// <summary>Writes one Engine.IO message to the wire's buffer; only while <see cref="CanWrite"/>.</summary>
    public abstract void Write(ReadOnlySpan<byte> data, bool isBinary);

    /// <summary>Writes the packets of an encoded message; only while <see cref="CanWrite"/>.</summary>
    public abstract void Write(EncodedMessage message);

    /// <summary>How many bytes were written since the last flush.</summary>
    public abstract int UnflushedBytes { get; }

    /// <summary>Starts sending what was written.</summary>
    public abstract void Flush();

    /// <summary>Sends a close frame and waits a while for the peer's.</summary>
    public abstract void Close(ushort code, bool isShutdown);

    /// <summary>Serves the connection until it is over; never throws.</summary>
    public abstract Task RunAsync(IWebSocketOwner owner);

    /// <summary>The application stops: the peer has little time left to answer a close frame.</summary>
    public void HurryUp()
    {
        lock (Gate)
        {
            if (_isLingering && _abort is not null)
            {
                Server.Clock.Schedule(this, s_shortLingerTime, Server.ShortestInterval);
            }
        }
    }

    /// <summary>Ends the waiting for the peer after a while. Called under the gate.</summary>
    protected void LingerLocked(bool isShort)
    {
        if (_abort is not null)
        {
            _isLingering = true;
            Server.ClosingConnections.TryAdd(this, 0);
            isShort |= Server.IsClosing;
            Server.Clock.Schedule(this, isShort ? s_shortLingerTime : s_lingerTime, Server.ShortestInterval);
        }
    }

    /// <summary>Bounds the time of the message that is being received.</summary>
    /// <param name="isInProgress">Whether a message has begun and is not complete.</param>
    /// <param name="isNew">Whether another one was completed since the last call.</param>
    protected void BoundMessageTime(bool isInProgress, bool isNew)
    {
        if ((!isInProgress && !_isMessageTimed) || (isInProgress && _isMessageTimed && !isNew))
        {
            return;
        }

        var longest = Server.Options.EffectiveMessageTime;
        lock (Gate)
        {
            // The entry of a closing connection bounds the waiting for the peer.
            if (_isLingering || longest == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            _isMessageTimed = isInProgress;
            if (isInProgress)
            {
                Server.Clock.Schedule(this, longest, Server.ShortestInterval);
            }
            else
            {
                Server.Clock.Cancel(this);
            }
        }
    }

    /// <summary>Cuts the connection off. Called under the gate.</summary>
    protected virtual void AbortLocked() => _abort?.Invoke();

    /// <summary>The request is about to end: nothing may touch its context any more.</summary>
    protected void ReleaseRequest()
    {
        lock (Gate)
        {
            _abort = null;
        }

        Server.Clock.Cancel(this);
        Server.ClosingConnections.TryRemove(this, out _);
    }

    protected internal override void OnDue()
    {
        lock (Gate)
        {
            // A deadline may come just after it was cancelled or moved.
            if (_abort is null || IsScheduled)
            {
                return;
            }

            if (_isLingering)
            {
                AbortLocked();
                return;
            }

            if (!_isMessageTimed)
            {
                return;
            }

            Close(WebSocketCloseCode.PolicyViolation, isShutdown: false);
        }

        Owner?.OnEnded(new SessionClose(CloseReason.TransportError, $"a message took longer than {nameof(EngineIOOptions.MaxMessageTime)}"));
    }
}
