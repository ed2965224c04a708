using System.Text.RegularExpressions;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>A Socket.IO server of the application. The members of <see cref="INamespace"/> mean the main namespace, <c>/</c>.</summary>
/// <remarks>Node: <c>Server</c>.</remarks>
public interface ISocketIOServer : INamespace
{
    /// <summary>The engine below.</summary>
    /// <remarks>Node: <c>engine</c>.</remarks>
    IEngineIOServer Engine { get; }

    /// <summary>The settings.</summary>
    /// <remarks>Node: <c>opts</c>.</remarks>
    SocketIOOptions Options { get; }

    /// <summary>The main namespace.</summary>
    /// <remarks>Node: <c>sockets</c>.</remarks>
    INamespace MainNamespace { get; }

    /// <summary>The namespaces that exist now.</summary>
    IReadOnlyCollection<INamespace> Namespaces { get; }

    /// <summary>Gives a namespace, which is created if need be.</summary>
    /// <param name="name">The name; a missing slash at the start is added.</param>
    /// <remarks>Node: <c>of</c>.</remarks>
    INamespace Of(string name);

    /// <summary>Accepts every namespace whose name matches a pattern.</summary>
    /// <param name="pattern">The pattern; names come from clients, so it should be anchored and quick.</param>
    /// <remarks>Node: <c>of</c> with a regular expression.</remarks>
    IDynamicNamespace Of(Regex pattern);

    /// <summary>Accepts every namespace for which a function says so.</summary>
    /// <param name="isAccepted">Receives the name and what the client said when it connected.</param>
    /// <remarks>Node: <c>of</c> with a function.</remarks>
    IDynamicNamespace Of(Func<string, Handshake, bool> isAccepted);

    /// <summary>Accepts every namespace for which an asynchronous function says so.</summary>
    /// <param name="isAccepted">Receives the name and what the client said when it connected.</param>
    IDynamicNamespace Of(Func<string, Handshake, Task<bool>> isAccepted);

    /// <summary>Runs when a namespace other than the main one comes into being.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>new_namespace</c>.</remarks>
    IDisposable OnNewNamespace(Action<INamespace> handler);

    /// <summary>
    /// Disconnects every client, waits for the handlers of all of them, and closes the adapters; the host does this when it stops.
    /// A handler of a socket must not await it without a token: it would wait for itself.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for handlers and requests.</param>
    /// <remarks>Node: <c>close</c>.</remarks>
    Task CloseAsync(CancellationToken cancellationToken = default);
}
