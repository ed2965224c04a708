namespace SocketIoSharp;

/// <summary>Thrown by a connection middleware to refuse the client; the message is sent to it.</summary>
/// <remarks>Node: <c>next(new Error("..."))</c> with <c>error.data</c>.</remarks>
public class ConnectionRefusedException : Exception
{
    /// <summary>Creates the exception without a text of its own.</summary>
    public ConnectionRefusedException()
        : this("Connection refused")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What the client is told.</param>
    public ConnectionRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What the client is told.</param>
    /// <param name="innerException">The cause, which is not sent.</param>
    public ConnectionRefusedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with details for the client.</summary>
    /// <param name="message">What the client is told.</param>
    /// <param name="details">What the client finds in <c>error.data</c>.</param>
    public ConnectionRefusedException(string message, object? details)
        : base(message) => Details = details;

    /// <summary>What the client finds in <c>error.data</c>.</summary>
    public object? Details { get; }
}

/// <summary>A client has not answered in time.</summary>
/// <remarks>Node: the error <c>operation has timed out</c>.</remarks>
public sealed class AckTimeoutException : TimeoutException
{
    /// <summary>Creates the exception.</summary>
    public AckTimeoutException()
        : base("operation has timed out")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public AckTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public AckTimeoutException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The client has gone before it could answer.</summary>
public sealed class SocketDisconnectedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public SocketDisconnectedException()
        : this("The client is not connected any more.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public SocketDisconnectedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public SocketDisconnectedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The arguments that a client has sent do not fit the handler, which has not run.</summary>
public sealed class EventArgumentException : FormatException
{
    /// <summary>Creates the exception.</summary>
    public EventArgumentException()
        : this("An argument does not fit.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What does not fit.</param>
    public EventArgumentException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What does not fit.</param>
    /// <param name="innerException">The cause.</param>
    public EventArgumentException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A client has sent a packet that cannot be read; its connection is closed.</summary>
public sealed class InvalidPacketException : FormatException
{
    /// <summary>Creates the exception.</summary>
    public InvalidPacketException()
        : this("invalid payload")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong with it.</param>
    public InvalidPacketException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong with it.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidPacketException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
