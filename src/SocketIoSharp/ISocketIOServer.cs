namespace SocketIoSharp;

/// <summary>A Socket.IO server of the application; its members mean the main namespace.</summary>
/// <remarks>Node: <c>Server</c>.</remarks>
public interface ISocketIOServer
{
    /// <summary>The engine below.</summary>
    EngineIO.IEngineIOServer Engine { get; }

    /// <summary>Runs for every client that connects; this is where its events are registered.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    IDisposable OnConnection(Action<IServerSocket> handler);

    /// <summary>Runs for every client that connects; its events wait until the task completes.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    IDisposable OnConnection(Func<IServerSocket, Task> handler);

    /// <summary>Sends an event to every client.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>A task that is complete when the event has been handed over.</returns>
    Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments);
}
