namespace SocketIoSharp;

/// <summary>Redis cannot be reached at the moment. Emitters throw it; servers go on without Redis.</summary>
public sealed class RedisUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RedisUnavailableException()
        : this("Redis cannot be reached at the moment. The connection is tried again and again; the log and the health check tell when it is back.")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">The message.</param>
    public RedisUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and what has caused it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">What has caused it.</param>
    public RedisUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether a server says that it starts, or is no master any more, or knows no master: another connection may find a better one.</summary>
    internal static bool IsMeantBy(string error)
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
