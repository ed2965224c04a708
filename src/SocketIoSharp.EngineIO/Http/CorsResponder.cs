using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// Runs before everything else of the engine: sets the cross-origin headers that Node's <c>cors</c> middleware would set,
/// also on answers that turn out to be errors, and answers preflights.
/// </summary>
internal sealed class CorsResponder
{
    private readonly CorsPolicy? _policy;
    private readonly Func<HttpContext, ValueTask<EngineIOCorsOptions?>>? _perRequest;

    public CorsResponder(EngineIOCorsOptions options) => _policy = new CorsPolicy(options);

    /// <summary>Asks for the options at each request; null means no cross-origin headers for this one.</summary>
    public CorsResponder(Func<HttpContext, ValueTask<EngineIOCorsOptions?>> perRequest) => _perRequest = perRequest;

    /// <summary>
    /// Sets the response headers; true when that was a preflight and its answer is complete. An exception of the
    /// application's own function travels to the caller, which refuses the request as it does for any failed middleware.
    /// </summary>
    public ValueTask<bool> ApplyAsync(HttpContext context) =>
        _policy is not null ? _policy.ApplyAsync(context) : ApplyPerRequestAsync(_perRequest!, context);

    private static async ValueTask<bool> ApplyPerRequestAsync(Func<HttpContext, ValueTask<EngineIOCorsOptions?>> perRequest, HttpContext context) =>
        await perRequest(context) is { } options && await new CorsPolicy(options).ApplyAsync(context);
}
