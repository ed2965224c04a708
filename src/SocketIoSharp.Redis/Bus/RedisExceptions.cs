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
