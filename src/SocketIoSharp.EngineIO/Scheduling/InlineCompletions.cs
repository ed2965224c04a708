using System.Net;
using System.Net.Sockets;

namespace SocketIoSharp.EngineIO;

/// <summary>The runtime's switch for completing socket operations on the thread that polls the operating system.</summary>
internal static class InlineCompletions
{
    // The only name that the runtime knows it by; it looks when the process uses its first socket.
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static bool IsRequested => Environment.GetEnvironmentVariable(Variable) == "1";

    public static void Request() => Environment.SetEnvironmentVariable(Variable, "1");

    /// <summary>Tries it out on a connection of its own: whether what waits for a socket runs on a thread outside of the pool.</summary>
    public static async Task<bool> AreInEffectAsync(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await sender.ConnectAsync(listener.LocalEndpoint, cancellationToken);
        using var receiver = await listener.AcceptSocketAsync(cancellationToken);
        var isInline = ReceiveAsync(receiver, cancellationToken);
        await sender.SendAsync(new byte[1], cancellationToken);
        return await isInline;
    }

    private static async Task<bool> ReceiveAsync(Socket receiver, CancellationToken cancellationToken)
    {
        await receiver.ReceiveAsync(new byte[1], cancellationToken);
        var isInline = !Thread.CurrentThread.IsThreadPoolThread;
        await PoolTurn.Next;
        return isInline;
    }
}
