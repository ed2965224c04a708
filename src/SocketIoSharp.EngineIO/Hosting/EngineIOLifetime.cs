using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// Checks the mapped servers when the application starts, and ends their sessions when it stops: before the host begins to wait
/// for their requests.
/// </summary>
internal sealed partial class EngineIOLifetime(EngineIOServerDirectory directory, IServiceProvider services, ILogger<EngineIOLifetime> logger) : IHostedLifecycleService
{
    // Clients that do not answer the goodbye are cut off after a second; this leaves room for that.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(3);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var (server, routes) in directory.Mapped)
        {
            foreach (var source in routes.DataSources)
            {
                // Building the endpoints runs the checks of their conventions.
                _ = source.Endpoints;
            }

            WarnOfCrossSiteCookies(server);
        }

        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var time = services.GetRequiredService<TimeProvider>();
        using var longest = new CancellationTokenSource(s_longestWait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, longest.Token);
        try
        {
            await Task.WhenAll(directory.Mapped.Select(mapped => mapped.Server.CloseAsync(both.Token)));
        }
        catch (OperationCanceledException)
        {
            Log.ShutdownTookTooLong(logger);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Browsers send cookies with WebSocket requests of any site, and CORS does not apply to those.</summary>
    private void WarnOfCrossSiteCookies(EngineIOServer server)
    {
        if (server.Options.AllowedOrigins is null && CookieAuthentication.IsInUse(services) && !EngineIOEndpointMetadata.HasCorsPolicy(server.Endpoint?.Metadata))
        {
            Log.ForeignOriginsAllowed(logger, server.Path!, nameof(EngineIOOptions.AllowedOrigins));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Some requests were still being answered when the application stopped waiting for them.", EventName = nameof(ShutdownTookTooLong))]
        public static partial void ShutdownTookTooLong(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "The server at {Path} accepts connections from pages of any origin while cookie authentication is in use: a foreign page can act as the visitor. Set {Option}, or put a CORS policy on the endpoint.", EventName = nameof(ForeignOriginsAllowed))]
        public static partial void ForeignOriginsAllowed(ILogger logger, string path, string option);
    }
}

/// <summary>Whether the application signs its users in with cookies.</summary>
internal static class CookieAuthentication
{
    public static bool IsInUse(IServiceProvider services)
        => services.GetService<Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Authentication.AuthenticationOptions>>()?.Value.Schemes
            .Any(static scheme => typeof(Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationHandler).IsAssignableFrom(scheme.HandlerType)) == true;
}
