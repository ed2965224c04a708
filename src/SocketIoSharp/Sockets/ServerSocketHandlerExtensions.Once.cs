using SocketIoSharp;

namespace Microsoft.AspNetCore.Builder;

public static partial class ServerSocketHandlerExtensions
{
    /// <summary>Handles the next event of that name, and no further one.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the event's arguments; those that it does not declare are ignored.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>once</c>.</remarks>
    public static IEventRegistration Once(this IServerSocket socket, string eventName, Action handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Action)"/>
    public static IEventRegistration Once<T>(this IServerSocket socket, string eventName, Action<T> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Action)"/>
    public static IEventRegistration Once<T1, T2>(this IServerSocket socket, string eventName, Action<T1, T2> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Action)"/>
    public static IEventRegistration Once<T1, T2, T3>(this IServerSocket socket, string eventName, Action<T1, T2, T3> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Action)"/>
    public static IEventRegistration Once<T1, T2, T3, T4>(this IServerSocket socket, string eventName, Action<T1, T2, T3, T4> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Action)"/>
    public static IEventRegistration Once<T1, T2, T3, T4, T5>(this IServerSocket socket, string eventName, Action<T1, T2, T3, T4, T5> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Action)"/>
    public static IEventRegistration Once<T1, T2, T3, T4, T5, T6>(this IServerSocket socket, string eventName, Action<T1, T2, T3, T4, T5, T6> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Action)"/>
    public static IEventRegistration Once<T1, T2, T3, T4, T5, T6, T7>(this IServerSocket socket, string eventName, Action<T1, T2, T3, T4, T5, T6, T7> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Action)"/>
    public static IEventRegistration Once<T1, T2, T3, T4, T5, T6, T7, T8>(this IServerSocket socket, string eventName, Action<T1, T2, T3, T4, T5, T6, T7, T8> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <summary>Handles the next event of that name asynchronously, and no further one.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the event's arguments; those that it does not declare are ignored.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>once</c>.</remarks>
    public static IEventRegistration Once(this IServerSocket socket, string eventName, Func<Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Func{Task})"/>
    public static IEventRegistration Once<T>(this IServerSocket socket, string eventName, Func<T, Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Func{Task})"/>
    public static IEventRegistration Once<T1, T2>(this IServerSocket socket, string eventName, Func<T1, T2, Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Func{Task})"/>
    public static IEventRegistration Once<T1, T2, T3>(this IServerSocket socket, string eventName, Func<T1, T2, T3, Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Func{Task})"/>
    public static IEventRegistration Once<T1, T2, T3, T4>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Func{Task})"/>
    public static IEventRegistration Once<T1, T2, T3, T4, T5>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Func{Task})"/>
    public static IEventRegistration Once<T1, T2, T3, T4, T5, T6>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Func{Task})"/>
    public static IEventRegistration Once<T1, T2, T3, T4, T5, T6, T7>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, T7, Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);

    /// <inheritdoc cref="Once(IServerSocket, string, Func{Task})"/>
    public static IEventRegistration Once<T1, T2, T3, T4, T5, T6, T7, T8>(this IServerSocket socket, string eventName, Func<T1, T2, T3, T4, T5, T6, T7, T8, Task> handler)
        => Add(socket, eventName, TypedHandler.Of(handler), isOnce: true);
}
