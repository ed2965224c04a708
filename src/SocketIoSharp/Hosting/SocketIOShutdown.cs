using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>All Socket.IO servers of one application.</summary>
internal sealed class SocketIODirectory
{
    private readonly ConcurrentQueue<SocketIOServer> _servers = [];

    public IReadOnlyCollection<SocketIOServer> All => _servers;

    public void Add(SocketIOServer server) => _servers.Enqueue(server);
}

/// <summary>Takes all clients out of their namespaces when the application stops, before the host begins to wait for their requests.</summary>
internal sealed partial class SocketIOShutdown(SocketIODirectory directory, TimeProvider time, ILogger<SocketIOShutdown> logger)
    : ShutdownStep(time, s_longestWait)
{
    // What handlers of leaving clients may take, so that a stop stays quick.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);

    protected override Task CloseAsync(CancellationToken cancellationToken)
        => Task.WhenAll(directory.All.Select(server => server.CloseAsync(cancellationToken)));

    protected override void LogTookTooLong() => Log.ShutdownTookTooLong(logger);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Some handlers of leaving clients were still running when the application stopped waiting for them.", EventName = nameof(ShutdownTookTooLong))]
        public static partial void ShutdownTookTooLong(ILogger logger);
    }
}
