using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Whether Redis is there; logs and counts the changes. The bus alone changes it.</summary>
internal sealed partial class RedisBusState(ILogger logger, RedisMetrics metrics, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Listeners<Action<bool>> _listeners = new();
    private TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _downSince = time.GetTimestamp();
    private bool _isUp;
    private bool _wasUp;
    private bool _isClosed;

    /// <summary>Whether commands go through and all subscriptions are in place.</summary>
    public bool IsUp => Volatile.Read(ref _isUp);

    /// <summary>How long Redis has been away; zero when it is there.</summary>
    public TimeSpan DownFor => IsUp ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref _downSince));

    /// <summary>Runs when Redis is back, and when it is away. The listener must be quick.</summary>
    public IDisposable OnChanged(Action<bool> listener) => _listeners.Add(listener);

    /// <summary>Complete as soon as Redis is there.</summary>
    public Task WhenUpAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _up.Task.WaitAsync(cancellationToken);
        }
    }

    public void SetUp()
    {
        lock (_gate)
        {
            if (_isUp || _isClosed)
            {
                return;
            }

            if (_wasUp)
            {
                Log.UpAgain(logger, time.GetElapsedTime(_downSince));
            }
            else
            {
                Log.Up(logger);
            }

            _wasUp = true;
            Volatile.Write(ref _isUp, true);
            _up.TrySetResult();
        }

        metrics.ConnectionChanged(isUp: true);
        Notify(isUp: true);
    }

    /// <summary>Redis is away.</summary>
    /// <param name="reason">Why, as far as that is known; shown in the log.</param>
    public void SetDown(string reason)
    {
        lock (_gate)
        {
            if (!_isUp)
            {
                return;
            }

            Log.Down(logger, reason);
            Volatile.Write(ref _downSince, time.GetTimestamp());
            Volatile.Write(ref _isUp, false);
            _up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        metrics.ConnectionChanged(isUp: false);
        Notify(isUp: false);
    }

    /// <summary>The server stops: nobody is told that anything is wrong, and nobody waits any longer.</summary>
    public void Close()
    {
        bool wasUp;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            wasUp = _isUp;
            Volatile.Write(ref _isUp, false);
            _up = _up.Task.IsCompleted ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : _up;
            _up.TrySetException(new RedisUnavailableException("The connection to Redis was closed: its server has stopped."));

            // Most often nobody looks.
            _ = _up.Task.Exception;
        }

        if (wasUp)
        {
            metrics.ConnectionChanged(isUp: false);
        }
    }

    private void Notify(bool isUp)
    {
        foreach (var listener in _listeners.All)
        {
            try
            {
                listener(isUp);
            }
#pragma warning disable CA1031 // What a listener cannot bear must neither keep it from the others nor end the connecting.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.ListenerFailed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Redis is there.", EventName = nameof(Up))]
        public static partial void Up(ILogger logger);

        [LoggerMessage(3, LogLevel.Information, "Redis is there again after {Elapsed}; all subscriptions are in place.", EventName = nameof(UpAgain))]
        public static partial void UpAgain(ILogger logger, TimeSpan elapsed);

        [LoggerMessage(3, LogLevel.Error, "Working on the news that Redis is there, or away, failed.", EventName = nameof(ListenerFailed))]
        public static partial void ListenerFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Redis is away: {Reason}. Events reach the clients of this server only until it is back; what is not published is counted.", EventName = nameof(Down))]
        public static partial void Down(ILogger logger, string reason);
    }
}
