using System.Diagnostics;
using System.Net;
using System.Security.Claims;
using System.Security.Principal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO;

/// <summary>What the first request of a session said; a copy, because the request itself does not outlive its answer.</summary>
public sealed class EngineIOHandshake
{
    private readonly KeyValuePair<string, StringValues>[] _headers;
    private readonly PathString _pathBase;
    private readonly PathString _path;
    private readonly QueryString _queryString;
    private IReadOnlyDictionary<string, string>? _query;
    private ClaimsPrincipal? _user;

    internal EngineIOHandshake(HttpContext context, DateTimeOffset issued)
    {
        var request = context.Request;
        _headers = [.. request.Headers];
        _queryString = request.QueryString;
        _pathBase = request.PathBase;
        _path = request.Path;
        RemoteAddress = context.Connection.RemoteIpAddress;
        IsSecure = request.IsHttps;

        // Asked for its user, a context makes one up; most sessions are never asked.
        _user = context.Features.Get<IHttpAuthenticationFeature>()?.User is { } user ? CopyUser(user) : null;
        Issued = issued;
        RequestActivity = Activity.Current?.Context ?? default;
    }

    /// <summary>The path and query of the request.</summary>
    public string Url => string.Concat(_pathBase.Value, _path.Value, _queryString.Value);

    /// <summary>The client's address.</summary>
    public IPAddress? RemoteAddress { get; }

    /// <summary>Whether the request came over TLS.</summary>
    public bool IsSecure { get; }

    /// <summary>The user that the application's authentication found.</summary>
    public ClaimsPrincipal User => _user ?? Interlocked.CompareExchange(ref _user, new ClaimsPrincipal(new ClaimsIdentity()), null) ?? _user;

    /// <summary>When the session began.</summary>
    public DateTimeOffset Issued { get; }

    /// <summary>The request's headers.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> Headers => _headers;

    /// <summary>The query parameters; of repeated names the last one counts.</summary>
    public IReadOnlyDictionary<string, string> Query => _query ??= EngineIOQuery.ReadAll(_queryString);

    /// <summary>The trace of the request, to which those of the session's events are linked; default when there is none.</summary>
    internal ActivityContext RequestActivity { get; }

    /// <summary>The identities of Windows authentication are disposed with the request; a session outlives it.</summary>
    private static ClaimsPrincipal CopyUser(ClaimsPrincipal user)
        => OperatingSystem.IsWindows() && user.Identities.Any(static identity => identity is WindowsIdentity) ? user.Clone() : user;

    /// <summary>A header of the request.</summary>
    /// <param name="name">The header's name, in any case.</param>
    /// <returns>Its value, empty when it was not sent.</returns>
    public StringValues GetHeader(string name)
    {
        foreach (var header in _headers)
        {
            if (string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return header.Value;
            }
        }

        return StringValues.Empty;
    }
}
