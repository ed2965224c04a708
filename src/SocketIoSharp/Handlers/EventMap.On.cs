namespace SocketIoSharp;

public sealed partial class EventMap<THandler>
{
    /// <summary>Handles an event.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the new instance of the class and the event's arguments; those that it does not declare are ignored.</param>
    /// <returns>This.</returns>
    public EventMap<THandler> On(string eventName, Action<THandler> handler)
        => AddAction(eventName, handler, (ref ArgumentReader _) => handler);

    /// <inheritdoc cref="On(string, Action{THandler})"/>
    public EventMap<THandler> On<T>(string eventName, Action<THandler, T> handler)
        => AddAction(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var first = arguments.Read<T>();
            return instance => handler(instance, first);
        });

    /// <inheritdoc cref="On(string, Action{THandler})"/>
    public EventMap<THandler> On<T1, T2>(string eventName, Action<THandler, T1, T2> handler)
        => AddAction(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second) = (arguments.Read<T1>(), arguments.Read<T2>());
            return instance => handler(instance, first, second);
        });

    /// <inheritdoc cref="On(string, Action{THandler})"/>
    public EventMap<THandler> On<T1, T2, T3>(string eventName, Action<THandler, T1, T2, T3> handler)
        => AddAction(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>());
            return instance => handler(instance, first, second, third);
        });

    /// <inheritdoc cref="On(string, Action{THandler})"/>
    public EventMap<THandler> On<T1, T2, T3, T4>(string eventName, Action<THandler, T1, T2, T3, T4> handler)
        => AddAction(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>());
            return instance => handler(instance, first, second, third, fourth);
        });

    /// <inheritdoc cref="On(string, Action{THandler})"/>
    public EventMap<THandler> On<T1, T2, T3, T4, T5>(string eventName, Action<THandler, T1, T2, T3, T4, T5> handler)
        => AddAction(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>());
            return instance => handler(instance, first, second, third, fourth, fifth);
        });

    /// <inheritdoc cref="On(string, Action{THandler})"/>
    public EventMap<THandler> On<T1, T2, T3, T4, T5, T6>(string eventName, Action<THandler, T1, T2, T3, T4, T5, T6> handler)
        => AddAction(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth);
        });

    /// <inheritdoc cref="On(string, Action{THandler})"/>
    public EventMap<THandler> On<T1, T2, T3, T4, T5, T6, T7>(string eventName, Action<THandler, T1, T2, T3, T4, T5, T6, T7> handler)
        => AddAction(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth, seventh) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth, seventh);
        });

    /// <inheritdoc cref="On(string, Action{THandler})"/>
    public EventMap<THandler> On<T1, T2, T3, T4, T5, T6, T7, T8>(string eventName, Action<THandler, T1, T2, T3, T4, T5, T6, T7, T8> handler)
        => AddAction(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth, seventh, eighth) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth, seventh, eighth);
        });

    /// <summary>Handles an event asynchronously; the socket's next event waits until the task completes.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the new instance of the class and the event's arguments; those that it does not declare are ignored.</param>
    /// <returns>This.</returns>
    public EventMap<THandler> On(string eventName, Func<THandler, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader _) => handler);

    /// <inheritdoc cref="On(string, Func{THandler, Task})"/>
    public EventMap<THandler> On<T>(string eventName, Func<THandler, T, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var first = arguments.Read<T>();
            return instance => handler(instance, first);
        });

    /// <inheritdoc cref="On(string, Func{THandler, Task})"/>
    public EventMap<THandler> On<T1, T2>(string eventName, Func<THandler, T1, T2, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second) = (arguments.Read<T1>(), arguments.Read<T2>());
            return instance => handler(instance, first, second);
        });

    /// <inheritdoc cref="On(string, Func{THandler, Task})"/>
    public EventMap<THandler> On<T1, T2, T3>(string eventName, Func<THandler, T1, T2, T3, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>());
            return instance => handler(instance, first, second, third);
        });

    /// <inheritdoc cref="On(string, Func{THandler, Task})"/>
    public EventMap<THandler> On<T1, T2, T3, T4>(string eventName, Func<THandler, T1, T2, T3, T4, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>());
            return instance => handler(instance, first, second, third, fourth);
        });

    /// <inheritdoc cref="On(string, Func{THandler, Task})"/>
    public EventMap<THandler> On<T1, T2, T3, T4, T5>(string eventName, Func<THandler, T1, T2, T3, T4, T5, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>());
            return instance => handler(instance, first, second, third, fourth, fifth);
        });

    /// <inheritdoc cref="On(string, Func{THandler, Task})"/>
    public EventMap<THandler> On<T1, T2, T3, T4, T5, T6>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth);
        });

    /// <inheritdoc cref="On(string, Func{THandler, Task})"/>
    public EventMap<THandler> On<T1, T2, T3, T4, T5, T6, T7>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, T7, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth, seventh) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth, seventh);
        });

    /// <inheritdoc cref="On(string, Func{THandler, Task})"/>
    public EventMap<THandler> On<T1, T2, T3, T4, T5, T6, T7, T8>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, T7, T8, Task> handler)
        => AddTask(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth, seventh, eighth) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth, seventh, eighth);
        });
}
