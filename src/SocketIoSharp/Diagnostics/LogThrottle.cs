namespace SocketIoSharp;

/// <summary>Lets one line a minute into the log, and counts: clients may bring the same one about as often as they like.</summary>
internal sealed class LogThrottle(TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _lastLine;
    private long _count;

    /// <summary>Something has happened again; true when it is to be logged now.</summary>
    /// <param name="count">How often it has happened since the last line, this time included.</param>
    public bool TryPass(out long count)
    {
        lock (_gate)
        {
            count = ++_count;
            if (_lastLine is { } last && time.GetElapsedTime(last) < s_interval)
            {
                return false;
            }

            _lastLine = time.GetTimestamp();
            _count = 0;
            return true;
        }
    }
}
