namespace SocketIoSharp.InteropHost;

/// <summary>Whom a test wants to reach, in its own words.</summary>
internal sealed record Target(string? From = null, string[]? To = null, string[]? Except = null, string[]? Flags = null)
{
    /// <summary>The sender that this describes.</summary>
    public IBroadcaster In(INamespace source, IServerSocket socket) => Narrow(From == "socket" ? socket.Broadcast : source.Except([]));

    /// <summary>The same in a cluster, where a socket goes by its id.</summary>
    public IBroadcaster In(INamespace source) => Narrow(From is { } id ? source.Sockets[id].Broadcast : source.Except([]));

    private IBroadcaster Narrow(IBroadcaster sender)
    {
        if (To is { Length: > 0 })
        {
            sender = sender.To(To);
        }

        if (Except is { Length: > 0 })
        {
            sender = sender.Except(Except);
        }

        foreach (var flag in Flags ?? [])
        {
            sender = flag switch
            {
                "volatile" => sender.Volatile,
                "local" => sender.Local,
                "compress" => sender.Compress(true),
                "uncompressed" => sender.Compress(false),
                _ => sender,
            };
        }

        return sender;
    }
}
