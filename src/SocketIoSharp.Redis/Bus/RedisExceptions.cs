namespace SocketIoSharp;

/// <summary>Redis cannot be reached at the moment.</summary>
internal sealed class RedisUnavailableException : Exception
{
    public RedisUnavailableException()
        : this("Redis cannot be reached at the moment. The connection is tried again and again; the log and the health check tell when it is back.")
    {
    }

    public RedisUnavailableException(string message)
        : base(message)
    {
    }

    public RedisUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether a server says that it starts, or is no master any more, or knows no master: another connection may find a better one.</summary>
    public static bool IsMeantBy(string error)
        => error.StartsWith("LOADING ", StringComparison.Ordinal)
            || error.StartsWith("READONLY ", StringComparison.Ordinal)
            || error.StartsWith("MASTERDOWN ", StringComparison.Ordinal)
            || error.StartsWith("CLUSTERDOWN ", StringComparison.Ordinal);
}

/// <summary>Redis has refused a command.</summary>
internal sealed class RedisCommandException : Exception
{
    public RedisCommandException()
        : this("Redis has refused a command.")
    {
    }

    public RedisCommandException(string message)
        : base(message)
    {
    }

    public RedisCommandException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
