using System.Diagnostics.CodeAnalysis;
using SocketIoSharp;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Handler classes.</summary>
public static class HandlerConnectionSourceExtensions
{
    /// <summary>Handles connections and events with a class; every event gets a new instance, created from a scope of services of its own.</summary>
    /// <typeparam name="THandler">The class.</typeparam>
    /// <param name="source">The namespace.</param>
    /// <returns>The namespace.</returns>
    public static IConnectionSource UseHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IConnectionSource source)
        where THandler : SocketHandler, ISocketHandler<THandler>
    {
        ArgumentNullException.ThrowIfNull(source);
        var activator = new HandlerActivator<THandler>();
        var events = new EventMap<THandler>(activator.RunAsync);
        THandler.MapEvents(events);

        // One table for all clients.
        var entries = events.Entries;
        source.OnConnection(connected =>
        {
            var socket = OwnSocket.Of(connected);
            socket.AddSharedHandlers(entries);
            socket.OnDisconnect(reason => activator.RunAsync(socket, instance => instance.OnDisconnectedAsync(reason)));
            return activator.RunAsync(socket, static instance => instance.OnConnectedAsync());
        });
        return source;
    }
}
