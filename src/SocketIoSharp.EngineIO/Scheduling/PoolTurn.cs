using System.Runtime.CompilerServices;

namespace SocketIoSharp.EngineIO;

/// <summary>Awaited, continues behind everything that the thread pool has already been given.</summary>
internal readonly struct PoolTurn : ICriticalNotifyCompletion
{
    public static PoolTurn Next => default;

    public bool IsCompleted => false;

    public PoolTurn GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    // Not the local queue, whose newest item comes first.
    public void UnsafeOnCompleted(Action continuation)
        => ThreadPool.UnsafeQueueUserWorkItem(static continuation => continuation(), continuation, preferLocal: false);
}
