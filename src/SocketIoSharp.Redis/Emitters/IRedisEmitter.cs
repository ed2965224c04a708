namespace SocketIoSharp;

/// <summary>
/// Emits to the clients of Socket.IO servers from a process that has no server: a worker, a job, a console. What it sends goes
/// to the main namespace unless another one is chosen. Safe to use from any thread; every method that narrows returns a new one.
/// </summary>
/// <remarks>Node: <c>Emitter</c>.</remarks>
public interface IRedisEmitter : IEmitter
{
    /// <summary>The same for a namespace.</summary>
    /// <param name="namespaceName">Its name; the slash in front may be left out.</param>
    /// <remarks>Node: <c>of</c>.</remarks>
    IRedisEmitter Of(string namespaceName);

    /// <summary>Only clients in a room, or in another one that is named as well.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>to</c>.</remarks>
    IRedisEmitter To(params IReadOnlyCollection<string> rooms);

    /// <summary>The same as <see cref="To"/>.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>in</c>.</remarks>
    IRedisEmitter In(params IReadOnlyCollection<string> rooms);

    /// <summary>Leaves out the clients in rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>except</c>.</remarks>
    IRedisEmitter Except(params IReadOnlyCollection<string> rooms);

    /// <summary>Leaves out clients that cannot take the event at once.</summary>
    /// <remarks>Node: <c>volatile</c>.</remarks>
    IRedisEmitter Volatile { get; }

    /// <summary>Says whether transports may compress the event.</summary>
    /// <param name="compress">Whether they may.</param>
    /// <remarks>Node: <c>compress</c>.</remarks>
    IRedisEmitter Compress(bool compress);

    /// <summary>Makes clients join rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>socketsJoin</c>.</remarks>
    Task SocketsJoinAsync(params IReadOnlyCollection<string> rooms);

    /// <summary>Makes clients leave rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>socketsLeave</c>.</remarks>
    Task SocketsLeaveAsync(params IReadOnlyCollection<string> rooms);

    /// <summary>Disconnects clients.</summary>
    /// <param name="closeConnection">Whether their whole connections are closed.</param>
    /// <remarks>Node: <c>disconnectSockets</c>.</remarks>
    Task DisconnectSocketsAsync(bool closeConnection = false);

    /// <summary>Sends an event to all servers; they cannot answer.</summary>
    /// <param name="eventName">The event.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <remarks>Node: <c>serverSideEmit</c>.</remarks>
    Task ServerSideEmitAsync(string eventName, params ReadOnlySpan<object?> arguments);
}
