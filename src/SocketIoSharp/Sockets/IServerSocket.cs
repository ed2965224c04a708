namespace SocketIoSharp;

/// <summary>One client's connection to a namespace.</summary>
/// <remarks>Node: <c>Socket</c>.</remarks>
public interface IServerSocket
{
    /// <summary>The socket's id.</summary>
    string Id { get; }

    /// <summary>Whether the client is connected.</summary>
    bool Connected { get; }

    /// <summary>Sends an event; each argument is one argument on the wire.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>A task that is complete when the event has been handed over.</returns>
    Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments);

    /// <summary>Runs when the client has disconnected.</summary>
    /// <param name="handler">Receives the reason, in Node's words.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    IDisposable OnDisconnect(Action<string> handler);

    /// <summary>Leaves the namespace.</summary>
    /// <param name="closeConnection">Whether the whole connection is closed.</param>
    void Disconnect(bool closeConnection = false);
}
