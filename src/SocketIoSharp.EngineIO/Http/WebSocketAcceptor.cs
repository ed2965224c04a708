using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace SocketIoSharp.EngineIO;

/// <summary>Turns a request into a WebSocket connection, in the best way that the host offers.</summary>
internal static partial class WebSocketAcceptor
{
    /// <summary>Whether the request asks for a WebSocket.</summary>
    public static bool IsUpgrade(HttpContext context)
    {
        var features = context.Features;
        return features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            || features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
            || features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true };
    }

    /// <summary>Accepts the connection; null when the request was answered with an error instead.</summary>
    public static async Task<WebSocketConnection?> AcceptAsync(HttpContext context, EngineIOServer server, Lock gate, EngineIOQuery query)
    {
        RequestLimits.AllowLongResponse(context);
        var features = context.Features;
        var form = WireForms.Of(query.Protocol, query.Base64);
        var upgrade = features.Get<IHttpUpgradeFeature>();
        var connect = features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } extended ? extended : null;
        if (upgrade is not { IsUpgradableRequest: true } && connect is null)
        {
            // A host with WebSockets of its own, such as TestServer.
            server.RaiseHeaders(context, query.Sid is null);
            var webSocket = await features.GetRequiredFeature<IHttpWebSocketFeature>().AcceptAsync(new WebSocketAcceptContext());
            return new SystemWebSocket(new WebSocketSettings(server, gate, form, IsDeflating: false), webSocket, stream: null, context.Abort);
        }

        var handshake = WebSocketHandshake.Validate(context.Request.Headers, context.Request.Method, connect is not null);
        if (!handshake.IsValid)
        {
            Log.BadHandshake(server.Logger, handshake.Error);
            server.Metrics.RequestRejected("WEBSOCKET_HANDSHAKE_ERROR");
            await RefuseAsync(context, handshake);
            return null;
        }

        var isDeflating = WriteResponseHeaders(context, server, handshake, connect is not null);
        server.RaiseHeaders(context, query.Sid is null);
        var settings = new WebSocketSettings(server, gate, form, isDeflating);
        Stream stream;
        try
        {
            stream = connect is not null ? await connect.AcceptAsync() : await upgrade!.UpgradeAsync();
        }
        catch (InvalidOperationException exception) when (!context.Response.HasStarted)
        {
            // The host has as many of them as it allows (MaxConcurrentUpgradedConnections).
            Log.HostRefuses(server.Logger, exception.Message);
            server.Metrics.RequestRejected("TOO_MANY_WEBSOCKETS");
            context.Response.Headers.Remove(HeaderNames.Upgrade);
            context.Response.Headers.Remove(HeaderNames.SecWebSocketAccept);
            await RefuseAsync(context, new WebSocketHandshakeResult(StatusCodes.Status503ServiceUnavailable, "Service Unavailable"));
            return null;
        }

        if (server.Options.WebSocketEngine == WebSocketEngine.System)
        {
            return new SystemWebSocket(settings, WebSocket.CreateFromStream(stream, CreateOptions(isDeflating)), stream, context.Abort);
        }

        if (connect is null && LeanConnection.Of(context) is { } lean)
        {
            var pipes = lean.Detach();
            return new PipeWebSocket(settings, pipes.Input, pipes.Output, ownsPipes: false, lean.Abort);
        }

        if (connect is null && features.Get<IConnectionTransportFeature>()?.Transport is { } transport)
        {
            // From here on the upgrade's stream is never touched: the pipe below it is the connection itself.
            return new PipeWebSocket(settings, transport.Input, transport.Output, ownsPipes: false, context.Abort);
        }

        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(useZeroByteReads: true, leaveOpen: true));
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        return new PipeWebSocket(settings, input, output, ownsPipes: true, context.Abort);
    }

    private static bool WriteResponseHeaders(HttpContext context, EngineIOServer server, WebSocketHandshakeResult handshake, bool isHttp2)
    {
        var headers = context.Response.Headers;
        if (isHttp2)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
        else
        {
            headers.Connection = "Upgrade";
            headers.Upgrade = "websocket";
            headers.SecWebSocketAccept = WebSocketHandshake.ComputeAccept(context.Request.Headers.SecWebSocketKey.ToString());
        }

        if (handshake.Subprotocol is { } subprotocol)
        {
            headers.SecWebSocketProtocol = subprotocol;
        }

        if (server.Options.PerMessageDeflate is null
            || !WebSocketExtensions.TryNegotiateDeflate(context.Request.Headers.SecWebSocketExtensions, out var extensions))
        {
            return false;
        }

        headers.SecWebSocketExtensions = extensions;
        return true;
    }

    private static WebSocketCreationOptions CreateOptions(bool isDeflating) => new()
    {
        IsServer = true,
        KeepAliveInterval = TimeSpan.Zero,
        DangerousDeflateOptions = isDeflating
            ? new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false }
            : null,
    };

    private static Task RefuseAsync(HttpContext context, WebSocketHandshakeResult handshake)
    {
        var response = context.Response;
        response.StatusCode = handshake.StatusCode;
        response.ContentType = "text/html";
        if (handshake.SupportedVersions is { } versions)
        {
            response.Headers.SecWebSocketVersion = versions;
        }

        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }

        return response.WriteAsync(handshake.Error ?? "Bad Request");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A WebSocket handshake was refused: {Error}", EventName = nameof(BadHandshake))]
        public static partial void BadHandshake(ILogger logger, string? error);

        [LoggerMessage(2, LogLevel.Debug, "The host does not accept another WebSocket: {Error}", EventName = nameof(HostRefuses))]
        public static partial void HostRefuses(ILogger logger, string error);
    }
}
