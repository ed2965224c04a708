namespace SocketIoSharp;

/// <summary>What single adapters on Redis can do beyond the others.</summary>
public static class RedisAdapterExtensions
{
    /// <summary>The rooms of all servers in the cluster, those of single sockets included.</summary>
    /// <param name="adapter">The adapter of a namespace, which must be the classic one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NotSupportedException">It is another adapter: its wire has no such question.</exception>
    /// <exception cref="TimeoutException">Not all servers have answered in time.</exception>
    /// <remarks>Node: <c>allRooms</c>.</remarks>
    public static Task<IReadOnlySet<string>> GetAllRoomsAsync(this Adapter adapter, CancellationToken cancellationToken)
        => adapter is RedisAdapter classic
            ? classic.GetAllRoomsAsync(cancellationToken)
            : throw new NotSupportedException("Only the classic adapter (AddRedisAdapter) can ask for the rooms of all servers.");
}
