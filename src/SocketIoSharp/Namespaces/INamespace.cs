using System.Runtime.CompilerServices;

namespace SocketIoSharp;

/// <summary>A namespace: its clients, and what happens when they connect.</summary>
/// <remarks>Node: <c>Namespace</c>.</remarks>
public interface INamespace : IConnectionSource, IBroadcaster
{
    /// <summary>The name, which begins with a slash.</summary>
    string Name { get; }

    /// <summary>The server.</summary>
    ISocketIOServer Server { get; }

    /// <summary>What keeps the rooms and reaches other servers.</summary>
    Adapter Adapter { get; }

    /// <summary>The connected clients of this server, by their ids.</summary>
    IReadOnlyDictionary<string, IServerSocket> Sockets { get; }

    /// <summary>Sends an event with one argument to the other servers of the cluster; an array is sent as one argument that is an array.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="argument">The argument.</param>
    /// <remarks>Node: <c>serverSideEmit</c>.</remarks>
    [OverloadResolutionPriority(1)]
    Task ServerSideEmitAsync(string eventName, object? argument);

    /// <summary>Sends an event to the other servers of the cluster; with a single server, nobody is there to receive it.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <remarks>Node: <c>serverSideEmit</c>.</remarks>
    Task ServerSideEmitAsync(string eventName, params ReadOnlySpan<object?> arguments);

    /// <summary>Sends an event with one argument to the other servers of the cluster and waits for their answers.</summary>
    /// <typeparam name="T">The type of an answer.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="argument">The argument; an array is sent as one argument that is an array.</param>
    /// <remarks>Node: <c>serverSideEmitWithAck</c>.</remarks>
    [OverloadResolutionPriority(1)]
    Task<BroadcastAcks<T>> ServerSideEmitWithAckAsync<T>(string eventName, object? argument);

    /// <summary>Sends an event to the other servers of the cluster and waits for their answers.</summary>
    /// <typeparam name="T">The type of an answer.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <remarks>Node: <c>serverSideEmitWithAck</c>.</remarks>
    Task<BroadcastAcks<T>> ServerSideEmitWithAckAsync<T>(string eventName, params ReadOnlySpan<object?> arguments);

    /// <summary>Runs when another server of the cluster has sent an event; <c>connect</c>, <c>connection</c> and <c>new_namespace</c> are reserved.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the arguments.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    IDisposable OnServerSideEvent(string eventName, Func<EventArguments, Task> handler);

    /// <summary>Runs when another server of the cluster has sent an event, and answers it.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the arguments and gives the answer.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    IDisposable OnServerSideEvent(string eventName, Func<EventArguments, Task<object?>> handler);
}

/// <summary>Namespaces that come into being when a client connects to a name that is accepted.</summary>
/// <remarks>Node: <c>ParentNamespace</c>. Sending reaches the clients of all of them; finding clients is not possible across namespaces.</remarks>
public interface IDynamicNamespace : IConnectionSource, IBroadcaster
{
    /// <summary>The namespaces that exist now.</summary>
    IReadOnlyCollection<INamespace> Children { get; }
}
