using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SocketIoSharp.EngineIO;

/// <summary>Lifts the host's limits where the engine's own take their place.</summary>
internal static class RequestLimits
{
    /// <summary>A poll is held, and a WebSocket lives, longer than the host's timeouts and data rates allow.</summary>
    public static void AllowLongResponse(HttpContext context)
    {
        var features = context.Features;
        features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    /// <summary>A body is bounded by MaxHttpBufferSize and MaxMessageTime, both enforced while reading.</summary>
    public static void AllowSlowBody(HttpContext context)
    {
        var features = context.Features;
        AllowLongResponse(context);
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
