using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>Why a request is refused.</summary>
internal sealed record Refusal(RequestError Error, string? Name, string? CustomMessage, IReadOnlyDictionary<string, object?> Context)
{
    /// <summary>What metrics call it.</summary>
    public string ErrorType => Name ?? Error.Message;

    public static Refusal Of(RequestError error, string? name = null, KeyValuePair<string, object?>[]? context = null, string? customMessage = null)
    {
        var details = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (name is not null)
        {
            details["name"] = name;
        }

        foreach (var pair in context ?? [])
        {
            details[pair.Key] = pair.Value;
        }

        return new Refusal(error, name, customMessage, details);
    }
}

/// <summary>The origins that the option, and a CORS policy on the endpoint, let in.</summary>
internal static class OriginCheck
{
    public static bool IsAllowed(HttpContext context, string origin, IList<string>? allowedOrigins)
    {
        if (allowedOrigins is not null && !OriginRules.IsAllowed(origin, [.. allowedOrigins]))
        {
            return false;
        }

        // As for ASP.NET Core's CORS, the application's own pages are no foreign origin.
        return context.Features.Get<IEndpointOriginFeature>() is not { } policy || policy.IsAllowed(origin) || IsOwn(origin, context.Request.Host);
    }

    /// <summary>The scheme does not count: a proxy may have ended the TLS.</summary>
    private static bool IsOwn(string origin, HostString host)
        => Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && (host.Port is { } port ? uri.Port == port : uri.IsDefaultPort);
}

/// <summary>What the endpoint's CORS policy says, found before the request reaches the engine.</summary>
internal interface IEndpointOriginFeature
{
    bool IsAllowed(string origin);
}
