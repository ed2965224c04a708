namespace SocketIoSharp;

/// <summary>Whether and how long clients that lost their connection may come back to their session.</summary>
/// <remarks>Node: <c>connectionStateRecovery</c>.</remarks>
public sealed class ConnectionStateRecoveryOptions
{
    /// <summary>How long sessions and the events that they miss are kept.</summary>
    /// <remarks>Node: <c>maxDisconnectionDuration</c>.</remarks>
    public TimeSpan MaxDisconnectionDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether the middlewares of the namespace are skipped for a client that comes back.</summary>
    /// <remarks>Node: <c>skipMiddlewares</c>. Authorization is always asked.</remarks>
    public bool SkipMiddlewares { get; set; } = true;

    /// <summary>The most bytes of events that are kept for one namespace; the oldest go first. Null is Node's way: no bound.</summary>
    public long? MaxBytesPerNamespace { get; set; } = 16 * 1024 * 1024;

    /// <summary>The most bytes of events that are kept by the whole server; the oldest go first. Null is Node's way: no bound.</summary>
    public long? MaxBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>The most sessions that are kept by the whole server; the oldest go first. Null is Node's way: no bound.</summary>
    public int? MaxSessions { get; set; } = 100_000;
}
