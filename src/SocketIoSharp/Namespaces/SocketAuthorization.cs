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
    /// <summary>What stands for the default policy beside others that have names.</summary>
    public const string DefaultPolicy = "";

    public void ThrowIfMissing()
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(IAuthorizationService)) == false)
        {
            throw new InvalidOperationException("RequireAuthorization needs the authorization services: call builder.Services.AddAuthorization() first.");
        }
    }

    /// <summary>Asks all policies; none means the default one. The socket is the resource.</summary>
    public async Task<AuthorizationOutcome> CheckAsync(ServerSocket socket, IReadOnlyCollection<string> policies)
    {
        await using var scope = services.CreateAsyncScope();
        var authorization = scope.ServiceProvider.GetRequiredService<IAuthorizationService>();
        var provider = scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>();
        foreach (var policy in policies.Count == 0 ? [DefaultPolicy] : policies)
        {
            var outcome = Outcome(socket, policy == DefaultPolicy
                ? await authorization.AuthorizeAsync(socket.User, socket, await provider.GetDefaultPolicyAsync())
                : await authorization.AuthorizeAsync(socket.User, socket, policy));
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
