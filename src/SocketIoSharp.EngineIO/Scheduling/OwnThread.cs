using System.Runtime.CompilerServices;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// Awaited, continues on a thread of its own, so that a long piece of work shares the processors with everybody else's instead of
/// standing before it. Where there are some of these already, it continues where it is.
/// </summary>
internal readonly struct OwnThread : ICriticalNotifyCompletion
{
    private const int MostPerProcessor = 2;

    private static int s_count;

    public static OwnThread IfFree => default;

    public bool IsCompleted => Volatile.Read(ref s_count) >= MostPerProcessor * Environment.ProcessorCount;

    public OwnThread GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        Interlocked.Increment(ref s_count);
        try
        {
            new Thread(Run) { IsBackground = true, Name = "Engine.IO large message" }.UnsafeStart(continuation);
        }
        catch (OutOfMemoryException)
        {
            // The system gives no further thread.
            Interlocked.Decrement(ref s_count);
            ThreadPool.UnsafeQueueUserWorkItem(static continuation => continuation(), continuation, preferLocal: false);
        }
    }

    private static void Run(object? continuation)
    {
        try
        {
            ((Action)continuation!)();
        }
        finally
        {
            Interlocked.Decrement(ref s_count);
        }
    }
}
