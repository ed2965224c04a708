using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>
/// Echoes at a fixed rate, the clients in turn, whether or not the answers keep up. A time begins when the request was due, so
/// that a server that stops for a while is charged for all the requests that fall into the pause.
/// </summary>
internal sealed class PacedScenario(LoadOptions options, Loop loop) : EchoScenario(options, loop, MostOutstanding), ITimed
{
    private const int MostOutstanding = 4096;
    private readonly long _interval = Clock.FromSeconds(1 / options.Rate);
    private int _turn;

    public long NextAt { get; private set; }

    public void OnTime(long now)
    {
        for (; NextAt <= now; NextAt += _interval)
        {
            Pipelines[_turn++ % Pipelines.Length].Send(NextAt);
        }
    }

    protected override void Begin()
    {
        NextAt = Clock.Now;
        Loop.Timed = this;
    }

    protected override void Continue(Pipeline pipeline, long now)
    {
        // The clock alone sends.
    }
}
