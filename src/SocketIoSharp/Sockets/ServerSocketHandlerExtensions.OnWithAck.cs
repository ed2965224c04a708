using SocketIoSharp;

namespace Microsoft.AspNetCore.Builder;

public static partial class ServerSocketHandlerExtensions
{
    /// <summary>Handles an event and answers it with what the handler returns.</summary>
    /// <typeparam name="TResult">The type of the answer.</typeparam>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the event's arguments; those that it does not declare are ignored.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>on</c>, whose listener calls the callback.</remarks>
    public static IEventRegistration OnWithAck<TResult>(this IServerSocket socket, string eventName, Func<TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{TResult})"/>
    public static IEventRegistration OnWithAck<T, TResult>(this IServerSocket socket, string eventName, Func<T, TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{TResult})"/>
    public static IEventRegistration OnWithAck<T1, T2, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{TResult})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{TResult})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{TResult})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, T5, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{TResult})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, T5, T6, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{TResult})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, T5, T6, T7, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, T7, TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{TResult})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, T7, T8, TResult> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <summary>Handles an event asynchronously and answers it with the task's result.</summary>
    /// <typeparam name="TResult">The type of the answer.</typeparam>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the event's arguments; those that it does not declare are ignored.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>on</c>, whose listener calls the callback.</remarks>
    public static IEventRegistration OnWithAck<TResult>(this IServerSocket socket, string eventName, Func<Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{Task{TResult}})"/>
    public static IEventRegistration OnWithAck<T, TResult>(this IServerSocket socket, string eventName, Func<T, Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{Task{TResult}})"/>
    public static IEventRegistration OnWithAck<T1, T2, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{Task{TResult}})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{Task{TResult}})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{Task{TResult}})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, T5, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{Task{TResult}})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, T5, T6, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{Task{TResult}})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, T5, T6, T7, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, T7, Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));

    /// <inheritdoc cref="OnWithAck{TResult}(IServerSocket, string, Func{Task{TResult}})"/>
    public static IEventRegistration OnWithAck<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, T7, T8, Task<TResult>> handler)
        => Add(socket, eventName, TypedHandler.Answering(handler));
}
