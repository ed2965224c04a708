using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

internal sealed partial class SupervisedRedisBus
{
    private string? _lastFailure;

    /// <summary>An attempt a second is not news: the first one is, and each that fails for another reason.</summary>
    private void LogFailure(Exception exception)
    {
        var failure = exception.Message;
        if (failure != _lastFailure)
        {
            _lastFailure = failure;
            Log.ConnectFailed(_context.Logger, exception.GetType().Name, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis cannot be reached and is tried again, at least once a second: {ErrorType}: {Reason}", EventName = nameof(ConnectFailed))]
        public static partial void ConnectFailed(ILogger logger, string errorType, string reason);

        [LoggerMessage(2, LogLevel.Debug, "A lost connection to Redis could not be closed.", EventName = nameof(CloseFailed))]
        public static partial void CloseFailed(ILogger logger, Exception exception);
    }
}
