using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>
/// Believes whatever a request says about its user: <c>Authorization: Test id=1;issuer=us;name=anna;expires=60</c>, all of it optional;
/// <c>expires</c> is in seconds from now.
/// </summary>
internal sealed class TestAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Name = "Test";

    public static void AddTo(WebApplicationBuilder builder)
        => builder.Services.AddAuthentication(Name).AddScheme<AuthenticationSchemeOptions, TestAuthentication>(Name, null);

    public static string Header(string user) => $"Authorization: {Name} {user}";

    /// <summary>The options of a client whose polling requests are authenticated so.</summary>
    public static RawClientOptions As(string user, string sid = "")
        => new() { Headers = user.Length == 0 ? [] : [new("Authorization", $"{Name} {user}")], Query = sid.Length == 0 ? null : $"sid={sid}" };

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Name + " ", StringComparison.Ordinal))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var values = header[(Name.Length + 1)..].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=')).ToDictionary(static pair => pair[0], static pair => pair[1]);
        var identity = new ClaimsIdentity(Scheme.Name);
        if (values.TryGetValue("id", out var id))
        {
            identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, id, ClaimValueTypes.String, values.GetValueOrDefault("issuer", "us")));
        }

        if (values.TryGetValue("name", out var name))
        {
            identity.AddClaim(new Claim(ClaimTypes.Name, name));
        }

        var properties = new AuthenticationProperties();
        if (values.TryGetValue("expires", out var expires))
        {
            properties.ExpiresUtc = TimeProvider.GetUtcNow() + TimeSpan.FromSeconds(double.Parse(expires, CultureInfo.InvariantCulture));
        }

        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme.Name)));
    }
}
