using SocketIoSharp.EngineIO;

namespace SocketIoSharp.InteropHost;

/// <summary>The Socket.IO servers of the host by path, each with other options, all with the same scenarios.</summary>
internal static class SocketIOServers
{
    public static IReadOnlyDictionary<string, Action<SocketIOOptions>> All { get; } = new Dictionary<string, Action<SocketIOOptions>>(StringComparer.Ordinal)
    {
        ["/socket.io/"] = _ => { },
        ["/io-v2/"] = options => options.AllowEIO3 = true,
        ["/io-fast/"] = options =>
        {
            options.AllowEIO3 = true;
            options.PingInterval = TimeSpan.FromSeconds(1);
            options.PingTimeout = TimeSpan.FromSeconds(3);
        },
        ["/io-hasty/"] = options =>
        {
            options.AllowEIO3 = true;
            options.ConnectTimeout = TimeSpan.FromSeconds(3);
        },
        ["/io-recovery/"] = options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions(),
        ["/io-recovery-short/"] = options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions
        {
            MaxDisconnectionDuration = TimeSpan.FromMilliseconds(100),
        },
        ["/io-recovery-strict/"] = options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions { SkipMiddlewares = false },
        ["/io-recovery-fast/"] = options =>
        {
            options.PingInterval = TimeSpan.FromSeconds(1);
            options.PingTimeout = TimeSpan.FromSeconds(3);
            options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions();
        },
        ["/io-msgpack/"] = options =>
        {
            options.AllowEIO3 = true;
            options.Parser = SocketIOParsers.MessagePack;
        },
        ["/io-cleanup/"] = options =>
        {
            options.AllowEIO3 = true;
            options.CleanupEmptyChildNamespaces = true;
        },
        ["/io-guarded/"] = options =>
        {
            options.AllowEIO3 = true;
            options.AllowRequest = context => Task.FromResult(
                context.Request.Query["deny"] == "1" ? HandshakeDecision.Refuse("denied") : HandshakeDecision.Allow);
            options.Cors = new EngineIOCorsOptions { Origin = "http://example.test", Credentials = true };
            options.Cookie = EngineIOCookie.CreateDefault();
        },
        ["/io-small/"] = options =>
        {
            options.AllowEIO3 = true;
            options.MaxHttpBufferSize = 10_000;
        },
        ["/io-deflate/"] = options =>
        {
            options.AllowEIO3 = true;
            options.PerMessageDeflate = new PerMessageDeflateOptions();
        },
        ["/io-websocket-only/"] = options =>
        {
            options.AllowEIO3 = true;
            options.Transports = [EngineIOTransportType.WebSocket];
        },
        ["/io-steady/"] = options =>
        {
            options.AllowEIO3 = true;
            options.PingInterval = TimeSpan.FromMilliseconds(500);
            options.PingTimeout = TimeSpan.FromSeconds(3);
        },
        ["/io-cors/"] = options =>
        {
            options.Cors = new EngineIOCorsOptions
            {
                Origin = EngineIOCorsOrigin.When((origin, _) => ValueTask.FromResult(origin?.StartsWith("http://127.0.0.1:", StringComparison.Ordinal) == true)),
                AllowedHeaders = ["X-Custom"],
                Credentials = true,
            };
            options.Cookie = EngineIOCookie.CreateDefault();
        },
    };

    public static void Add(IServiceCollection services)
    {
        foreach (var (path, configure) in All)
        {
            services.AddSocketIO(path, options =>
            {
                options.ServeClient = path == "/socket.io/";
                if (Environment.GetEnvironmentVariable("WEBSOCKET_ENGINE") == "system")
                {
                    options.WebSocketEngine = WebSocketEngine.System;
                }

                configure(options);
            });
        }
    }

    public static void Map(WebApplication app, SocketJournal journal)
    {
        foreach (var path in All.Keys)
        {
            app.MapSocketIO(
                path,
                io =>
                {
                    if (path == "/io-guarded/")
                    {
                        AddEngineMiddleware(io.Engine);
                    }

                    SocketIONamespaces.Add(io, journal);
                },
                path);
        }
    }

    /// <summary>Refuses requests whose query has <c>refuse=1</c>, and sets a header on every answer.</summary>
    private static void AddEngineMiddleware(IEngineIOServer engine)
    {
        engine.Use((context, next) => context.Request.Query["refuse"] == "1" ? throw new InvalidOperationException("refused by the middleware") : next(context));
        engine.OnHeaders((headers, _) => headers["x-every"] = "1");
    }
}
