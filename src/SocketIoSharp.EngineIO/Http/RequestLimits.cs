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

    /// <summary>Whether some of the request's body has yet to come.</summary>
    public static bool HasUnreadBody(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return false;
        }

        try
        {
            var body = context.Request.BodyReader;
            if (!body.TryRead(out var result))
            {
                return true;
            }

            body.AdvanceTo(result.Buffer.End);
            return !result.IsCompleted;
        }
        catch (Exception exception) when (exception is InvalidOperationException || ConnectionLoss.IsOne(exception))
        {
            return true;
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
