namespace SocketIoSharp;

/// <summary>What a handler may return as an answer.</summary>
internal static class AnswerType
{
    /// <summary>A task would be sent as an object; <see cref="ValueTask{TResult}"/> and tasks without a result end up here.</summary>
    public static void ThrowIfTask<TResult>(Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var type = typeof(TResult);
        if (type.IsAssignableTo(typeof(Task)) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
        {
            throw new ArgumentException(
                $"A handler of OnWithAck answers with what it returns, and {type.Name} cannot be sent. Return a Task<T> or a plain value, or use On with a parameter of type Ack to answer without a value.",
                nameof(handler));
        }
    }
}
