using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SocketIoSharp.EngineIO;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps Engine.IO servers.</summary>
public static class EngineIOEndpointRouteBuilderExtensions
{
    /// <summary>Node's default path of a bare engine.</summary>
    internal const string DefaultPath = "/engine.io";

    /// <summary>Maps the application's Engine.IO server with a handler that is created once, from the application's services.</summary>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="endpoints">The application's routes.</param>
    /// <param name="path">The path of the server.</param>
    /// <param name="serviceKey">The key that the server was added with, if any.</param>
    /// <returns>The endpoint, to which conventions such as <c>RequireAuthorization</c> can be added.</returns>
    public static IEndpointConventionBuilder MapEngineIO<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IEndpointRouteBuilder endpoints, string path = DefaultPath, string? serviceKey = null)
        where THandler : class, IEngineIOHandler
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapEngineIO(path, ActivatorUtilities.GetServiceOrCreateInstance<THandler>(endpoints.ServiceProvider), serviceKey);
    }

    /// <summary>Maps the application's Engine.IO server with a handler.</summary>
    /// <param name="endpoints">The application's routes.</param>
    /// <param name="path">The path of the server.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="serviceKey">The key that the server was added with, if any.</param>
    /// <returns>The endpoint, to which conventions such as <c>RequireAuthorization</c> can be added.</returns>
    public static IEndpointConventionBuilder MapEngineIO(this IEndpointRouteBuilder endpoints, string path, IEngineIOHandler handler, string? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(handler);
        var services = endpoints.ServiceProvider;
        var isAdded = serviceKey is null ? services.GetService<IEngineIOServer>() : services.GetKeyedService<IEngineIOServer>(serviceKey);
        if (isAdded is not EngineIOServer server)
        {
            var call = serviceKey is null ? "AddEngineIO()" : $"AddEngineIO(\"{serviceKey}\")";
            throw new InvalidOperationException($"MapEngineIO needs the services of a server: call builder.Services.{call} first.");
        }

        return endpoints.MapEngineIOCore(path, server, handler);
    }

    /// <summary>Maps a server of any storey.</summary>
    internal static IEndpointConventionBuilder MapEngineIOCore(this IEndpointRouteBuilder endpoints, string path, EngineIOServer server, IEngineIOHandler handler)
    {
        ArgumentNullException.ThrowIfNull(path);
        path = path.TrimEnd('/');
        if (path.Length > 0 && !path.StartsWith('/'))
        {
            path = "/" + path;
        }

        if (path.AsSpan().IndexOfAny("{}?#") >= 0)
        {
            throw new ArgumentException($"The path '{path}' may contain neither route parameters nor a query.", nameof(path));
        }

        server.Map(path.Length == 0 ? "/" : path, handler);
        endpoints.ServiceProvider.GetRequiredService<EngineIOServerDirectory>().AddMapped(server, endpoints);
        var metadata = new EngineIOEndpointMetadata(path, server.Options.AddTrailingSlash);
        var builder = new EngineIOConventionBuilder([.. metadata.Patterns.Select(pattern => (IEndpointConventionBuilder)endpoints.Map(pattern, (RequestDelegate)server.HandleAsync))]);
        builder.WithDisplayName($"Engine.IO {path}");
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(metadata);

            // Like Node's server, which looks at each request before the application does.
            ((RouteEndpointBuilder)endpoint).Order = int.MinValue;
        });
        builder.Finally(endpoint =>
        {
            var pattern = ((RouteEndpointBuilder)endpoint).RoutePattern;
            if (pattern.Parameters.Any(static parameter => !parameter.Name.StartsWith(EngineIOEndpointMetadata.OwnParameters, StringComparison.Ordinal)))
            {
                throw new InvalidOperationException(
                    $"The server at '{path}' is mapped in a group with route parameters ('{pattern.RawText}'), but the path of a server must be fixed.");
            }

            server.Endpoint = endpoint.Build();
            if ((server.Options.Cors is not null || server.Options.CorsDelegate is not null) && EngineIOEndpointMetadata.HasCorsPolicy(server.Endpoint.Metadata))
            {
                throw new OptionsValidationException(nameof(EngineIOOptions.Cors), typeof(EngineIOOptions), [
                    $"The server at '{path}' has both the option {nameof(EngineIOOptions.Cors)} and a CORS policy on its endpoint (RequireCors). Remove one of them."]);
            }
        });
        return builder;
    }
}
