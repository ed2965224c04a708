using System.Diagnostics;

namespace SocketIoSharp;

/// <summary>The spans of this storey: one for each event that is handled.</summary>
internal static class SocketIOActivitySource
{
    public const string Name = "SocketIoSharp.Server";

    private static readonly ActivitySource s_source = new(Name);

    public static bool HasListeners => s_source.HasListeners();

    /// <summary>
    /// Starts the span of an event and makes it current; null, and nothing has changed, when nobody wants it. It is linked to the
    /// request of the handshake and not its child: that trace would last as long as the connection. The caller makes the activity
    /// current that was before, once the synchronous part of the handlers is over.
    /// </summary>
    public static Activity? StartEvent(string namespaceName, string eventName, ActivityContext request)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        // The source would take the current activity for the parent.
        var previous = Activity.Current;
        Activity.Current = null;
        var activity = s_source.StartActivity(
            $"process {eventName}",
            ActivityKind.Consumer,
            parentContext: default,
            tags:
            [
                new("messaging.system", "socketio"),
                new("messaging.operation.type", "process"),
                new("messaging.destination.name", namespaceName),
                new("socketio.event", eventName),
            ],
            links: request == default ? null : [new ActivityLink(request)]);
        if (activity is null)
        {
            Activity.Current = previous;
        }

        return activity;
    }

    /// <summary>Ends the span when all handlers are done; with an error, it is a failed one.</summary>
    public static void EndEvent(Activity activity, string? errorType)
    {
        if (errorType is not null)
        {
            activity.SetTag("error.type", errorType);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Stop();
    }
}
