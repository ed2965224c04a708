namespace SocketIoSharp;

/// <summary>A received or sent event, for catch-all listeners and middlewares.</summary>
public sealed class SocketEvent
{
    internal SocketEvent(IServerSocket socket, string name, EventArguments arguments, bool expectsAck)
    {
        Socket = socket;
        Name = name;
        Arguments = arguments;
        ExpectsAck = expectsAck;
    }

    /// <summary>The client that sent it, or that it is sent to.</summary>
    public IServerSocket Socket { get; }

    /// <summary>The event's name.</summary>
    public string Name { get; }

    /// <summary>The arguments after the name.</summary>
    public EventArguments Arguments { get; }

    /// <summary>Whether the sender waits for an answer.</summary>
    public bool ExpectsAck { get; }
}
