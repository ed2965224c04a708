using SocketIoSharp.BenchmarkLoad.Dialects;
using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>Echoes over HTTP long-polling: a message is a POST and the GET that brings the answer. Both are answered before the next.</summary>
internal sealed class PollingScenario : Scenario
{
    private readonly PollingClient[] _clients;

    public PollingScenario(LoadOptions options, Loop loop)
        : base(options, loop)
    {
        if (Dialect is not SocketIODialect)
        {
            throw new LoadException("only Socket.IO has polling here");
        }

        var exchange = Dialect.Echo(options.Bytes);
        _clients = [.. Enumerable.Range(0, options.Connections).Select(number => new PollingClient(loop, exchange.Request[0], number, OnAnswered))];
    }

    protected override bool IsDrained => Array.TrueForAll(_clients, client => client.IsReady);

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now) => throw Unexpected(data);

    protected override void Open()
    {
        foreach (var client in _clients)
        {
            client.Open();
        }

        if (!Loop.RunUntil(Clock.Now + (20 * Clock.Second), () => IsDrained))
        {
            throw new LoadException("not all polling clients became ready");
        }
    }

    protected override void Begin()
    {
        foreach (var client in _clients)
        {
            client.Send(Clock.Now);
        }
    }

    private void OnAnswered(PollingClient client, long sentAt, long now)
    {
        Count(sentAt, now);
        if (IsLoading)
        {
            client.Send(now);
        }
    }
}
