using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SocketIoSharp.EngineIO;

/// <summary>Lifts the host's limits where the engine's own take their place.</summary>
internal static class RequestLimits
{
    /// <summary>A poll is held for longer than a request may usually take. The host's least data rate stays: it counts only while a response is being written.</summary>
    public static void AllowLongWait(HttpContext context) => context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();

    /// <summary>A WebSocket lives longer, and says less, than the host's timeouts and data rates allow.</summary>
    public static void AllowLongResponse(HttpContext context)
    {
        var features = context.Features;
        AllowLongWait(context);
        if (features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    /// <summary>A body is bounded by MaxHttpBufferSize and MaxMessageTime, both enforced while reading.</summary>
    public static void AllowSlowBody(HttpContext context)
    {
        var features = context.Features;
        AllowLongWait(context);
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }
}
