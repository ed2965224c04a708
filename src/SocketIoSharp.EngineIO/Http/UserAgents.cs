namespace SocketIoSharp.EngineIO;

/// <summary>Browsers that need an answer of their own.</summary>
internal static class UserAgents
{
    /// <summary>
    /// Whether polling answers carry <c>X-XSS-Protection: 0</c>: the filter of Internet Explorer mistakes payloads for attacks.
    /// </summary>
    public static bool NeedsXssProtectionHeader(string? userAgent) =>
        userAgent is not null
        && (userAgent.Contains(";MSIE", StringComparison.Ordinal) || userAgent.Contains("Trident/", StringComparison.Ordinal));
}
