namespace SocketIoSharp.BenchmarkLoad.Measuring;

/// <summary>What happened between two moments: messages, and the processor time of the server and of this program.</summary>
internal sealed record Window(double Seconds, long Messages, double UserMicroseconds, double SystemMicroseconds, double GeneratorMicroseconds)
{
    public double ServerMicroseconds => UserMicroseconds + SystemMicroseconds;

    public double CpuPerMessage => Messages == 0 ? double.PositiveInfinity : ServerMicroseconds / Messages;
}

/// <summary>Measures windows of a load that is running.</summary>
internal sealed class Meter(ProcessCpu server, Func<long> countMessages)
{
    private long _startedAt;
    private long _messages;
    private (double User, double System) _times;
    private double _generator;

    private static double GeneratorTime => Environment.CpuUsage.TotalTime.TotalMicroseconds;

    public void Start()
    {
        _times = server.ReadTimes();
        _generator = GeneratorTime;
        _messages = countMessages();
        _startedAt = Clock.Now;
    }

    public Window Stop()
    {
        var seconds = (Clock.Now - _startedAt) / (double)Clock.Second;
        var (user, system) = server.ReadTimes();
        return new Window(seconds, countMessages() - _messages, user - _times.User, system - _times.System, GeneratorTime - _generator);
    }
}
