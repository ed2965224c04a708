namespace SocketIoSharp.TestKit;

/// <summary>
/// The real time, which a test may move ahead: a timeout can be long enough for any machine, and ends when the test has seen
/// what had to come before.
/// </summary>
public sealed class SkippingTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<SkippingTimer> _timers = [];
    private TimeSpan _skipped;

    public override long TimestampFrequency => System.TimestampFrequency;

    private TimeSpan Skipped
    {
        get
        {
            lock (_gate)
            {
                return _skipped;
            }
        }
    }

    public override long GetTimestamp() => System.GetTimestamp() + (long)(Skipped.TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Skipped;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SkippingTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the time ahead; what becomes due by that runs soon, on a thread of the pool.</summary>
    public void Skip(TimeSpan by)
    {
        lock (_gate)
        {
            _skipped += by;
            foreach (var timer in _timers)
            {
                timer.Rearm();
            }
        }
    }

    private sealed class SkippingTimer : ITimer
    {
        private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(20);

        private readonly SkippingTimeProvider _owner;
        private readonly ITimer _timer;
        private long _armed;
        private TimeSpan _dueTime = Timeout.InfiniteTimeSpan;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _isPending;

        public SkippingTimer(SkippingTimeProvider owner, TimerCallback callback, object? state)
        {
            _owner = owner;
            _timer = System.CreateTimer(_ => Fire(callback, state), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_owner._gate)
            {
                (_armed, _dueTime, _period) = (System.GetTimestamp() + SkippedTicks, dueTime, period);
                _isPending = dueTime != Timeout.InfiniteTimeSpan;
                _owner._timers.Add(this);
                return _timer.Change(dueTime, period);
            }
        }

        /// <summary>Waits for what is left; called under the lock.</summary>
        public void Rearm()
        {
            if (_isPending)
            {
                var left = _dueTime - System.GetElapsedTime(_armed, System.GetTimestamp() + SkippedTicks);
                _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, _period);
            }
        }

        public void Dispose()
        {
            lock (_owner._gate)
            {
                _owner._timers.Remove(this);
            }

            _timer.Dispose();
        }

        public async ValueTask DisposeAsync()
        {
            lock (_owner._gate)
            {
                _owner._timers.Remove(this);
            }

            await _timer.DisposeAsync();
        }

        private long SkippedTicks => (long)(_owner._skipped.TotalSeconds * System.TimestampFrequency);

        private void Fire(TimerCallback callback, object? state)
        {
            lock (_owner._gate)
            {
                // Unless it has been set anew meanwhile. A period counts from here on.
                var now = System.GetTimestamp() + SkippedTicks;
                if (_isPending && System.GetElapsedTime(_armed, now) >= _dueTime - s_resolution)
                {
                    (_armed, _dueTime) = (now, _period);
                    _isPending = _period != Timeout.InfiniteTimeSpan && _period != TimeSpan.Zero;
                }
            }

            callback(state);
        }
    }
}
