using SocketIoSharp.EngineIO;

namespace SocketIoSharp.InteropHost;

/// <summary>The engine servers of the host by path, each with other options.</summary>
internal static class EngineServers
{
    public static IReadOnlyDictionary<string, Action<EngineIOOptions>> All { get; } = new Dictionary<string, Action<EngineIOOptions>>(StringComparer.Ordinal)
    {
        ["/engine.io/"] = options =>
        {
            if (Environment.GetEnvironmentVariable("ENGINE_DEFAULT_FAST") == "1")
            {
                UseFastHeartbeat(options);
                options.AllowEIO3 = Environment.GetEnvironmentVariable("EIO3") == "1";
            }
        },
        ["/eio3/"] = options => options.AllowEIO3 = true,
        ["/fast/"] = options =>
        {
            UseFastHeartbeat(options);
            options.AllowEIO3 = true;
        },
        ["/patient/"] = options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(300);
            options.PingTimeout = TimeSpan.FromSeconds(3);
            options.AllowEIO3 = true;
        },
        ["/polling-only/"] = options =>
        {
            options.Transports = [EngineIOTransportType.Polling];
            options.AllowEIO3 = true;
        },
        ["/websocket-only/"] = options =>
        {
            options.Transports = [EngineIOTransportType.WebSocket];
            options.AllowEIO3 = true;
        },
        ["/small/"] = options =>
        {
            options.MaxHttpBufferSize = 10_000;
            options.AllowEIO3 = true;
        },
        ["/deflate/"] = options =>
        {
            options.PerMessageDeflate = new PerMessageDeflateOptions();
            options.AllowEIO3 = true;
        },
        ["/uncompressed/"] = options => options.HttpCompression = null,
        ["/cookie/"] = options =>
        {
            options.Cookie = EngineIOCookie.CreateDefault();
            options.AllowEIO3 = true;
        },
        ["/cors/"] = options =>
        {
            options.Cors = new EngineIOCorsOptions { Origin = "http://example.test", Credentials = true };
            options.AllowEIO3 = true;
        },
        ["/initial/"] = options =>
        {
            options.InitialPacket = EncodedMessage.Text("welcome");
            options.AllowEIO3 = true;
        },
        ["/middleware/"] = options => options.AllowEIO3 = true,
        ["/headers/"] = options => options.AllowEIO3 = true,
        ["/allow/"] = options => options.AllowRequest = context => Task.FromResult(
            context.Request.Query["deny"] == "1" ? HandshakeDecision.Refuse("denied") : HandshakeDecision.Allow),
        ["/bare"] = options =>
        {
            options.AddTrailingSlash = false;
            options.AllowEIO3 = true;
        },
        ["/certified/"] = options =>
        {
            options.AllowRequest = context => Task.FromResult(
                SecureConnections.IsCertified(context.Connection) ? HandshakeDecision.Allow : HandshakeDecision.Refuse());
            options.AllowEIO3 = true;
        },
        ["/noupgrade/"] = options =>
        {
            options.AllowUpgrades = false;
            options.AllowEIO3 = true;
        },
    };

    public static void AddHooks(string path, IEngineIOServer server)
    {
        if (Environment.GetEnvironmentVariable("WEBSOCKET_ENGINE") == "system")
        {
            server.Options.WebSocketEngine = WebSocketEngine.System;
        }

        if (path == "/middleware/")
        {
            server.Use((context, next) =>
            {
                context.Response.Headers["x-mw"] = "1";
                return context.Request.Query["refuse"] == "1" ? throw new InvalidOperationException("refused by the middleware") : next(context);
            });
        }

        if (path == "/headers/")
        {
            server.OnInitialHeaders((headers, _) => headers["x-initial"] = "1");
            server.OnHeaders((headers, _) => headers["x-every"] = "1");
        }
    }

    private static void UseFastHeartbeat(EngineIOOptions options)
    {
        options.PingInterval = TimeSpan.FromMilliseconds(300);
        options.PingTimeout = TimeSpan.FromMilliseconds(200);
        options.UpgradeTimeout = TimeSpan.FromSeconds(1);
    }
}
