using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Measuring;

/// <summary>
/// Runtimes compile the busy code again while it runs, on the core that the server is pinned to, which takes many seconds:
/// lets the load run until a message does not get cheaper any more.
/// </summary>
internal static class WarmUp
{
    // A window of a second has a hundred ticks of the kernel's clock at most, so less than this is noise.
    private const double SmallestGain = 0.98;
    private const int WindowsWithoutGain = 3;

    /// <summary>Runs windows of one second; gives the number of seconds that it took.</summary>
    public static int Run(Loop loop, Meter meter, int minimum, int maximum)
    {
        var best = double.PositiveInfinity;
        var withoutGain = 0;
        for (var second = 1; second <= maximum; second++)
        {
            meter.Start();
            loop.RunFor(1);
            var cost = meter.Stop().CpuPerMessage;
            withoutGain = cost < best * SmallestGain ? 0 : withoutGain + 1;
            best = Math.Min(best, cost);
            if (second >= minimum && withoutGain >= WindowsWithoutGain)
            {
                return second;
            }
        }

        return maximum;
    }
}
