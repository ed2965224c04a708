namespace SocketIoSharp;

/// <summary>Turns typed delegates into handlers: all arguments are read, in their order, before the delegate runs.</summary>
internal static partial class TypedHandler
{
    public static HandlerCode Of(Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref _) =>
        {
            ((Action)target)();
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of<T>(Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) =>
        {
            ((Action<T>)target)(arguments.Read<T>());
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of<T1, T2>(Action<T1, T2> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) =>
        {
            ((Action<T1, T2>)target)(arguments.Read<T1>(), arguments.Read<T2>());
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of<T1, T2, T3>(Action<T1, T2, T3> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) =>
        {
            ((Action<T1, T2, T3>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>());
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of<T1, T2, T3, T4>(Action<T1, T2, T3, T4> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) =>
        {
            ((Action<T1, T2, T3, T4>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>());
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of<T1, T2, T3, T4, T5>(Action<T1, T2, T3, T4, T5> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) =>
        {
            ((Action<T1, T2, T3, T4, T5>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>());
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of<T1, T2, T3, T4, T5, T6>(Action<T1, T2, T3, T4, T5, T6> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) =>
        {
            ((Action<T1, T2, T3, T4, T5, T6>)target)(
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>());
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of<T1, T2, T3, T4, T5, T6, T7>(Action<T1, T2, T3, T4, T5, T6, T7> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) =>
        {
            ((Action<T1, T2, T3, T4, T5, T6, T7>)target)(
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>());
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of<T1, T2, T3, T4, T5, T6, T7, T8>(Action<T1, T2, T3, T4, T5, T6, T7, T8> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) =>
        {
            ((Action<T1, T2, T3, T4, T5, T6, T7, T8>)target)(
                arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
                arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>());
            return Task.CompletedTask;
        });
    }

    public static HandlerCode Of(Func<Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref _) => ((Func<Task>)target)());
    }

    public static HandlerCode Of<T>(Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => ((Func<T, Task>)target)(arguments.Read<T>()));
    }

    public static HandlerCode Of<T1, T2>(Func<T1, T2, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => ((Func<T1, T2, Task>)target)(arguments.Read<T1>(), arguments.Read<T2>()));
    }

    public static HandlerCode Of<T1, T2, T3>(Func<T1, T2, T3, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => ((Func<T1, T2, T3, Task>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>()));
    }

    public static HandlerCode Of<T1, T2, T3, T4>(Func<T1, T2, T3, T4, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => ((Func<T1, T2, T3, T4, Task>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>()));
    }

    public static HandlerCode Of<T1, T2, T3, T4, T5>(Func<T1, T2, T3, T4, T5, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => ((Func<T1, T2, T3, T4, T5, Task>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>()));
    }

    public static HandlerCode Of<T1, T2, T3, T4, T5, T6>(Func<T1, T2, T3, T4, T5, T6, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => ((Func<T1, T2, T3, T4, T5, T6, Task>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>()));
    }

    public static HandlerCode Of<T1, T2, T3, T4, T5, T6, T7>(Func<T1, T2, T3, T4, T5, T6, T7, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => ((Func<T1, T2, T3, T4, T5, T6, T7, Task>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>()));
    }

    public static HandlerCode Of<T1, T2, T3, T4, T5, T6, T7, T8>(Func<T1, T2, T3, T4, T5, T6, T7, T8, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => ((Func<T1, T2, T3, T4, T5, T6, T7, T8, Task>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>()));
    }
}
