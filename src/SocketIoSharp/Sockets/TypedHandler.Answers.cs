namespace SocketIoSharp;

internal static partial class TypedHandler
{
    public static HandlerCode Answering<TResult>(Func<TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<TResult>)target)()));
    }

    public static HandlerCode Answering<T, TResult>(Func<T, TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<T, TResult>)target)(arguments.Read<T>())));
    }

    public static HandlerCode Answering<T1, T2, TResult>(Func<T1, T2, TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<T1, T2, TResult>)target)(arguments.Read<T1>(), arguments.Read<T2>())));
    }

    public static HandlerCode Answering<T1, T2, T3, TResult>(Func<T1, T2, T3, TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<T1, T2, T3, TResult>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, TResult>(Func<T1, T2, T3, T4, TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<T1, T2, T3, T4, TResult>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, T5, TResult>(Func<T1, T2, T3, T4, T5, TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<T1, T2, T3, T4, T5, TResult>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, T5, T6, TResult>(Func<T1, T2, T3, T4, T5, T6, TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<T1, T2, T3, T4, T5, T6, TResult>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, T5, T6, T7, TResult>(Func<T1, T2, T3, T4, T5, T6, T7, TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<T1, T2, T3, T4, T5, T6, T7, TResult>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(Func<T1, T2, T3, T4, T5, T6, T7, T8, TResult> handler)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerAsync(ref arguments, ((Func<T1, T2, T3, T4, T5, T6, T7, T8, TResult>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>())));
    }

    public static HandlerCode Answering<TResult>(Func<Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<Task<TResult>>)target)()));
    }

    public static HandlerCode Answering<T, TResult>(Func<T, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<T, Task<TResult>>)target)(arguments.Read<T>())));
    }

    public static HandlerCode Answering<T1, T2, TResult>(Func<T1, T2, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<T1, T2, Task<TResult>>)target)(arguments.Read<T1>(), arguments.Read<T2>())));
    }

    public static HandlerCode Answering<T1, T2, T3, TResult>(Func<T1, T2, T3, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<T1, T2, T3, Task<TResult>>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, TResult>(Func<T1, T2, T3, T4, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<T1, T2, T3, T4, Task<TResult>>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, T5, TResult>(Func<T1, T2, T3, T4, T5, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<T1, T2, T3, T4, T5, Task<TResult>>)target)(arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(), arguments.Read<T5>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, T5, T6, TResult>(Func<T1, T2, T3, T4, T5, T6, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<T1, T2, T3, T4, T5, T6, Task<TResult>>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, T5, T6, T7, TResult>(Func<T1, T2, T3, T4, T5, T6, T7, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<T1, T2, T3, T4, T5, T6, T7, Task<TResult>>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>())));
    }

    public static HandlerCode Answering<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(Func<T1, T2, T3, T4, T5, T6, T7, T8, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new HandlerCode(handler, static (target, ref arguments) => AnswerWhenDoneAsync(ref arguments, ((Func<T1, T2, T3, T4, T5, T6, T7, T8, Task<TResult>>)target)(
            arguments.Read<T1>(), arguments.Read<T2>(), arguments.Read<T3>(), arguments.Read<T4>(),
            arguments.Read<T5>(), arguments.Read<T6>(), arguments.Read<T7>(), arguments.Read<T8>())));
    }

    /// <summary>Answers through an <see cref="Ack"/>, whose type has an asynchronous method for the application.</summary>
    public static void Answer<TResult>(Ack ack, TResult answer) => ack.Send(answer);

    private static Task AnswerAsync<TResult>(ref ArgumentReader arguments, TResult answer)
    {
        arguments.Respond(answer);
        return Task.CompletedTask;
    }

    private static Task AnswerWhenDoneAsync<TResult>(ref ArgumentReader arguments, Task<TResult> handling)
#pragma warning disable VSTHRD103 // The result is there.
        => handling.IsCompletedSuccessfully ? AnswerAsync(ref arguments, handling.Result) : AnswerLaterAsync(arguments.GetAck(), handling);
#pragma warning restore VSTHRD103

    private static async Task AnswerLaterAsync<TResult>(Ack ack, Task<TResult> handling) => Answer(ack, await handling);
}
