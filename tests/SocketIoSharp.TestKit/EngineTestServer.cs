using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.TestKit;

/// <summary>A further server in the same application, under its service key.</summary>
public sealed record FurtherEngine(string Key, string Path, IEngineIOHandler Handler, Action<EngineIOOptions>? Options = null);

/// <summary>What a test server is made of.</summary>
public sealed class EngineTestServerSettings
{
    public Action<EngineIOOptions>? Options { get; init; }

    public IEngineIOHandler? Handler { get; init; }

    public TimeProvider? Time { get; init; }

    /// <summary>The path of the first engine; null maps none.</summary>
    public string? Path { get; init; } = "/engine.io";

    public IReadOnlyList<FurtherEngine> Engines { get; init; } = [];

    public Action<WebApplicationBuilder>? ConfigureBuilder { get; init; }

    /// <summary>Runs before the engines are mapped.</summary>
    public Action<WebApplication>? ConfigureApplication { get; init; }

    /// <summary>Whether the test expects errors in the log.</summary>
    public bool AllowErrors { get; init; }
}

/// <summary>
/// An application on a real Kestrel, with one engine or several. Disposing it shuts the application down and fails when
/// anything was logged as an error.
/// </summary>
public sealed class EngineTestServer : IAsyncDisposable
{
    private readonly EngineTestServerSettings _settings;
    private bool _isDisposed;

    private EngineTestServer(WebApplication application, EngineTestServerSettings settings, LogCapture log)
    {
        Application = application;
        _settings = settings;
        Log = log;
        Address = new Uri(application.Urls.First());
    }

    public WebApplication Application { get; }

    public LogCapture Log { get; }

    /// <summary>The address without a path.</summary>
    public Uri Address { get; }

    /// <summary>The first engine.</summary>
    public IEngineIOServer Engine => Application.Services.GetRequiredService<IEngineIOServer>();

    /// <summary>Says that errors in the log are expected from here on.</summary>
    public bool AllowErrors { get; set; }

    public static Task<EngineTestServer> StartAsync(
        IEngineIOHandler? handler = null, Action<EngineIOOptions>? options = null, TimeProvider? time = null)
        => StartAsync(new EngineTestServerSettings { Handler = handler, Options = options, Time = time });

    public static async Task<EngineTestServer> StartAsync(EngineTestServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var log = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        TestTransport.ApplyTo(builder.WebHost);
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Logging.AddProvider(log);
        // Whatever holds a shutdown up is seen to do so on a busy machine as well.
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = Eventually.Patience - TimeSpan.FromSeconds(5));
        if (settings.Time is { } time)
        {
            builder.Services.AddSingleton(time);
        }

        if (settings.Path is not null)
        {
            builder.Services.AddEngineIO(settings.Options);
        }

        foreach (var engine in settings.Engines)
        {
            builder.Services.AddEngineIO(engine.Key, engine.Options);
        }

        settings.ConfigureBuilder?.Invoke(builder);
        var application = builder.Build();
        settings.ConfigureApplication?.Invoke(application);
        if (settings.Path is { } path)
        {
            application.MapEngineIO(path, settings.Handler ?? new RecordingHandler());
        }

        foreach (var engine in settings.Engines)
        {
            application.MapEngineIO(engine.Path, engine.Handler, engine.Key);
        }

        await application.StartAsync();
        return new EngineTestServer(application, settings, log) { AllowErrors = settings.AllowErrors };
    }

    /// <summary>A client of protocol 4 of the first engine.</summary>
    public RawEngineIOClient CreateClient() => new(Address, new RawClientOptions { Path = (_settings.Path ?? string.Empty) + "/" });

    /// <summary>A client of the first engine unless the options name another path.</summary>
    public RawEngineIOClient CreateClient(RawClientOptions options) => new(Address, options);

    /// <summary>Shuts the application down as a host does.</summary>
    public async Task StopAsync()
    {
        var stopping = Application.StopAsync();

        // A clock that stands still would hold up the deadlines of the shutdown.
        if (_settings.Time is ManualTimeProvider manual)
        {
            while (await Task.WhenAny(stopping, Task.Delay(5)) != stopping)
            {
                manual.Advance(TimeSpan.FromMilliseconds(500));
            }
        }

        await stopping;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await StopAsync();
        await Application.DisposeAsync();
        if (!AllowErrors && Log.Errors is { Count: > 0 } errors)
        {
            throw new InvalidOperationException("The server has logged errors:\n" + string.Join('\n', errors));
        }
    }
}
