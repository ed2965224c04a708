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
    /// Over HTTPS it is also <c>Secure</c>, the default of <see cref="CookieBuilder.SecurePolicy"/>; set that to
    /// <see cref="CookieSecurePolicy.None"/> for Node's text on HTTPS too.
    /// </remarks>
    public static CookieBuilder CreateDefault() => new()
    {
        Name = DefaultName,
        Path = DefaultPath,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
    };
}
