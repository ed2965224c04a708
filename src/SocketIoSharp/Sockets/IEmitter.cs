using System.Runtime.CompilerServices;

namespace SocketIoSharp;

/// <summary>Sends events: to one client or to many.</summary>
public interface IEmitter
{
    /// <summary>Sends an event with one argument; an array is sent as one argument that is an array.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="argument">The argument.</param>
    /// <returns>A task that is complete when the event has been handed over; the order of calls is the order on the wire.</returns>
    [OverloadResolutionPriority(1)]
    Task EmitAsync(string eventName, object? argument);

    /// <summary>Sends an event with any number of arguments.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments; each is one argument on the wire.</param>
    /// <returns>A task that is complete when the event has been handed over; the order of calls is the order on the wire.</returns>
    Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments);

    /// <summary>Sends an event named <c>message</c> with one argument; an array is sent as one argument that is an array.</summary>
    /// <param name="argument">The argument.</param>
    /// <returns>A task that is complete when the event has been handed over.</returns>
    /// <remarks>Node: <c>send</c>, <c>write</c>.</remarks>
    [OverloadResolutionPriority(1)]
    Task SendAsync(object? argument) => EmitAsync("message", argument);

    /// <summary>Sends an event named <c>message</c>.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>A task that is complete when the event has been handed over.</returns>
    /// <remarks>Node: <c>send</c>, <c>write</c>.</remarks>
    Task SendAsync(params ReadOnlySpan<object?> arguments) => EmitAsync("message", arguments);
}
