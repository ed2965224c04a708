namespace SocketIoSharp;

/// <summary>
/// Base of a class that handles the events of a namespace. Every event, the connection and the disconnection get an instance and
/// a scope of services of their own, so nothing is kept in fields; <see cref="IRemoteSocket.Data"/> lives as long as the socket.
/// </summary>
public abstract class SocketHandler
{
    private IServerSocket? _socket;

    /// <summary>The client. It is set before the first method runs, and not yet there in the constructor; a test may set its own.</summary>
    public IServerSocket Socket
    {
        get => _socket ?? throw new InvalidOperationException("The socket is set after the constructor: use it in methods. A test that creates a handler sets Socket itself.");
        set => _socket = value;
    }

    /// <summary>The server.</summary>
    public ISocketIOServer IO => Namespace.Server;

    /// <summary>The namespace that the client is in.</summary>
    public INamespace Namespace => Socket.Namespace;

    /// <summary>Runs when a client has connected; its events wait until the task completes.</summary>
    /// <remarks>Node: <c>on("connection")</c>.</remarks>
    public virtual Task OnConnectedAsync() => Task.CompletedTask;

    /// <summary>Runs when the client has left, after all events that came before.</summary>
    /// <param name="reason">Why it left.</param>
    /// <remarks>Node: <c>disconnect</c>.</remarks>
    public virtual Task OnDisconnectedAsync(DisconnectReason reason) => Task.CompletedTask;
}
