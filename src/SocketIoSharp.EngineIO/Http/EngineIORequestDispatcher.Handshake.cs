using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>New sessions, upgrades of existing ones, and refusals.</summary>
internal sealed partial class EngineIORequestDispatcher
{
    private Task HandshakeAsync(HttpContext context, in EngineIOQuery query, bool isUpgrade)
    {
        if (!_server.TryBeginHandshake())
        {
            Log.TooManyHandshakes(_server.Logger, _options.MaxConcurrentHandshakes.GetValueOrDefault(), nameof(EngineIOOptions.MaxConcurrentHandshakes));
            _server.Metrics.RequestRejected("TOO_MANY_HANDSHAKES");
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        var beginning = BeginSessionAsync(context, query, isUpgrade);
        if (!beginning.IsCompletedSuccessfully)
        {
            return FinishHandshakeAsync(beginning);
        }

        // Most often nothing had to be waited for, and no state is kept while the session lives.
        _server.EndHandshake();
#pragma warning disable VSTHRD103 // The result is there.
        return beginning.Result;
#pragma warning restore VSTHRD103
    }

    private async Task FinishHandshakeAsync(Task<Task> beginning)
    {
        Task serving;
        try
        {
            serving = await beginning;
        }
        finally
        {
            _server.EndHandshake();
        }

        await serving;
    }

    /// <summary>Opens the session; the returned inner task is the rest of the request.</summary>
    private async Task<Task> BeginSessionAsync(HttpContext context, EngineIOQuery query, bool isUpgrade)
    {
        if (_options.AllowRequest is { } allowRequest)
        {
            var decision = await allowRequest(context);
            if (!decision.IsAllowed)
            {
                return RefuseAsync(context, Refusal.Of(RequestError.Forbidden, null, [new("message", decision.Message)], decision.Message));
            }
        }

        if (isUpgrade && string.Equals(query.Transport, TransportNames.Polling, StringComparison.Ordinal))
        {
            // A WebSocket request for polling is accepted and closed at once.
            return RefuseWebSocketAsync(context, query);
        }

        Refusal? refusal = null;
        string? id = null;
        if (query.Protocol == 3 && !_options.AllowEIO3)
        {
            refusal = Refusal.Of(RequestError.UnsupportedProtocolVersion, null, [new("protocol", 3)]);
        }
        else
        {
            (id, refusal) = await CreateIdAsync(context);
        }

        if (refusal is not null)
        {
            return RefuseAsync(context, refusal);
        }

        return isUpgrade ? BeginWebSocketAsync(context, query, id!) : BeginPollingAsync(context, query, id!);
    }

    private async Task<(string? Id, Refusal? Refusal)> CreateIdAsync(HttpContext context)
    {
        if (_options.GenerateId is not { } generateId)
        {
            return (SessionId.Create(), null);
        }

        try
        {
            var id = await generateId(context);
            return string.IsNullOrEmpty(id) || _server.Sessions.TryFind(id, out _)
                ? throw new InvalidOperationException($"{nameof(EngineIOOptions.GenerateId)} returned an id that is empty or in use.")
                : (id, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.IdGenerationFailed(_server.Logger, exception, nameof(EngineIOOptions.GenerateId));
            return (null, Refusal.Of(RequestError.BadRequest, "ID_GENERATION_ERROR", [new("error", exception)]));
        }
    }

    private EngineIOSession CreateSession(HttpContext context, in EngineIOQuery query, string id)
        => new(_server, id, query.Protocol, new EngineIOHandshake(context, _server.Clock.Time.GetUtcNow()));

    private EncodedMessage[] CreateOpenPackets(EngineIOSession session, bool isPolling)
    {
        var open = OpenPacketWriter.Create(
            session.Id,
            isPolling ? _server.Upgrades : [],
            (long)_options.PingInterval.TotalMilliseconds,
            (long)_options.PingTimeout.TotalMilliseconds,
            _options.MaxHttpBufferSize);
        return _options.InitialPacket is { } initial ? [open, initial] : [open];
    }

    private async Task BeginPollingAsync(HttpContext context, EngineIOQuery query, string id)
    {
        var session = CreateSession(context, query, id);
        var transport = new PollingTransport(session, query);
        session.Attach(transport);
        if (!_server.Sessions.TryAdd(session))
        {
            await RefuseAsync(context, Refusal.Of(RequestError.BadRequest, "ID_GENERATION_ERROR"));
            return;
        }

        Open(session, context);
        AnnounceSession(session);
        if (_options.Cookie is { } cookie)
        {
            context.Response.Headers.Append("Set-Cookie", SessionCookie.Format(cookie, id, context.Request.IsHttps, _server.Clock.Time.GetUtcNow()));
        }

        await transport.AnswerHandshakeAsync(context, CreateOpenPackets(session, isPolling: true));
    }

    private Task BeginWebSocketAsync(HttpContext context, in EngineIOQuery query, string id) => ServeAsync(OpenWebSocketAsync(context, query, id));

    // Apart from the opening, whose state would be kept for as long as the connection lives.
    private static async Task ServeAsync(Task<WebSocketTransport?> opening)
    {
        if (await opening is { } transport)
        {
            await transport.RunAsync();
        }
    }

    private async Task<WebSocketTransport?> OpenWebSocketAsync(HttpContext context, EngineIOQuery query, string id)
    {
        var session = CreateSession(context, query, id);
        if (await WebSocketAcceptor.AcceptAsync(context, _server, session.Gate, query) is not { } connection)
        {
            return null;
        }

        // The 101 travels alone: clients that begin to listen when the connection is open would miss an open packet that comes with it.
        await PoolTurn.Next;
        var transport = new WebSocketTransport(session, connection, isProbing: false);
        session.Attach(transport);
        if (!_server.Sessions.TryAdd(session))
        {
            context.Abort();
            return null;
        }

        lock (session.Gate)
        {
            foreach (var packet in CreateOpenPackets(session, isPolling: false))
            {
                session.EnqueueLocked(packet);
            }
        }

        // Whoever has read the open packet has an open session.
        Open(session, context);
        lock (session.Gate)
        {
            session.FlushLocked();
        }

        AnnounceSession(session);
        return HasDetached(context, transport) ? null : transport;
    }

    /// <summary>Whether the connection goes on without its request, which may end.</summary>
    private bool HasDetached(HttpContext context, WebSocketTransport transport)
    {
        if (LeanConnection.Of(context) is not { IsDetached: true } lean)
        {
            return false;
        }

        _server.KeepAlive(lean, transport);
        return true;
    }

    private void Open(EngineIOSession session, HttpContext context)
    {
        session.Open();
        if (_options.CloseOnAuthenticationExpiration && AuthenticationTicketExpiry.TryFind(context, out var expires))
        {
            session.SetAuthenticationExpiration(expires);
        }
    }

    private void AnnounceSession(EngineIOSession session)
    {
        session.RaiseOpen();
        if (_server.IsClosing)
        {
            session.CloseForShutdown();
        }
    }

    private async Task UpgradeAsync(HttpContext context, EngineIOQuery query, EngineIOSession session)
    {
        if (string.Equals(query.Transport, TransportNames.Polling, StringComparison.Ordinal))
        {
            await RefuseWebSocketAsync(context, query);
            return;
        }

        if (await WebSocketAcceptor.AcceptAsync(context, _server, session.Gate, query) is not { } connection)
        {
            return;
        }

        var transport = new WebSocketTransport(session, connection, isProbing: true);
        if (!session.TryBeginUpgrade(transport))
        {
            // The current session is untouched.
            Log.WebSocketNotNeeded(_server.Logger, session.Id);
            lock (session.Gate)
            {
                transport.End(EndKind.Close);
            }
        }

        if (!HasDetached(context, transport))
        {
            await transport.RunAsync();
        }
    }

    /// <summary>Accepts a WebSocket only to close it.</summary>
    private async Task RefuseWebSocketAsync(HttpContext context, EngineIOQuery query)
    {
        Log.WebSocketForPolling(_server.Logger);
        var gate = new Lock();
        if (await WebSocketAcceptor.AcceptAsync(context, _server, gate, query) is { } connection)
        {
            lock (gate)
            {
                connection.Close(WebSocketCloseCode.NoStatusReceived, isShutdown: false);
            }

            await connection.RunAsync(DeafOwner.Instance);
        }
    }

    private void Report(HttpContext context, Refusal refusal)
    {
        Log.Refused(_server.Logger, refusal.Error.Code, refusal.ErrorType);
        _server.Metrics.RequestRejected(refusal.ErrorType);
        _server.RaiseConnectionError(new EngineIOConnectionError(context, refusal.Error.Code, refusal.Error.Message, refusal.Context));
    }

    private async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        Report(context, refusal);
        var response = context.Response;
        var body = new ArrayBufferWriter<byte>(128);
        if (WebSocketAcceptor.IsUpgrade(context) && _options.Transports.Contains(EngineIOTransportType.WebSocket))
        {
            // A refused upgrade gets 400 whatever the code, the bare message, and the end of the connection.
            response.StatusCode = StatusCodes.Status400BadRequest;
            if (refusal.Name is OriginNotAllowed or UserMismatch)
            {
                response.StatusCode = StatusCodes.Status403Forbidden;
            }

            response.ContentType = "text/html";
            if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            {
                response.Headers.Connection = "close";
            }

            body.Write(System.Text.Encoding.UTF8.GetBytes(string.IsNullOrEmpty(refusal.CustomMessage) ? refusal.Error.Message : refusal.CustomMessage));
        }
        else
        {
            response.StatusCode = refusal.Error.StatusCode;
            response.ContentType = "application/json";
            RequestError.WriteJson(body, refusal.Error, refusal.CustomMessage);
        }

        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body.WrittenMemory);
        }
    }

    /// <summary>Owns a connection that is being closed and listens to nothing.</summary>
    private sealed class DeafOwner : IWebSocketOwner
    {
        public static DeafOwner Instance { get; } = new();

        public Task OnMessageAsync(ReadOnlyMemory<byte> payload, bool isBinary) => Task.CompletedTask;

        public void OnWritable()
        {
        }

        public void OnEnded(SessionClose close)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A request was refused with error {Code}: {Error}.", EventName = nameof(Refused))]
        public static partial void Refused(ILogger logger, int code, string error);

        [LoggerMessage(2, LogLevel.Warning, "A middleware of the engine failed; the request was refused.", EventName = nameof(MiddlewareFailed))]
        public static partial void MiddlewareFailed(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "{Option} failed; the handshake was refused.", EventName = nameof(IdGenerationFailed))]
        public static partial void IdGenerationFailed(ILogger logger, Exception exception, string option);

        [LoggerMessage(4, LogLevel.Debug, "A handshake was refused with 503: {Bound} are under way, which is all that {Option} allows.", EventName = nameof(TooManyHandshakes))]
        public static partial void TooManyHandshakes(ILogger logger, int bound, string option);

        [LoggerMessage(5, LogLevel.Debug, "A request of session {Sid} was refused: its method is neither GET nor POST.", EventName = nameof(MethodNotAllowed))]
        public static partial void MethodNotAllowed(ILogger logger, string sid);

        [LoggerMessage(6, LogLevel.Debug, "A WebSocket for session {Sid} was closed: the session has one, or is upgrading to another.", EventName = nameof(WebSocketNotNeeded))]
        public static partial void WebSocketNotNeeded(ILogger logger, string sid);

        [LoggerMessage(7, LogLevel.Debug, "A WebSocket was closed: its query asks for polling.", EventName = nameof(WebSocketForPolling))]
        public static partial void WebSocketForPolling(ILogger logger);
    }
}
