using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SocketIoSharp.EngineIO;

/// <summary>One server: its options, its sessions, its listeners. Mapped at one path with one handler.</summary>
internal sealed partial class EngineIOServer : IEngineIOServer
{
    private readonly EngineIORequestDispatcher _dispatcher;
    private readonly Listeners<Action<EngineIOConnectionError>> _connectionErrorListeners = new();
    private readonly Listeners<Action<IHeaderDictionary, HttpContext>> _initialHeadersListeners = new();
    private readonly Listeners<Action<IHeaderDictionary, HttpContext>> _headersListeners = new();
    private readonly ActiveRequests _requests = new();
    private IEngineIOHandler? _handler;
    private int _handshakes;
    private volatile bool _isClosing;

    public EngineIOServer(EngineIOOptions options, EngineIOClock clock, EngineIOMetrics metrics, ILoggerFactory loggerFactory)
    {
        Options = options;
        Clock = clock;
        Metrics = metrics;
        Logger = loggerFactory.CreateLogger<EngineIOServer>();
        ShortestInterval = new[] { options.PingInterval, options.PingTimeout, options.UpgradeTimeout }.Min();
        WebSocketLimits = new WebSocketLimits(options.MaxHttpBufferSize, options.MaxFramesPerMessage ?? int.MaxValue);
        Upgrades = options.AllowUpgrades && options.Transports.Contains(EngineIOTransportType.WebSocket) ? [TransportNames.WebSocket] : [];
        Observer = options.Observer is { } observer ? new GuardedObserver(observer, Logger) : null;
        FrameDeflater = WebSocketFrameCache.CreateDeflater(options.PerMessageDeflate);
        _dispatcher = new EngineIORequestDispatcher(this);
    }

    public EngineIOOptions Options { get; }

    public EngineIOClock Clock { get; }

    public EngineIOMetrics Metrics { get; }

    public ILogger Logger { get; }

    public SessionRegistry Sessions { get; } = new();

    /// <summary>The application's observer, its exceptions kept from the sessions.</summary>
    public EngineIOObserver? Observer { get; }

    /// <summary>Builds compressed frames with this server's settings.</summary>
    public Func<EncodedMessage, int, byte[]> FrameDeflater { get; }

    /// <summary>Connections that have been closed and wait for their peer.</summary>
    public ConcurrentDictionary<WebSocketConnection, byte> ClosingConnections { get; } = new();

    public TimeSpan ShortestInterval { get; }

    public WebSocketLimits WebSocketLimits { get; }

    /// <summary>What polling clients are told they may upgrade to.</summary>
    public string[] Upgrades { get; }

    public IEngineIOHandler Handler => _handler!;

    public string? Path { get; private set; }

    public int ClientsCount => Sessions.Count;

    public bool IsClosing => _isClosing;

    /// <summary>The endpoint, once the routes are built.</summary>
    public Endpoint? Endpoint { get; set; }

    /// <summary>Takes the place where the server is reachable; a server has one.</summary>
    public void Map(string path, IEngineIOHandler handler)
    {
        if (Path is not null)
        {
            throw new InvalidOperationException(
                $"This Engine.IO server is already mapped at '{Path}' and cannot be mapped at '{path}' too. Register another one under a service key and map that.");
        }

        Path = path;
        _handler = handler;
    }

    public IEngineIOSession? FindSession(string id) => Sessions.TryFind(id, out var session) ? session : null;

    public void Use(Func<HttpContext, RequestDelegate, Task> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _dispatcher.Use(middleware);
    }

    public IDisposable OnConnectionError(Action<EngineIOConnectionError> listener) => _connectionErrorListeners.Add(listener);

    public IDisposable OnInitialHeaders(Action<IHeaderDictionary, HttpContext> listener) => _initialHeadersListeners.Add(listener);

    public IDisposable OnHeaders(Action<IHeaderDictionary, HttpContext> listener) => _headersListeners.Add(listener);

    public async Task HandleAsync(HttpContext context)
    {
        _requests.Begin();
        try
        {
            await _dispatcher.HandleAsync(context);
            if (IsClosing && context.Response.StatusCode >= StatusCodes.Status400BadRequest && RequestLimits.HasUnreadBody(context))
            {
                // The host would wait, as long as a stop may take, for the rest of a body that nobody reads.
                await context.Response.CompleteAsync();
                context.Abort();
            }
        }
        finally
        {
            _requests.End();
        }
    }

    /// <summary>Serves a WebSocket beyond its request, and counts it as one until it is over.</summary>
    public void KeepAlive(LeanConnection connection, WebSocketTransport transport)
    {
        _requests.Begin();
        connection.ContinueWith(async () =>
        {
            try
            {
                await transport.RunAsync();
            }
            finally
            {
                _requests.End();
            }
        });
    }

    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        // A session that opens right now is either found here or sees the flag itself.
        _isClosing = true;
        Interlocked.MemoryBarrier();
        foreach (var session in Sessions.All)
        {
            session.CloseForShutdown();
        }

        foreach (var (connection, _) in ClosingConnections)
        {
            connection.HurryUp();
        }

        await _requests.WhenNoneAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Counts a handshake in; false when too many are under way.</summary>
    public bool TryBeginHandshake()
    {
        if (Interlocked.Increment(ref _handshakes) <= (Options.MaxConcurrentHandshakes ?? int.MaxValue))
        {
            return true;
        }

        EndHandshake();
        return false;
    }

    public void EndHandshake() => Interlocked.Decrement(ref _handshakes);

    public void RaiseConnectionError(EngineIOConnectionError error)
    {
        foreach (var listener in _connectionErrorListeners.All)
        {
            try
            {
                listener(error);
            }
            catch (Exception exception)
            {
                Log.ListenerFailed(Logger, exception, nameof(OnConnectionError));
            }
        }
    }

    /// <summary>Lets the application add headers to a response of which nothing has been sent.</summary>
    public void RaiseHeaders(HttpContext context, bool isInitial = false)
    {
        if (isInitial)
        {
            RaiseHeaders(context, _initialHeadersListeners, nameof(OnInitialHeaders));
        }

        RaiseHeaders(context, _headersListeners, nameof(OnHeaders));
    }

    private void RaiseHeaders(HttpContext context, Listeners<Action<IHeaderDictionary, HttpContext>> listeners, string name)
    {
        foreach (var listener in listeners.All)
        {
            try
            {
                listener(context.Response.Headers, context);
            }
            catch (Exception exception)
            {
                // Packets may have been taken off the queue for this response.
                Log.ListenerFailed(Logger, exception, name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A listener of {Name} failed.", EventName = nameof(ListenerFailed))]
        public static partial void ListenerFailed(ILogger logger, Exception exception, string name);
    }
}
