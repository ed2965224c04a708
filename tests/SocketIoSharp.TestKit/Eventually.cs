using System.Runtime.CompilerServices;

namespace SocketIoSharp.TestKit;

/// <summary>The one timeout of all tests, in real time: how long something may take that is about to happen.</summary>
public static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for a task; a test that waits in vain fails with the expression it waited for.</summary>
    public static async Task<T> Soon<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await ((Task)task).Soon(what);
        return await task;
    }

    /// <inheritdoc cref="Soon{T}(Task{T}, string)"/>
    public static async Task Soon(this Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException exception) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited {Patience.TotalSeconds} s in vain for: {what}", exception);
        }
    }

    /// <inheritdoc cref="Soon{T}(Task{T}, string)"/>
    public static Task<T> Soon<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string what = "") => task.AsTask().Soon(what);

    /// <inheritdoc cref="Soon{T}(Task{T}, string)"/>
    public static Task Soon(this ValueTask task, [CallerArgumentExpression(nameof(task))] string what = "") => task.AsTask().Soon(what);

    /// <summary>Waits for a state that nobody signals, such as a counter of the server.</summary>
    public static async Task True(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        try
        {
            while (!condition())
            {
                await ticks.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"Waited {Patience.TotalSeconds} s in vain for: {what}", exception);
        }
    }
}
