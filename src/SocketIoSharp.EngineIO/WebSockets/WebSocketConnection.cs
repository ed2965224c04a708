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
internal abstract class WebSocketConnection(WebSocketSettings settings) : ClockEntry
{
    protected static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(30);
    protected static readonly TimeSpan ShutdownLingerTime = TimeSpan.FromSeconds(1);

    protected WebSocketSettings Settings => settings;

    protected EngineIOServer Server => settings.Server;

    protected Lock Gate => settings.Gate;

    /// <summary>Whether a message written now goes to the wire's buffer: no flush is pending and no close was sent.</summary>
    public abstract bool CanWrite { get; }

    /// <summary>Writes one Engine.IO message to the wire's buffer; only while <see cref="CanWrite"/>.</summary>
    public abstract void Write(ReadOnlySpan<byte> data, bool isBinary);

    /// <summary>Writes the packets of an encoded message; only while <see cref="CanWrite"/>.</summary>
    public abstract void Write(EncodedMessage message);

    /// <summary>Starts sending what was written.</summary>
    public abstract void Flush();

    /// <summary>Sends a close frame and waits a while for the peer's.</summary>
    public abstract void Close(ushort code, bool isShutdown);

    /// <summary>Serves the connection until it is over; never throws.</summary>
    public abstract Task RunAsync(IWebSocketOwner owner);

    /// <summary>A shutdown has begun: the peer's answer to a close frame is not waited for much longer.</summary>
    public void HastenEnd()
    {
        lock (Gate)
        {
            if (Server.Lingering.ContainsKey(this))
            {
                Server.Clock.Schedule(this, ShutdownLingerTime, Server.ShortestInterval);
            }
        }
    }

    protected void ScheduleLinger(bool isShutdown)
    {
        Server.Lingering.TryAdd(this, true);
        Server.Clock.Schedule(this, isShutdown || Server.IsClosing ? ShutdownLingerTime : LingerTime, Server.ShortestInterval);
    }

    /// <summary>The connection is over: nothing is due any more.</summary>
    protected void EndLinger()
    {
        lock (Gate)
        {
            Server.Lingering.TryRemove(this, out _);
            Server.Clock.Cancel(this);
        }
    }
}
