namespace SocketIoSharp;

/// <summary>The sockets of this library among those of the interface.</summary>
internal static class OwnSocket
{
    public static ServerSocket Of(IServerSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return socket as ServerSocket ?? throw new ArgumentException(
            $"Typed handlers need a socket of a server; {socket.GetType().Name} is not one. A test that fakes {nameof(IServerSocket)} calls the handler's method itself.",
            nameof(socket));
    }
}
