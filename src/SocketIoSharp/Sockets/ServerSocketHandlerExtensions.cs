using SocketIoSharp;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Typed event handlers.</summary>
public static class ServerSocketHandlerExtensions
{
    private static readonly Task<object?[]?> s_nothing = Task.FromResult<object?[]?>(null);

    /// <summary>Handles an event.</summary>
    /// <typeparam name="T">The type of the first argument.</typeparam>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    public static IDisposable On<T>(this IServerSocket socket, string eventName, Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(socket, eventName, (ref EventPayload payload) =>
        {
            handler(payload.Read<T>());
            return s_nothing;
        });
    }

    /// <summary>Handles an event asynchronously; the connection's next event waits until the task completes.</summary>
    /// <typeparam name="T">The type of the first argument.</typeparam>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    public static IDisposable On<T>(this IServerSocket socket, string eventName, Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(socket, eventName, (ref EventPayload payload) => NothingAfterAsync(handler(payload.Read<T>())));
    }

    /// <summary>Handles an event and acknowledges it with what the handler returns.</summary>
    /// <typeparam name="T">The type of the first argument.</typeparam>
    /// <typeparam name="TResult">The type of the answer.</typeparam>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    public static IDisposable OnWithAck<T, TResult>(this IServerSocket socket, string eventName, Func<T, TResult> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(socket, eventName, (ref EventPayload payload) => Task.FromResult<object?[]?>([handler(payload.Read<T>())]));
    }

    /// <summary>Handles an event and acknowledges it with what the handler's task returns.</summary>
    /// <typeparam name="T">The type of the first argument.</typeparam>
    /// <typeparam name="TResult">The type of the answer.</typeparam>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    public static IDisposable OnWithAck<T, TResult>(this IServerSocket socket, string eventName, Func<T, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(socket, eventName, (ref EventPayload payload) => ResultOfAsync(handler(payload.Read<T>())));
    }

    /// <summary>Handles an event of two arguments and acknowledges it with what the handler returns.</summary>
    /// <typeparam name="T1">The type of the first argument.</typeparam>
    /// <typeparam name="T2">The type of the second argument.</typeparam>
    /// <typeparam name="TResult">The type of the answer.</typeparam>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    public static IDisposable OnWithAck<T1, T2, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, TResult> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(socket, eventName, (ref EventPayload payload) => Task.FromResult<object?[]?>([handler(payload.Read<T1>(), payload.Read<T2>())]));
    }

    private static IDisposable Add(IServerSocket socket, string eventName, SocketIoSharp.EventHandler handler)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return ((ServerSocket)socket).Handlers.Add(eventName, handler);
    }

    private static async Task<object?[]?> NothingAfterAsync(Task handling)
    {
        await handling;
        return null;
    }

    private static async Task<object?[]?> ResultOfAsync<TResult>(Task<TResult> handling) => [await handling];
}
