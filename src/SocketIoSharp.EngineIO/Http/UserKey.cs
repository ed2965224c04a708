using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace SocketIoSharp.EngineIO;

/// <summary>What two requests of one user have in common: the id that an issuer gave the user, or else the name.</summary>
internal readonly record struct UserKey(string? Issuer, string? Name)
{
    /// <summary>The user that the application's authentication has found for a request; null when it has found none.</summary>
    public static UserKey? Of(HttpContext context)
        => context.Features.Get<IHttpAuthenticationFeature>()?.User is { } user ? Of(user) : null;

    /// <summary>The same of a user that is known already.</summary>
    public static UserKey? Of(ClaimsPrincipal user)
    {
        UserKey? named = null;
        foreach (var identity in user.Identities)
        {
            if (!identity.IsAuthenticated)
            {
                continue;
            }

            if (identity.FindFirst(ClaimTypes.NameIdentifier) is { } id)
            {
                return new UserKey(id.Issuer, id.Value);
            }

            if (named?.Name is null)
            {
                named = new UserKey(null, identity.Name);
            }
        }

        return named;
    }

    /// <summary>A text by which another process recognises the user, but does not learn who it is.</summary>
    public string CreateDigest()
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Issuer?.Length ?? -1}:{Issuer}{Name?.Length ?? -1}:{Name}")));
}

/// <summary>The ticket that a request was authenticated with.</summary>
internal static class AuthenticationTicketExpiry
{
    /// <summary>Finds out when the ticket expires; false when there is none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="expires">That moment, or null when the ticket does not expire.</param>
    public static bool TryFind(HttpContext context, out DateTimeOffset? expires)
    {
        var result = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult;
        expires = result?.Properties?.ExpiresUtc;
        return result is { Succeeded: true };
    }
}
