using System.Security.Claims;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>One client's connection to a namespace of this server. All members may be called from any thread.</summary>
/// <remarks>Node: <c>Socket</c>. Typed handlers are registered with the extension methods <c>On</c>, <c>OnWithAck</c> and <c>Once</c>.</remarks>
public interface IServerSocket : IRemoteSocket
{
    /// <summary>The namespace.</summary>
    /// <remarks>Node: <c>nsp</c>.</remarks>
    INamespace Namespace { get; }

    /// <summary>Whether the client is connected; true from the connection handler on until it leaves.</summary>
    /// <remarks>Node: <c>connected</c>.</remarks>
    bool Connected { get; }

    /// <summary>Whether the client has resumed an earlier session: its rooms, its data and what it missed are there again.</summary>
    /// <remarks>Node: <c>recovered</c>.</remarks>
    bool Recovered { get; }

    /// <summary>The user: that of the first request, unless a middleware has set another one.</summary>
    ClaimsPrincipal User { get; set; }

    /// <summary>The engine's session, which the sockets of one client share.</summary>
    /// <remarks>Node: <c>conn</c>.</remarks>
    IEngineIOSession Session { get; }

    /// <summary>The transport in use now.</summary>
    /// <remarks>Node: <c>conn.transport.name</c>.</remarks>
    EngineIOTransportType Transport { get; }

    /// <summary>Cancelled when the client has left.</summary>
    CancellationToken Disconnected { get; }

    /// <summary>Sends to everybody else in the namespace.</summary>
    /// <remarks>Node: <c>broadcast</c>.</remarks>
    IBroadcaster Broadcast { get; }

    /// <summary>Sends to everybody else on this server.</summary>
    /// <remarks>Node: <c>local</c>.</remarks>
    IBroadcaster Local { get; }

    /// <summary>Sends to everybody else in a room.</summary>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>to</c>.</remarks>
    IBroadcaster To(string room);

    /// <summary>Sends to everybody else who is in one of several rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    IBroadcaster To(params IReadOnlyCollection<string> rooms);

    /// <summary>Sends to everybody else in a room; the same as <see cref="To(string)"/>.</summary>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>in</c>.</remarks>
    IBroadcaster In(string room);

    /// <summary>Sends to everybody else who is in one of several rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    IBroadcaster In(params IReadOnlyCollection<string> rooms);

    /// <summary>Sends to everybody else who is not in a room.</summary>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>except</c>.</remarks>
    IBroadcaster Except(string room);

    /// <summary>Sends to everybody else who is in none of several rooms.</summary>
    /// <param name="rooms">The rooms.</param>
    IBroadcaster Except(params IReadOnlyCollection<string> rooms);

    /// <summary>Runs for each event before its handlers; those run when it calls <c>next</c>.</summary>
    /// <param name="middleware">Receives the event and what comes after it; an exception goes to <see cref="OnError"/>.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>use</c>.</remarks>
    IDisposable Use(Func<SocketEvent, Func<Task>, Task> middleware);

    /// <summary>Runs for every received event, before the middlewares.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="prepend">Whether it runs before those that are registered already.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>onAny</c>, <c>prependAny</c>.</remarks>
    IDisposable OnAny(Action<SocketEvent> listener, bool prepend = false);

    /// <summary>Runs for every received event, before the middlewares, which wait for it.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="prepend">Whether it runs before those that are registered already.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    IDisposable OnAny(Func<SocketEvent, Task> listener, bool prepend = false);

    /// <summary>Runs for every event that is sent to this client, broadcasts included.</summary>
    /// <param name="listener">
    /// The listener. It must be quick and must not wait for other threads: it runs while the event is being sent, and with
    /// connection state recovery under a lock that everything sent in the namespace takes.
    /// </param>
    /// <param name="prepend">Whether it runs before those that are registered already.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>onAnyOutgoing</c>, <c>prependAnyOutgoing</c>.</remarks>
    IDisposable OnAnyOutgoing(Action<SocketEvent> listener, bool prepend = false);

    /// <summary>Removes all handlers of an event.</summary>
    /// <param name="eventName">The event's name; <see langword="null"/> for all events.</param>
    /// <remarks>Node: <c>removeAllListeners</c>, <c>off(event)</c>.</remarks>
    void RemoveAllHandlers(string? eventName = null);

    /// <summary>The names of the events that have handlers.</summary>
    /// <remarks>Node: <c>eventNames</c>.</remarks>
    IReadOnlyCollection<string> EventNames { get; }

    /// <summary>Runs when the client leaves, while the rooms that it was in can still be seen.</summary>
    /// <param name="handler">Receives the reason and the rooms, which the socket has left already.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>disconnecting</c>.</remarks>
    IDisposable OnDisconnecting(Func<DisconnectReason, IReadOnlySet<string>, Task> handler);

    /// <summary>Runs when the client has left, after all events that came before.</summary>
    /// <param name="handler">Receives the reason.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>disconnect</c>.</remarks>
    IDisposable OnDisconnect(Action<DisconnectReason> handler);

    /// <summary>Runs when the client has left, after all events that came before.</summary>
    /// <param name="handler">Receives the reason.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    IDisposable OnDisconnect(Func<DisconnectReason, Task> handler);

    /// <summary>Runs when something of this client went wrong: a packet that cannot be read, arguments that do not fit a handler, a middleware's refusal.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>error</c>; an event of that name from the client goes to <c>On("error")</c> and never here.</remarks>
    IDisposable OnError(Action<Exception> handler);
}
