using System.Net.WebSockets;

namespace SocketIoSharp.EngineIO;

/// <summary>The exceptions that say no more than: the peer is gone.</summary>
internal static class ConnectionLoss
{
    public static bool IsOne(Exception exception)
        => exception is IOException or OperationCanceledException or ObjectDisposedException or WebSocketException;
}
