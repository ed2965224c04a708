namespace SocketIoSharp;

public sealed partial class EventMap<THandler>
{
    /// <summary>Handles an event and answers it with what the handler returns.</summary>
    /// <typeparam name="TResult">The type of the answer.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the new instance of the class and the event's arguments; those that it does not declare are ignored.</param>
    /// <returns>This.</returns>
    public EventMap<THandler> OnWithAck<TResult>(string eventName, Func<THandler, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader _) => handler);

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, TResult})"/>
    public EventMap<THandler> OnWithAck<T, TResult>(string eventName, Func<THandler, T, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var first = arguments.Read<T>();
            return instance => handler(instance, first);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, TResult})"/>
    public EventMap<THandler> OnWithAck<T1, T2, TResult>(string eventName, Func<THandler, T1, T2, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second) = (arguments.Read<T1>(), arguments.Read<T2>());
            return instance => handler(instance, first, second);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, TResult})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, TResult>(string eventName, Func<THandler, T1, T2, T3, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>());
            return instance => handler(instance, first, second, third);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, TResult})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>());
            return instance => handler(instance, first, second, third, fourth);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, TResult})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, T5, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, T5, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>());
            return instance => handler(instance, first, second, third, fourth, fifth);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, TResult})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, T5, T6, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, TResult})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, T5, T6, T7, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, T7, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth, seventh) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth, seventh);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, TResult})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, T7, T8, TResult> handler)
        => AddResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth, seventh, eighth) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth, seventh, eighth);
        });

    /// <summary>Handles an event asynchronously and answers it with the task's result.</summary>
    /// <typeparam name="TResult">The type of the answer.</typeparam>
    /// <param name="eventName">The event's name.</param>
    /// <param name="handler">Receives the new instance of the class and the event's arguments; those that it does not declare are ignored.</param>
    /// <returns>This.</returns>
    public EventMap<THandler> OnWithAck<TResult>(string eventName, Func<THandler, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader _) => handler);

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, Task{TResult}})"/>
    public EventMap<THandler> OnWithAck<T, TResult>(string eventName, Func<THandler, T, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var first = arguments.Read<T>();
            return instance => handler(instance, first);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, Task{TResult}})"/>
    public EventMap<THandler> OnWithAck<T1, T2, TResult>(string eventName, Func<THandler, T1, T2, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second) = (arguments.Read<T1>(), arguments.Read<T2>());
            return instance => handler(instance, first, second);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, Task{TResult}})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, TResult>(string eventName, Func<THandler, T1, T2, T3, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>());
            return instance => handler(instance, first, second, third);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, Task{TResult}})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>());
            return instance => handler(instance, first, second, third, fourth);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, Task{TResult}})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, T5, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, T5, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth) = (arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>());
            return instance => handler(instance, first, second, third, fourth, fifth);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, Task{TResult}})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, T5, T6, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, Task{TResult}})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, T5, T6, T7, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, T7, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth, seventh) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth, seventh);
        });

    /// <inheritdoc cref="OnWithAck{TResult}(string, Func{THandler, Task{TResult}})"/>
    public EventMap<THandler> OnWithAck<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(string eventName, Func<THandler, T1, T2, T3, T4, T5, T6, T7, T8, Task<TResult>> handler)
        => AddTaskResult<TResult>(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var (first, second, third, fourth, fifth, sixth, seventh, eighth) = (
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>());
            return instance => handler(instance, first, second, third, fourth, fifth, sixth, seventh, eighth);
        });
}
