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

/// <summary>The origins that a CORS policy on the endpoint, or the option, lets in.</summary>
internal static class EndpointOrigins
{
    public static bool IsAllowed(HttpContext context, string origin, IList<string>? allowedOrigins)
    {
        if (allowedOrigins is not null && !OriginRules.IsAllowed(origin, [.. allowedOrigins]))
        {
            return false;
        }

        return context.Features.Get<IEndpointOriginFeature>() is not { } policy || policy.IsAllowed(origin);
    }
}

/// <summary>What the endpoint's CORS policy says, found before the request reaches the engine.</summary>
internal interface IEndpointOriginFeature
{
    bool IsAllowed(string origin);
}
