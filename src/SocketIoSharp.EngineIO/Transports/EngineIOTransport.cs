namespace SocketIoSharp.EngineIO;

/// <summary>
/// One way in which a session's packets travel. The members here are called under the session's lock; each transport runs its
/// own receiving and hands packets to the session. A further transport (WebTransport) is a further subclass.
/// </summary>
internal abstract class EngineIOTransport
{
    public abstract EngineIOTransportType Type { get; }

    /// <summary>Whether packets given now leave at once.</summary>
    public abstract bool IsReady { get; }

    /// <summary>Writes one message straight to the wire's buffer, without queueing; false when it has to queue.</summary>
    public virtual bool TryWrite(ReadOnlySpan<byte> data, bool isBinary) => false;

    /// <summary>The same for an encoded message.</summary>
    public virtual bool TryWrite(EncodedMessage message) => false;

    /// <summary>How many bytes were written since the last flush.</summary>
    public virtual int UnflushedBytes => 0;

    /// <summary>Gives as much as possible of what is queued, and of what was written before, to the wire.</summary>
    public abstract void Flush(ref SessionOutbox outbox);

    /// <summary>The session is over: tells the client, as far as it can be told now.</summary>
    public abstract void End(EndKind kind);
}

/// <summary>How a transport says goodbye.</summary>
internal enum EndKind
{
    /// <summary>With a close packet or close frame.</summary>
    Close,

    /// <summary>The peer has said goodbye itself.</summary>
    PeerClosed,

    /// <summary>The application is shutting down: do not wait long for the peer's answer.</summary>
    Shutdown,
}
