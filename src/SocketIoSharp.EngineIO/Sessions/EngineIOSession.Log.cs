namespace SocketIoSharp.EngineIO;

internal sealed partial class EngineIOSession
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Session {Sid} of protocol {Protocol} opened on {Transport}.", EventName = nameof(Opened))]
        public static partial void Opened(ILogger logger, string sid, int protocol, EngineIOTransportType transport);

        [LoggerMessage(2, LogLevel.Debug, "Session {Sid} closed: {Reason}. {Details}", EventName = nameof(Closed))]
        public static partial void Closed(ILogger logger, string sid, string reason, string? details);

        [LoggerMessage(3, LogLevel.Error, "The handler of session {Sid} failed in {Method}.", EventName = nameof(HandlerFailed))]
        public static partial void HandlerFailed(ILogger logger, Exception exception, string sid, string method);

        [LoggerMessage(4, LogLevel.Warning, "Session {Sid} is closed because its client reads too slowly: {QueuedBytes} bytes are waiting and {Option} is {Bound}.", EventName = nameof(OutgoingBoundExceeded))]
        public static partial void OutgoingBoundExceeded(ILogger logger, string sid, long queuedBytes, long bound, string option);

        [LoggerMessage(5, LogLevel.Debug, "Session {Sid} moved from polling to WebSocket.", EventName = nameof(Upgraded))]
        public static partial void Upgraded(ILogger logger, string sid);

        [LoggerMessage(7, LogLevel.Error, "Sending to session {Sid} failed; it is closed.", EventName = nameof(FlushFailed))]
        public static partial void FlushFailed(ILogger logger, Exception exception, string sid);

        [LoggerMessage(8, LogLevel.Trace, "Session {Sid} received a packet of type {Type}, {Length} bytes.", EventName = nameof(PacketReceived))]
        public static partial void PacketReceived(ILogger logger, string sid, PacketType type, int length);

        [LoggerMessage(9, LogLevel.Trace, "Session {Sid} sends a packet of type {Type}, {Length} bytes.", EventName = nameof(PacketSent))]
        public static partial void PacketSent(ILogger logger, string sid, PacketType type, int length);

        [LoggerMessage(10, LogLevel.Debug, "Session {Sid} is closed because the authentication of its user has expired.", EventName = nameof(AuthenticationExpired))]
        public static partial void AuthenticationExpired(ILogger logger, string sid);

        [LoggerMessage(6, LogLevel.Debug, "An upgrade of session {Sid} did not complete: {Why}", EventName = nameof(UpgradeFailed))]
        public static partial void UpgradeFailed(ILogger logger, string sid, string why);
    }
}
