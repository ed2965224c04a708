using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

internal sealed partial class ServerSocket
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Socket {SocketId} has left {Namespace}: {Reason}.", EventName = nameof(Left))]
        public static partial void Left(ILogger logger, string socketId, string @namespace, string reason);

        [LoggerMessage(2, LogLevel.Error, "A handler of \"{EventName}\" failed on socket {SocketId}; the client gets no answer.", EventName = nameof(HandlerFailed))]
        public static partial void HandlerFailed(ILogger logger, Exception exception, string eventName, string socketId);

        [LoggerMessage(3, LogLevel.Debug, "A handler of \"{EventName}\" did not run on socket {SocketId}: {Reason}", EventName = nameof(ArgumentsDoNotFit))]
        public static partial void ArgumentsDoNotFit(ILogger logger, string eventName, string socketId, string reason);

        [LoggerMessage(4, LogLevel.Error, "A {Kind} listener failed on socket {SocketId}.", EventName = nameof(ListenerFailed))]
        public static partial void ListenerFailed(ILogger logger, Exception exception, string kind, string socketId);

        [LoggerMessage(5, LogLevel.Error, "A callback of the token of socket {SocketId} failed.", EventName = nameof(CallbackFailed))]
        public static partial void CallbackFailed(ILogger logger, Exception exception, string socketId);

        [LoggerMessage(6, LogLevel.Error, "The adapter failed for socket {SocketId}.", EventName = nameof(AdapterFailed))]
        public static partial void AdapterFailed(ILogger logger, Exception exception, string socketId);

        [LoggerMessage(7, LogLevel.Debug, "A handler of \"{EventName}\" did not run on socket {SocketId}: the user is not authorized.", EventName = nameof(NotAuthorized))]
        public static partial void NotAuthorized(ILogger logger, string eventName, string socketId);

        [LoggerMessage(8, LogLevel.Warning, "A middleware kept an event of socket {SocketId} from its handlers by throwing, and nobody has registered {Listener} to learn of it.", EventName = nameof(MiddlewareFailed))]
        public static partial void MiddlewareFailed(ILogger logger, Exception exception, string socketId, string listener);
    }
}
