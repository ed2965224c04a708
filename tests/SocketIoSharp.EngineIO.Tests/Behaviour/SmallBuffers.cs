using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Connections whose sockets hold little, so that a peer that does not read is felt soon, whatever the machine.</summary>
internal static class SmallBuffers
{
    private const int Size = 32 * 1024;

    public static void OfServer(WebApplicationBuilder builder)
        => builder.WebHost.UseSockets(static sockets => sockets.CreateBoundListenSocket = static endPoint =>
        {
            // The connections that are accepted inherit the size.
            var listener = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
            listener.SendBufferSize = Size;
            return listener;
        });

    public static void OfClient(RawWebSocket webSocket) => webSocket.Connection.ReceiveBufferSize = Size;
}
