using System.Collections.Concurrent;

namespace SocketIoSharp;

/// <summary>Work that must be done before its owner closes.</summary>
internal sealed class PendingTasks
{
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();

    public Task AddAsync(Task task)
    {
        if (!task.IsCompleted)
        {
            _tasks.TryAdd(task, true);
            _ = task.ContinueWith(done => _tasks.TryRemove(done, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return task;
    }

    /// <summary>Waits for all; whether they have failed is the matter of whoever has added them.</summary>
    public async Task WhenAllAsync(CancellationToken cancellationToken)
    {
        foreach (var task in _tasks.Keys)
        {
            await ((Task)task.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
