using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp.EngineIO;

/// <summary>Checks the mapped servers once all routes are known, groups included, and before the first request is accepted.</summary>
internal sealed partial class EngineIOStartupCheck(EngineIOServerDirectory directory, IServiceProvider services, ILogger<EngineIOStartupCheck> logger) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        next(application);

        // Building the endpoints runs the checks of their conventions.
        _ = services.GetRequiredService<EndpointDataSource>().Endpoints;
        foreach (var (server, _) in directory.Mapped)
        {
            WarnOfCrossSiteCookies(server);
        }
    };

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
        [LoggerMessage(1, LogLevel.Warning, "The server at {Path} accepts connections from pages of any origin while cookie authentication is in use: a foreign page can act as the visitor. Set {Option}, or put a CORS policy on the endpoint.", EventName = nameof(ForeignOriginsAllowed))]
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
