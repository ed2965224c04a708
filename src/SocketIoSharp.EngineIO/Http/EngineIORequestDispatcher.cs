using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>Checks each request in Node's order, then gives it to its session or begins a new one.</summary>
internal sealed partial class EngineIORequestDispatcher
{
    // Reasons that Node does not have.
    private const string OriginNotAllowed = "ORIGIN_NOT_ALLOWED";
    private const string UserMismatch = "USER_MISMATCH";

    private readonly EngineIOServer _server;
    private readonly EngineIOOptions _options;
    private readonly CorsResponder? _cors;
    private readonly Lock _gate = new();
    private readonly List<Func<HttpContext, RequestDelegate, Task>> _middlewares = [];
    private RequestDelegate _pipeline;

    public EngineIORequestDispatcher(EngineIOServer server)
    {
        _server = server;
        _options = server.Options;
        _cors = _options.CorsDelegate is { } perRequest ? new CorsResponder(perRequest)
            : _options.Cors is { } cors ? new CorsResponder(cors)
            : null;
        _pipeline = VerifyAsync;
    }

    public void Use(Func<HttpContext, RequestDelegate, Task> middleware)
    {
        lock (_gate)
        {
            _middlewares.Add(middleware);
            RequestDelegate pipeline = async context =>
            {
                context.Features.Get<MiddlewareProgress>()!.HasPassed = true;
                await VerifyAsync(context);
            };
            foreach (var next in Enumerable.Reverse(_middlewares))
            {
                var inner = pipeline;
                pipeline = context => next(context, inner);
            }

            _pipeline = context => GuardMiddlewaresAsync(context, pipeline);
        }
    }

    public Task HandleAsync(HttpContext context)
        => _cors is null ? Volatile.Read(ref _pipeline)(context) : HandleWithCorsAsync(context);

    private async Task HandleWithCorsAsync(HttpContext context)
    {
        if (!await ApplyCorsAsync(context))
        {
            await Volatile.Read(ref _pipeline)(context);
        }
    }

    private async Task<bool> ApplyCorsAsync(HttpContext context)
    {
        try
        {
            return await _cors!.ApplyAsync(context);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await FailMiddlewareAsync(context, exception);
            return true;
        }
    }

    /// <summary>An exception of a middleware refuses the request; one that comes after the request went on is the application's.</summary>
    private async Task GuardMiddlewaresAsync(HttpContext context, RequestDelegate pipeline)
    {
        var progress = new MiddlewareProgress();
        context.Features.Set(progress);
        try
        {
            await pipeline(context);
        }
        catch (Exception exception) when (!progress.HasPassed && !context.Response.HasStarted && exception is not OperationCanceledException)
        {
            await FailMiddlewareAsync(context, exception);
        }
    }

    private Task FailMiddlewareAsync(HttpContext context, Exception exception)
    {
        Log.MiddlewareFailed(_server.Logger, exception);
        return RefuseAsync(context, Refusal.Of(RequestError.BadRequest, "MIDDLEWARE_FAILURE"));
    }

    private Task VerifyAsync(HttpContext context)
    {
        if (_server.IsClosing)
        {
            _server.Metrics.RequestRejected("SERVER_CLOSING");
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        var query = EngineIOQuery.Parse(context.Request.QueryString);
        var isUpgrade = WebSocketAcceptor.IsUpgrade(context) && _options.Transports.Contains(EngineIOTransportType.WebSocket);
        if (Check(context, query, isUpgrade, out var session) is { } refusal)
        {
            return RefuseAsync(context, refusal);
        }

        if (session is null)
        {
            return HandshakeAsync(context, query, isUpgrade);
        }

        if (_options.CloseOnAuthenticationExpiration)
        {
            RenewAuthentication(context, session);
        }

        return isUpgrade ? UpgradeAsync(context, query, session) : ServeAsync(context, session);
    }

    /// <summary>The checks that need no waiting, in Node's order.</summary>
    private Refusal? Check(HttpContext context, in EngineIOQuery query, bool isUpgrade, out EngineIOSession? session)
    {
        session = null;
        if (!IsKnown(query.Transport))
        {
            return Refusal.Of(RequestError.UnknownTransport, context: query.Transport is null ? null : [new("transport", query.Transport)]);
        }

        var origin = NodeHeaderValue.Join(context.Request.Headers.Origin);
        if (!OriginRules.HasLegalCharacters(origin))
        {
            return Refusal.Of(RequestError.BadRequest, "INVALID_ORIGIN", [new("origin", origin)]);
        }

        if (!string.IsNullOrEmpty(origin) && !OriginCheck.IsAllowed(context, origin, _options.AllowedOrigins))
        {
            return Refusal.Of(RequestError.Forbidden, OriginNotAllowed, [new("origin", origin)]);
        }

        if (query.Sid is { } sid)
        {
            if (!_server.Sessions.TryFind(sid, out session))
            {
                return UnknownSid(sid);
            }

            if (_options.RequireSameUser && UserKey.Of(context) is { } user && user != UserKey.Of(session.Handshake.User))
            {
                // A request that is not authenticated is let through: browsers cannot give WebSocket requests a token.
                return Refusal.Of(RequestError.Forbidden, UserMismatch);
            }

            if (!isUpgrade && !string.Equals(TransportNames.Of(session.Transport), query.Transport, StringComparison.Ordinal))
            {
                return TransportMismatch(query.Transport, session);
            }

            if (session.Protocol != query.Protocol)
            {
                return Refusal.Of(RequestError.BadRequest, "PROTOCOL_MISMATCH", [new("protocol", query.Protocol), new("previousProtocol", session.Protocol)]);
            }

            return null;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !isUpgrade)
        {
            return Refusal.Of(RequestError.BadHandshakeMethod, context: [new("method", context.Request.Method)]);
        }

        return string.Equals(query.Transport, TransportNames.WebSocket, StringComparison.Ordinal) && !isUpgrade
            ? Refusal.Of(RequestError.BadRequest, "TRANSPORT_HANDSHAKE_ERROR")
            : null;
    }

    /// <summary>A later ticket of the session's own user takes the place of the earlier one, as when a cookie is renewed while the client polls.</summary>
    private static void RenewAuthentication(HttpContext context, EngineIOSession session)
    {
        if (UserKey.Of(context) is { } user && user == UserKey.Of(session.Handshake.User) && AuthenticationTicketExpiry.TryFind(context, out var expires))
        {
            session.SetAuthenticationExpiration(expires);
        }
    }

    private bool IsKnown(string? transport) => transport switch
    {
        TransportNames.Polling => _options.Transports.Contains(EngineIOTransportType.Polling),
        TransportNames.WebSocket => _options.Transports.Contains(EngineIOTransportType.WebSocket),
        _ => false,
    };

    private async Task ServeAsync(HttpContext context, EngineIOSession session)
    {
        var isGet = HttpMethods.IsGet(context.Request.Method);
        if (!isGet && !HttpMethods.IsPost(context.Request.Method))
        {
            Log.MethodNotAllowed(_server.Logger, session.Id);
            _server.Metrics.RequestRejected("METHOD_NOT_ALLOWED");
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, POST";
            return;
        }

        // A session that is not on polling has been refused before; this one may have left it, or ended, since then.
        if (session.CurrentTransport is not PollingTransport polling
            || !await (isGet ? polling.TryHandleGetAsync(context) : polling.TryHandlePostAsync(context)))
        {
            await RefuseAsync(context, session.State == SessionState.Closed ? UnknownSid(session.Id) : TransportMismatch(TransportNames.Polling, session));
        }
    }

    private static Refusal UnknownSid(string sid) => Refusal.Of(RequestError.UnknownSid, context: [new("sid", sid)]);

    private static Refusal TransportMismatch(string? transport, EngineIOSession session)
        => Refusal.Of(RequestError.BadRequest, "TRANSPORT_MISMATCH", [new("transport", transport), new("previousTransport", TransportNames.Of(session.Transport))]);

    private sealed class MiddlewareProgress
    {
        public bool HasPassed { get; set; }
    }
}
