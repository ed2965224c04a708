using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp;

/// <summary>What the application's policies say about a user.</summary>
internal enum AuthorizationOutcome
{
    Allowed,
    NotAuthenticated,
    Forbidden,
}

/// <summary>Asks ASP.NET Core's authorization about the user of a socket.</summary>
internal sealed class SocketAuthorization(IServiceProvider services)
{
    private const string DefaultPolicy = "";

    public void ThrowIfMissing()
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(IAuthorizationService)) == false)
        {
            throw new InvalidOperationException("RequireAuthorization needs the authorization services: call builder.Services.AddAuthorization() first.");
        }
    }

    /// <summary>Adds policies to those that are required already; none means the default one, which has no name.</summary>
    public static IReadOnlyCollection<string> Combine(IReadOnlyCollection<string>? required, IReadOnlyCollection<string> added)
        => [.. required ?? [], .. added.Count == 0 ? [DefaultPolicy] : added];

    /// <summary>Asks all policies. The socket is the resource.</summary>
    public async Task<AuthorizationOutcome> CheckAsync(ServerSocket socket, IReadOnlyCollection<string> policies)
    {
        await using var scope = services.CreateAsyncScope();
        var authorization = scope.ServiceProvider.GetRequiredService<IAuthorizationService>();
        foreach (var policy in policies)
        {
            var result = policy == DefaultPolicy
                ? await authorization.AuthorizeAsync(socket.User, socket, await scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>().GetDefaultPolicyAsync())
                : await authorization.AuthorizeAsync(socket.User, socket, policy);
            var outcome = Outcome(socket, result);
            if (outcome != AuthorizationOutcome.Allowed)
            {
                return outcome;
            }
        }

        return AuthorizationOutcome.Allowed;
    }

    private static AuthorizationOutcome Outcome(ServerSocket socket, AuthorizationResult result)
        => result.Succeeded
            ? AuthorizationOutcome.Allowed
            : socket.User.Identities.Any(static identity => identity.IsAuthenticated) ? AuthorizationOutcome.Forbidden : AuthorizationOutcome.NotAuthenticated;
}
