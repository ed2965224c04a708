namespace SocketIoSharp;

/// <summary>One client of a namespace, on this server or on another one of the cluster.</summary>
/// <remarks>Node: <c>RemoteSocket</c>. What is read is a snapshot for a client of another server.</remarks>
public interface IRemoteSocket : ISocketOperator
{
    /// <summary>The socket's id, also the name of a room that only it is in.</summary>
    /// <remarks>Node: <c>id</c>.</remarks>
    string Id { get; }

    /// <summary>What the client said when it connected.</summary>
    /// <remarks>Node: <c>handshake</c>.</remarks>
    Handshake Handshake { get; }

    /// <summary>The rooms that the socket is in, its own one included.</summary>
    /// <remarks>Node: <c>rooms</c>.</remarks>
    IReadOnlySet<string> Rooms { get; }

    /// <summary>Values of the application, which other servers of the cluster can read.</summary>
    /// <remarks>Node: <c>data</c>.</remarks>
    SocketData Data { get; }

    /// <summary>Joins a room.</summary>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>join</c>.</remarks>
    Task JoinAsync(string room);

    /// <summary>Joins several rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    Task JoinAsync(IReadOnlyCollection<string> rooms);

    /// <summary>Leaves a room.</summary>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>leave</c>.</remarks>
    Task LeaveAsync(string room);

    /// <summary>Takes the client out of the namespace; what it had sent and has not been handled yet is dropped.</summary>
    /// <param name="closeConnection">Whether its whole connection is closed.</param>
    /// <returns>A task that is complete when the client is out; for a client of another server, when that server has been told.</returns>
    /// <remarks>Node: <c>disconnect</c>.</remarks>
    Task DisconnectAsync(bool closeConnection = false);
}
