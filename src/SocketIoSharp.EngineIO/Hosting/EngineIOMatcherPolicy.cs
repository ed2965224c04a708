using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.DependencyInjection;
using AspNetCorsPolicy = Microsoft.AspNetCore.Cors.Infrastructure.CorsPolicy;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// Decides, while the endpoint is being selected, whether a request is a server's: what is not falls through to the
/// application's other endpoints and middlewares.
/// </summary>
internal sealed class EngineIOMatcherPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => int.MinValue + 100;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints)
        => endpoints.Any(static endpoint => endpoint.Metadata.GetMetadata<ISelectiveEndpointMetadata>() is not null);

    public async Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (!candidates.IsValidCandidate(i)
                || candidates[i].Endpoint is not RouteEndpoint endpoint
                || endpoint.Metadata.GetMetadata<ISelectiveEndpointMetadata>() is not { } metadata)
            {
                continue;
            }

            if (!metadata.IsMatch(endpoint, httpContext))
            {
                candidates.SetValidity(i, false);
            }
            else if (EngineIOEndpointMetadata.HasCorsPolicy(endpoint.Metadata))
            {
                httpContext.Features.Set<IEndpointOriginFeature>(new PolicyOrigins(await FindPolicyAsync(httpContext, endpoint)));
            }
        }
    }

    private static async Task<AspNetCorsPolicy?> FindPolicyAsync(HttpContext context, Endpoint endpoint) => endpoint.Metadata.GetMetadata<ICorsMetadata>() switch
    {
        ICorsPolicyMetadata inline => inline.Policy,
        IEnableCorsAttribute named when context.RequestServices.GetService<ICorsPolicyProvider>() is { } provider => await provider.GetPolicyAsync(context, named.PolicyName),
        _ => null,
    };

    private sealed class PolicyOrigins(AspNetCorsPolicy? policy) : IEndpointOriginFeature
    {
        public bool IsAllowed(string origin) => policy is null || policy.AllowAnyOrigin || policy.IsOriginAllowed(origin);
    }
}
