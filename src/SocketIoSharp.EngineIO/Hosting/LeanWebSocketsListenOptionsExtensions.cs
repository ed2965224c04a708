using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketIoSharp.EngineIO;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Less memory for each WebSocket connection.</summary>
public static class LeanWebSocketsListenOptionsExtensions
{
    /// <summary>
    /// Lets the WebSocket connections of Engine.IO and Socket.IO servers go on without the HTTP layer once they are open, which saves some
    /// kilobytes for each. Their requests end with the handshake, in logs and metrics of the host too. With TLS, call it after
    /// <c>UseHttps</c>; before it, it changes nothing.
    /// </summary>
    /// <param name="options">An endpoint of Kestrel, or what all endpoints begin with (<c>ConfigureEndpointDefaults</c>).</param>
    /// <returns>The same.</returns>
    public static ListenOptions UseLeanWebSockets(this ListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Use(static next => connection => LeanConnection.RunAsync(connection, next));
        return options;
    }
}
