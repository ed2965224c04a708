using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp.Examples.Tests;

/// <summary>The example as it is, on a free port.</summary>
internal sealed class ChatServer : WebApplicationFactory<Program>
{
    private readonly Action<SocketIOOptions> _configure;

    public ChatServer(Action<SocketIOOptions>? configure = null)
    {
        _configure = configure ?? (static _ => { });
        UseKestrel();
        StartServer();
    }

    public Uri Address => ClientOptions.BaseAddress;

    public LogCapture Log { get; } = new();

    /// <summary>The server's side of a tab; throws when that person has several.</summary>
    public IServerSocket SocketOf(string name)
        => Services.GetRequiredService<ISocketIOServer>().Sockets.Values.Single(socket => string.Equals(socket.Data.Get<string>("name"), name, StringComparison.Ordinal));

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // Not as an argument of UseKestrel, which sets it while the program may be starting its server already.
        builder.UseUrls("http://127.0.0.1:0");
        builder.ConfigureServices(services => services.PostConfigure(_configure));
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
    }
}
