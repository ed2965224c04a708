using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>The cookie that tells a load balancer which server a session lives on.</summary>
/// <remarks>Node name: <c>cookie</c>.</remarks>
public static class EngineIOCookie
{
    internal const string DefaultName = "io";
    internal const string DefaultPath = "/";

    /// <summary>Creates the cookie that Node's <c>cookie: true</c> stands for: <c>io=&lt;sid&gt;; Path=/; HttpOnly; SameSite=Lax</c>.</summary>
    /// <remarks>
    /// As in Node it is not <c>Secure</c>; set <see cref="CookieBuilder.SecurePolicy"/> where the server is reached over HTTPS only.
    /// </remarks>
    public static CookieBuilder CreateDefault() => new()
    {
        Name = DefaultName,
        Path = DefaultPath,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        SecurePolicy = CookieSecurePolicy.None,
    };
}
