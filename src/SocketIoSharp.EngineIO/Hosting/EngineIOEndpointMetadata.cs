using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace SocketIoSharp.EngineIO;

/// <summary>Marks the endpoint of a server and knows which requests are its own.</summary>
internal sealed class EngineIOEndpointMetadata(string path, bool addTrailingSlash)
{
    public const string RestParameter = "engineIORest";

    private string? _prefix;

    /// <summary>The route that lets every candidate through to <see cref="IsMatch"/>.</summary>
    /// <remarks>Without the slash, the path is a mere prefix and may end within a segment: only a catch-all of everything covers that.</remarks>
    public string Pattern => addTrailingSlash && path.Length > 0 ? $"{path}/{{**{RestParameter}}}" : $"/{{**{RestParameter}}}";

    /// <summary>Whether the request is the server's: its path begins, to the letter, with the server's.</summary>
    public bool IsMatch(RouteEndpoint endpoint, PathString requestPath)
    {
        var prefix = _prefix ??= ComputePrefix(endpoint);
        return requestPath.Value?.StartsWith(prefix, StringComparison.Ordinal) == true;
    }

    public static bool HasCorsPolicy(EndpointMetadataCollection? metadata)
        => metadata?.GetMetadata<ICorsMetadata>() is not null and not IDisableCorsAttribute;

    private string ComputePrefix(RouteEndpoint endpoint)
    {
        // A route group's prefix stands in front of the pattern.
        var raw = endpoint.RoutePattern.RawText ?? Pattern;
        var own = raw.IndexOf("{**" + RestParameter, StringComparison.Ordinal);
        var group = own > 0 ? raw[..own].TrimEnd('/') : string.Empty;
        var full = addTrailingSlash ? group : group + path;
        if (!full.StartsWith('/'))
        {
            full = "/" + full;
        }

        return addTrailingSlash ? full.TrimEnd('/') + "/" : full;
    }
}
