using System.Threading.Tasks.Sources;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>
/// Whoever waits for one direction of a connection. Guarded by the connection's lock, but for the last step of a waiting that has
/// ended: what goes on then goes on outside of it.
/// </summary>
internal struct Waiter<T>
{
    private ManualResetValueTaskSourceCore<T> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;

    public bool IsWaiting { get; private set; }

    /// <summary>Waits; the owner passes the source on, and is called when the token is cancelled.</summary>
    public ValueTask<T> WaitAsync(IValueTaskSource<T> owner, Action<object?> onCancelled, CancellationToken cancellationToken)
    {
        _source.Reset();
        IsWaiting = true;
        if (cancellationToken.CanBeCanceled)
        {
            _token = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(onCancelled, owner);
        }

        return new(owner, _source.Version);
    }

    /// <summary>Ends the waiting; the result follows. Nothing of the application runs here when it goes on asynchronously.</summary>
    public void End(bool isAsynchronous)
    {
        IsWaiting = false;
        _source.RunContinuationsAsynchronously = isAsynchronous;

        // Not Dispose: that would wait for a callback which waits for the lock.
        _registration.Unregister();
        _registration = default;
        _token = default;
    }

    public void SetResult(T result) => _source.SetResult(result);

    public void SetException(Exception error) => _source.SetException(error);

    /// <summary>A token was cancelled, perhaps that of an earlier waiting.</summary>
    public void OnTokenCancelled()
    {
        if (IsWaiting && _token.IsCancellationRequested)
        {
            var error = new OperationCanceledException(_token);
            End(isAsynchronous: true);
            _source.SetException(error);
        }
    }

    public T GetResult(short token) => _source.GetResult(token);

    public readonly ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _source.OnCompleted(continuation, state, token, flags);
}
