namespace SocketIoSharp.EngineIO;

/// <summary>Where sessions are noted that a thread has written to, so that they are flushed together and not one by one.</summary>
internal abstract class FlushMarks
{
    [ThreadStatic]
    private static FlushMarks? t_current;

    /// <summary>Where this thread notes them now; null when it flushes at once.</summary>
    public static FlushMarks? Current
    {
        get => t_current;
        protected set => t_current = value;
    }

    /// <summary>Whether messages are to wait as they are, because writing them to so many sessions would take memory for each at the same time.</summary>
    public virtual bool HoldsMessages => false;

    public abstract void Mark(EngineIOSession session);
}
