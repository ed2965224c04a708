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
        => endpoints.MapSocketIO(path, configure, serviceKey: null);

    /// <summary>Maps one of several Socket.IO servers.</summary>
    /// <param name="endpoints">The application's routes.</param>
    /// <param name="path">The path of the server.</param>
    /// <param name="configure">Registers what the server does with its clients.</param>
    /// <param name="serviceKey">The key that was given to <c>AddSocketIO</c>; null for the server without a key.</param>
    /// <returns>The endpoint, to which conventions such as <c>RequireAuthorization</c> can be added.</returns>
    public static IEndpointConventionBuilder MapSocketIO(this IEndpointRouteBuilder endpoints, string path, Action<ISocketIOServer> configure, string? serviceKey)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var services = endpoints.ServiceProvider;
        var server = serviceKey is null ? services.GetService<SocketIOServer>() : services.GetKeyedService<SocketIOServer>(serviceKey);
        if (server is null)
        {
            var call = serviceKey is null ? "AddSocketIO()" : $"AddSocketIO(\"{serviceKey}\")";
            throw new InvalidOperationException($"MapSocketIO needs the services of a server: call builder.Services.{call} first.");
        }

        var builder = endpoints.MapEngineIOCore(path, (EngineIOServer)server.Engine, server);
        configure(server);
        return builder.WithClientBundle(endpoints, (EngineIOServer)server.Engine);
    }
}
