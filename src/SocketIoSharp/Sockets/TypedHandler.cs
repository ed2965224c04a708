namespace SocketIoSharp;

/// <summary>Turns typed delegates into handlers: all arguments are read, in their order, before the delegate runs.</summary>
internal static partial class TypedHandler
{
    public static EventHandler Of(Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader _) =>
        {
            handler();
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of<T>(Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) =>
        {
            handler(arguments.Read<T>());
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of<T1, T2>(Action<T1, T2> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) =>
        {
            handler(arguments.Read<T1>(), arguments.Read<T2>());
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of<T1, T2, T3>(Action<T1, T2, T3> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) =>
        {
            handler(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>());
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of<T1, T2, T3, T4>(Action<T1, T2, T3, T4> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) =>
        {
            handler(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>());
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of<T1, T2, T3, T4, T5>(Action<T1, T2, T3, T4, T5> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) =>
        {
            handler(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>());
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of<T1, T2, T3, T4, T5, T6>(Action<T1, T2, T3, T4, T5, T6> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) =>
        {
            handler(
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>());
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of<T1, T2, T3, T4, T5, T6, T7>(Action<T1, T2, T3, T4, T5, T6, T7> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) =>
        {
            handler(
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>());
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of<T1, T2, T3, T4, T5, T6, T7, T8>(Action<T1, T2, T3, T4, T5, T6, T7, T8> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) =>
        {
            handler(
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>());
            return Task.CompletedTask;
        };
    }

    public static EventHandler Of(Func<Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader _) => handler();
    }

    public static EventHandler Of<T>(Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) => handler(arguments.Read<T>());
    }

    public static EventHandler Of<T1, T2>(Func<T1, T2, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) => handler(arguments.Read<T1>(), arguments.Read<T2>());
    }

    public static EventHandler Of<T1, T2, T3>(Func<T1, T2, T3, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) => handler(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>());
    }

    public static EventHandler Of<T1, T2, T3, T4>(Func<T1, T2, T3, T4, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) => handler(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>());
    }

    public static EventHandler Of<T1, T2, T3, T4, T5>(Func<T1, T2, T3, T4, T5, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) => handler(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>());
    }

    public static EventHandler Of<T1, T2, T3, T4, T5, T6>(Func<T1, T2, T3, T4, T5, T6, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) => handler(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>());
    }

    public static EventHandler Of<T1, T2, T3, T4, T5, T6, T7>(Func<T1, T2, T3, T4, T5, T6, T7, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) => handler(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>());
    }

    public static EventHandler Of<T1, T2, T3, T4, T5, T6, T7, T8>(Func<T1, T2, T3, T4, T5, T6, T7, T8, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return (ref ArgumentReader arguments) => handler(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>());
    }
}
