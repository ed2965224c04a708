using System.Collections.Immutable;

namespace SocketIoSharp.EngineIO;

/// <summary>A list of listeners that may change while it is being called.</summary>
internal sealed class Listeners<T>
    where T : Delegate
{
    private ImmutableArray<T> _all = [];

    public ImmutableArray<T> All => _all;

    public IDisposable Add(T listener, bool prepend = false)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ImmutableInterlocked.Update(
            ref _all,
            static (all, added) => added.Prepend ? all.Insert(0, added.Listener) : all.Add(added.Listener),
            (Listener: listener, Prepend: prepend));
        return new Registration(this, listener);
    }

    private sealed class Registration(Listeners<T> owner, T listener) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                ImmutableInterlocked.Update(ref owner._all, static (all, listener) => all.Remove(listener), listener);
            }
        }
    }
}
