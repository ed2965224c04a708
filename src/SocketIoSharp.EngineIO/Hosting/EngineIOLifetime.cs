namespace SocketIoSharp.EngineIO;

/// <summary>Ends the sessions of the mapped servers when the application stops: before the host begins to wait for their requests.</summary>
internal sealed partial class EngineIOLifetime(EngineIOServerDirectory directory, TimeProvider time, ILogger<EngineIOLifetime> logger)
    : ShutdownStep(time, s_longestWait)
{
    // Clients that do not answer the goodbye are cut off after a second; this leaves room for that.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(3);

    protected override Task CloseAsync(CancellationToken cancellationToken)
        => Task.WhenAll(directory.Mapped.Select(mapped => mapped.Server.CloseAsync(cancellationToken)));

    protected override void LogTookTooLong() => Log.ShutdownTookTooLong(logger);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Some requests were still being answered when the application stopped waiting for them.", EventName = nameof(ShutdownTookTooLong))]
        public static partial void ShutdownTookTooLong(ILogger logger);
    }
}
