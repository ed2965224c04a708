using System.Runtime.CompilerServices;

namespace SocketIoSharp;

/// <summary>Sends events to one client and asks it for answers. Immutable: every modifier gives a new operator.</summary>
public interface ISocketOperator : IEmitter
{
    /// <summary>Events are dropped when the client cannot take them at once.</summary>
    /// <remarks>Node: <c>volatile</c>.</remarks>
    ISocketOperator Volatile { get; }

    /// <summary>Whether the transport may compress the events.</summary>
    /// <param name="compress">True is the default.</param>
    /// <remarks>Node: <c>compress</c>.</remarks>
    ISocketOperator Compress(bool compress);

    /// <summary>How long answers are waited for.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <remarks>Node: <c>timeout</c>.</remarks>
    ISocketOperator Timeout(TimeSpan timeout);

    /// <summary>Sends an event with one argument and waits for the client's answer.</summary>
    /// <typeparam name="T">The type of the answer's first argument.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="argument">The argument.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="AckTimeoutException">No answer came in time.</exception>
    /// <exception cref="SocketDisconnectedException">The client has gone.</exception>
    /// <remarks>Node: <c>emitWithAck</c>.</remarks>
    [OverloadResolutionPriority(1)]
    Task<T> EmitWithAckAsync<T>(string eventName, object? argument);

    /// <summary>Sends an event and waits for the client's answer.</summary>
    /// <typeparam name="T">The type of the answer's first argument.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The answer.</returns>
    Task<T> EmitWithAckAsync<T>(string eventName, params ReadOnlySpan<object?> arguments);

    /// <summary>Sends an event and waits for the client's answer, or until it is no longer wanted.</summary>
    /// <typeparam name="T">The type of the answer's first argument.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">Ends the wait; the event has been sent.</param>
    /// <returns>The answer.</returns>
    Task<T> EmitWithAckAsync<T>(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken);

    /// <summary>Sends an event with one argument and waits for all the arguments of the client's answer.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="argument">The argument; an array is sent as one argument that is an array.</param>
    /// <returns>The arguments of the answer.</returns>
    [OverloadResolutionPriority(1)]
    Task<EventArguments> EmitWithAckAsync(string eventName, object? argument);

    /// <summary>Sends an event and waits for all the arguments of the client's answer.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The arguments of the answer.</returns>
    Task<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments);

    /// <summary>Sends an event and waits for all the arguments of the client's answer, or until it is no longer wanted.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">Ends the wait; the event has been sent.</param>
    /// <returns>The arguments of the answer.</returns>
    Task<EventArguments> EmitWithAckAsync(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken);
}
