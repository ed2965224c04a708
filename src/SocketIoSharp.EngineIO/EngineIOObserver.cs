namespace SocketIoSharp.EngineIO;

/// <summary>
/// Sees what happens in the sessions of a server. The methods are called on the session's own threads, some under its lock:
/// they must be quick and must not send. An exception is logged and goes no further.
/// </summary>
/// <remarks>Node: the events of the engine and of its sockets.</remarks>
public abstract class EngineIOObserver
{
    /// <summary>A session has opened (Node: <c>open</c>).</summary>
    /// <param name="session">The session.</param>
    public virtual void Opened(IEngineIOSession session)
    {
    }

    /// <summary>A packet has arrived (Node: <c>packet</c>, <c>data</c>, <c>message</c>).</summary>
    /// <param name="session">The session.</param>
    /// <param name="type">The packet type, 0 to 6.</param>
    /// <param name="data">Its data; valid during the call.</param>
    public virtual void PacketReceived(IEngineIOSession session, int type, ReadOnlySpan<byte> data)
    {
    }

    /// <summary>A packet has been handed over for sending (Node: <c>packetCreate</c>).</summary>
    /// <param name="session">The session.</param>
    /// <param name="type">The packet type, 0 to 6.</param>
    /// <param name="data">Its data; valid during the call.</param>
    public virtual void PacketCreated(IEngineIOSession session, int type, ReadOnlySpan<byte> data)
    {
    }

    /// <summary>The client has shown that it is alive (Node: <c>heartbeat</c>).</summary>
    /// <param name="session">The session.</param>
    public virtual void Heartbeat(IEngineIOSession session)
    {
    }

    /// <summary>An upgrade has been probed (Node: <c>upgrading</c>).</summary>
    /// <param name="session">The session.</param>
    public virtual void Upgrading(IEngineIOSession session)
    {
    }

    /// <summary>An upgrade is complete (Node: <c>upgrade</c>).</summary>
    /// <param name="session">The session.</param>
    public virtual void Upgraded(IEngineIOSession session)
    {
    }

    /// <summary>The queued packets are being given to the transport (Node: <c>flush</c>).</summary>
    /// <param name="session">The session.</param>
    public virtual void Flushed(IEngineIOSession session)
    {
    }

    /// <summary>The transport has taken all packets (Node: <c>drain</c>).</summary>
    /// <param name="session">The session.</param>
    public virtual void Drained(IEngineIOSession session)
    {
    }

    /// <summary>A session has ended (Node: <c>close</c>).</summary>
    /// <param name="session">The session.</param>
    /// <param name="close">Why.</param>
    public virtual void Closed(IEngineIOSession session, SessionClose close)
    {
    }
}
