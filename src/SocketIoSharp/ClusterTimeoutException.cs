namespace SocketIoSharp;

/// <summary>Not all servers of the cluster have described their sockets in time.</summary>
/// <remarks>Node: <c>timeout reached while waiting for fetchSockets response</c>, without what had come.</remarks>
public sealed class ClusterTimeoutException : TimeoutException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="askedServers">How many other servers were asked.</param>
    /// <param name="answeredServers">How many of them have answered.</param>
    /// <param name="sockets">The sockets of this server and of those that have answered.</param>
    public ClusterTimeoutException(int askedServers, int answeredServers, IReadOnlyList<IRemoteSocket> sockets)
        : base($"timeout reached: only {answeredServers} responses received out of {askedServers}. Servers that are counted but do not answer may be overloaded or gone.")
    {
        AskedServers = askedServers;
        AnsweredServers = answeredServers;
        Sockets = sockets;
    }

    /// <summary>How many other servers were asked.</summary>
    public int AskedServers { get; }

    /// <summary>How many of them have answered.</summary>
    public int AnsweredServers { get; }

    /// <summary>The sockets of this server and of those that have answered.</summary>
    public IReadOnlyList<IRemoteSocket> Sockets { get; }
}
