using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Lists of listeners that exist once somebody listens: most sockets have few of them.</summary>
internal static class ListenerFields
{
    public static Listeners<T> Ensure<T>(ref Listeners<T>? field)
        where T : Delegate
        => field ?? Interlocked.CompareExchange(ref field, new Listeners<T>(), null) ?? field;
}
