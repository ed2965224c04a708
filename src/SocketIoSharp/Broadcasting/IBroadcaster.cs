using System.Runtime.CompilerServices;

namespace SocketIoSharp;

/// <summary>Sends events to many clients, in the whole cluster. Immutable: every modifier gives a new operator.</summary>
/// <remarks>Node: <c>BroadcastOperator</c>.</remarks>
public interface IBroadcaster : IEmitter
{
    /// <summary>Only clients of this server.</summary>
    /// <remarks>Node: <c>local</c>.</remarks>
    IBroadcaster Local { get; }

    /// <summary>Events are not sent to clients that cannot take them at once.</summary>
    /// <remarks>Node: <c>volatile</c>.</remarks>
    IBroadcaster Volatile { get; }

    /// <summary>Only clients in this room, beside those of rooms named before.</summary>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>to</c>.</remarks>
    IBroadcaster To(string room);

    /// <summary>Only clients that are in one of these rooms, or of rooms named before.</summary>
    /// <param name="rooms">The rooms.</param>
    IBroadcaster To(params IReadOnlyCollection<string> rooms);

    /// <summary>Only clients in this room; the same as <see cref="To(string)"/>.</summary>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>in</c>.</remarks>
    IBroadcaster In(string room);

    /// <summary>Only clients that are in one of these rooms; the same as <see cref="To(IReadOnlyCollection{string})"/>.</summary>
    /// <param name="rooms">The rooms.</param>
    IBroadcaster In(params IReadOnlyCollection<string> rooms);

    /// <summary>No clients of this room; the id of a socket is the name of its own room.</summary>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>except</c>.</remarks>
    IBroadcaster Except(string room);

    /// <summary>No clients of these rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    IBroadcaster Except(params IReadOnlyCollection<string> rooms);

    /// <summary>Whether transports may compress the events.</summary>
    /// <param name="compress">True is the default.</param>
    /// <remarks>Node: <c>compress</c>.</remarks>
    IBroadcaster Compress(bool compress);

    /// <summary>How long answers are waited for; without it, as long as <see cref="SocketIOOptions.BroadcastAckTimeout"/> says.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <remarks>Node: <c>timeout</c>.</remarks>
    IBroadcaster Timeout(TimeSpan timeout);

    /// <summary>Sends an event with one argument and waits for the answers of all clients that it reaches.</summary>
    /// <typeparam name="T">The type of an answer's first argument.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="argument">The argument.</param>
    /// <returns>The answers that came in time; some may be missing.</returns>
    /// <remarks>Node: <c>emitWithAck</c>.</remarks>
    [OverloadResolutionPriority(1)]
    Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string eventName, object? argument);

    /// <summary>Sends an event and waits for the answers of all clients that it reaches.</summary>
    /// <typeparam name="T">The type of an answer's first argument.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The answers that came in time; some may be missing.</returns>
    Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string eventName, params ReadOnlySpan<object?> arguments);

    /// <summary>Sends an event and waits for the answers of all clients that it reaches, or until they are no longer wanted.</summary>
    /// <typeparam name="T">The type of an answer's first argument.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">Ends the wait; the event has been sent.</param>
    /// <returns>The answers that came in time; some may be missing.</returns>
    Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken);

    /// <summary>Finds the clients.</summary>
    /// <param name="cancellationToken">Ends the wait for other servers.</param>
    /// <returns>The clients; those of this server are <see cref="IServerSocket"/>.</returns>
    /// <remarks>Node: <c>fetchSockets</c>.</remarks>
    Task<IReadOnlyList<IRemoteSocket>> FetchSocketsAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes the clients join rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>socketsJoin</c>.</remarks>
    Task SocketsJoinAsync(params IReadOnlyCollection<string> rooms);

    /// <summary>Makes the clients leave rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>socketsLeave</c>.</remarks>
    Task SocketsLeaveAsync(params IReadOnlyCollection<string> rooms);

    /// <summary>Takes the clients out of the namespace.</summary>
    /// <param name="closeConnection">Whether their whole connections are closed.</param>
    /// <remarks>Node: <c>disconnectSockets</c>.</remarks>
    Task DisconnectSocketsAsync(bool closeConnection = false);
}
