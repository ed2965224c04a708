namespace SocketIoSharp.EngineIO;

/// <summary>Counts the requests being served, so that a shutdown can wait for them.</summary>
internal sealed class ActiveRequests
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource? _none;

    public void Begin() => Interlocked.Increment(ref _count);

    public void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            lock (_gate)
            {
                _none?.TrySetResult();
                _none = null;
            }
        }
    }

    public Task WhenNoneAsync()
    {
        lock (_gate)
        {
            if (Volatile.Read(ref _count) == 0)
            {
                return Task.CompletedTask;
            }

            var none = _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Volatile.Read(ref _count) == 0)
            {
                none.TrySetResult();
            }

            return none.Task;
        }
    }
}
