using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Dialects;

/// <summary>A protocol over WebSocket: how a connection begins, how it is kept alive, what its messages look like.</summary>
internal abstract class Dialect
{
    public abstract string Path { get; }

    /// <summary>Bytes behind every message that are not part of it.</summary>
    public virtual int TerminatorLength => 0;

    /// <summary>Who gets the connections and the messages that are not the protocol's own.</summary>
    public IClient Client { get; set; } = null!;

    public static Dialect Create(string name) => name switch
    {
        "socketio" => new SocketIODialect(),
        "chat" => new ChatDialect(),
        "signalr" => new SignalRDialect(),
        "raw" => new RawDialect(),
        _ => throw new LoadException($"unknown dialect {name}"),
    };

    /// <summary>The upgrade has been answered.</summary>
    public abstract void OnUpgraded(WebSocketConnection connection, long now);

    public abstract void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now);

    /// <summary>Whether a large message that begins so is the protocol's own, and was handled.</summary>
    public abstract bool TryHandleControl(WebSocketConnection connection, ReadOnlySpan<byte> data);

    public abstract Exchange Echo(int bytes);

    public virtual Exchange Ack(int bytes) => throw Missing("acknowledgements");

    public virtual Exchange Binary(int bytes) => throw Missing("attachments");

    public virtual Exchange Broadcast(int bytes) => throw Missing("broadcasts");

    public virtual Message Join(string room) => throw Missing("rooms");

    public virtual bool IsJoinAnswer(ReadOnlySpan<byte> data) => false;

    public virtual Exchange RoomBroadcast(string room, int bytes) => throw Missing("rooms");

    private LoadException Missing(string what) => new($"{GetType().Name} has no {what}");
}

/// <summary>Who uses the connections.</summary>
internal interface IClient
{
    void OnReady(WebSocketConnection connection, long now);

    void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now);

    /// <summary>The closing that this side began is over.</summary>
    void OnClosed(WebSocketConnection connection, long now);
}
