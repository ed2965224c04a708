using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp;
using SocketIoSharp.EngineIO;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps Socket.IO servers.</summary>
public static class SocketIOEndpointRouteBuilderExtensions
{
    /// <summary>Maps the application's Socket.IO server at <c>/socket.io</c>.</summary>
    /// <param name="endpoints">The application's routes.</param>
    /// <param name="configure">Registers what the server does with its clients.</param>
    /// <returns>The endpoint, to which conventions such as <c>RequireAuthorization</c> can be added.</returns>
    public static IEndpointConventionBuilder MapSocketIO(this IEndpointRouteBuilder endpoints, Action<ISocketIOServer> configure)
        => endpoints.MapSocketIO("/socket.io", configure);

    /// <summary>Maps the application's Socket.IO server.</summary>
    /// <param name="endpoints">The application's routes.</param>
    /// <param name="path">The path of the server.</param>
    /// <param name="configure">Registers what the server does with its clients.</param>
    /// <returns>The endpoint, to which conventions such as <c>RequireAuthorization</c> can be added.</returns>
    public static IEndpointConventionBuilder MapSocketIO(this IEndpointRouteBuilder endpoints, string path, Action<ISocketIOServer> configure)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var server = endpoints.ServiceProvider.GetService<SocketIOServer>()
            ?? throw new InvalidOperationException("MapSocketIO needs the services of a server: call builder.Services.AddSocketIO() first.");
        configure(server);
        return endpoints.MapEngineIOCore(path, (EngineIOServer)server.Engine, server).WithClientBundle(endpoints, (EngineIOServer)server.Engine);
    }
}
