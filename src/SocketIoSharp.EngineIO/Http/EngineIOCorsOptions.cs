namespace SocketIoSharp.EngineIO;

/// <summary>Cross-origin headers in the shape that Node's <c>cors</c> option has. They tell browsers what to allow; they never refuse a request.</summary>
/// <remarks>Node name: <c>cors</c>.</remarks>
public sealed class EngineIOCorsOptions
{
    /// <summary>Which origins may read the answers; every origin by default.</summary>
    /// <remarks>Node name: <c>cors.origin</c>.</remarks>
    public EngineIOCorsOrigin Origin { get; set; } = EngineIOCorsOrigin.Any;

    /// <summary>The methods that a preflight allows.</summary>
    /// <remarks>Node name: <c>cors.methods</c>.</remarks>
    public IList<string> Methods { get; } = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"];

    /// <summary>The request headers that a preflight allows; null allows those that the preflight asks for.</summary>
    /// <remarks>Node name: <c>cors.allowedHeaders</c>.</remarks>
    public IList<string>? AllowedHeaders { get; set; }

    /// <summary>The response headers that a page may read beyond the few that it always may.</summary>
    /// <remarks>Node name: <c>cors.exposedHeaders</c>.</remarks>
    public IList<string>? ExposedHeaders { get; set; }

    /// <summary>Whether requests may carry cookies. Browsers then want a named origin, not <see cref="EngineIOCorsOrigin.Any"/>.</summary>
    /// <remarks>Node name: <c>cors.credentials</c>.</remarks>
    public bool Credentials { get; set; }

    /// <summary>How long a browser may remember a preflight, sent in whole seconds.</summary>
    /// <remarks>Node name: <c>cors.maxAge</c>.</remarks>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Whether a preflight goes on to the engine after its headers are set, instead of being answered at once.</summary>
    /// <remarks>Node name: <c>cors.preflightContinue</c>.</remarks>
    public bool PreflightContinue { get; set; }

    /// <summary>The status of an answered preflight; 204 by default. A few old browsers want 200.</summary>
    /// <remarks>Node name: <c>cors.optionsSuccessStatus</c>.</remarks>
    public int OptionsSuccessStatus { get; set; } = 204;
}
