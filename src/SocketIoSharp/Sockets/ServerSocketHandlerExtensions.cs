using SocketIoSharp;

namespace Microsoft.AspNetCore.Builder;

/// <summary>
/// Typed event handlers. Each parameter is one argument of the event, read at its type. Parameters of some types get something else:
/// a <see cref="CancellationToken"/> ends with the client, an <see cref="Ack"/> answers the event whenever the handler likes, and
/// <see cref="EventArguments"/> are all arguments that remain.
/// </summary>
public static partial class ServerSocketHandlerExtensions
{
    private static EventHandlerEntry Add(IServerSocket socket, string eventName, HandlerCode handler, bool isOnce = false)
        => OwnSocket.Of(socket).Handlers.Add(eventName, handler, isOnce);
}
