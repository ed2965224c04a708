using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace SocketIoSharp.EngineIO;

/// <summary>An endpoint whose route lets more requests through than it serves; it looks at each again.</summary>
internal interface ISelectiveEndpointMetadata
{
    /// <summary>Whether the request is the endpoint's; otherwise the next candidate gets it.</summary>
    bool IsMatch(RouteEndpoint endpoint, HttpContext context);
}

/// <summary>Marks the endpoints of a server and knows which requests are its own.</summary>
internal sealed class EngineIOEndpointMetadata(string path, bool addTrailingSlash) : ISelectiveEndpointMetadata
{
    /// <summary>What the names of the server's own route parameters begin with.</summary>
    public const string OwnParameters = "engineIO";

    private const string Rest = "{**engineIORest}";
    private const string Tail = "{engineIOTail}";

    private string? _prefix;

    /// <summary>The routes that let every candidate through to <see cref="IsMatch"/>, and as few others as possible.</summary>
    /// <remarks>Without the slash the path is a mere prefix: it may also end within a segment.</remarks>
    public string[] Patterns => addTrailingSlash || path.Length == 0 ? [$"{path}/{Rest}"] : [$"{path}/{Rest}", $"{path}{Tail}/{Rest}"];

    /// <summary>Whether the request is the server's: its path begins, to the letter, with the server's.</summary>
    public bool IsMatch(RouteEndpoint endpoint, HttpContext context)
    {
        var prefix = _prefix ??= ComputePrefix(endpoint.RoutePattern.RawText!);
        return context.Request.Path.Value?.StartsWith(prefix, StringComparison.Ordinal) == true;
    }

    public static bool HasCorsPolicy(EndpointMetadataCollection? metadata)
        => metadata?.GetMetadata<ICorsMetadata>() is not null and not IDisableCorsAttribute;

    /// <summary>The pattern up to its own parameters; a route group's prefix stands in front of it.</summary>
    private string ComputePrefix(string pattern)
    {
        var own = Math.Min(IndexOrEnd(pattern, Tail), IndexOrEnd(pattern, Rest));
        var prefix = pattern[..own].TrimEnd('/');
        if (!prefix.StartsWith('/'))
        {
            prefix = "/" + prefix;
        }

        return addTrailingSlash && !prefix.EndsWith('/') ? prefix + "/" : prefix;
    }

    private static int IndexOrEnd(string pattern, string part)
    {
        var index = pattern.IndexOf(part, StringComparison.Ordinal);
        return index < 0 ? pattern.Length : index;
    }
}

/// <summary>Applies conventions to all endpoints of one server.</summary>
internal sealed class EngineIOConventionBuilder(IEndpointConventionBuilder[] endpoints) : IEndpointConventionBuilder
{
    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (var endpoint in endpoints)
        {
            endpoint.Add(convention);
        }
    }

    public void Finally(Action<EndpointBuilder> finallyConvention)
    {
        foreach (var endpoint in endpoints)
        {
            endpoint.Finally(finallyConvention);
        }
    }
}
