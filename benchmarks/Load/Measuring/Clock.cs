using System.Diagnostics;

namespace SocketIoSharp.BenchmarkLoad.Measuring;

/// <summary>Nanoseconds of a clock that never goes back.</summary>
internal static class Clock
{
    public const long Second = 1_000_000_000;
    public const long Millisecond = 1_000_000;

    // On Linux the stopwatch counts nanoseconds.
    public static long Now => Stopwatch.GetTimestamp();

    public static long FromSeconds(double seconds) => (long)(seconds * Second);
}
