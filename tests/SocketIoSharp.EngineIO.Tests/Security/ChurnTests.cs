using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Tens of thousands of sessions, opened and abandoned in every state: nothing of them stays.</summary>
public sealed class ChurnTests
{
    private const int SessionCount = 20_000;
    private const int Lanes = 16;

    private static readonly byte[] s_handshake = Encoding.ASCII.GetBytes("GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n");

    [Test]
    public async Task Abandoned_sessions_leave_no_session_no_timer_and_no_memory_behind()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = static options =>
            {
                options.PingInterval = TimeSpan.FromMilliseconds(300);

                // Long enough to come back to a session before it is gone, on a busy machine as well.
                options.PingTimeout = TimeSpan.FromSeconds(3);
                options.UpgradeTimeout = TimeSpan.FromMilliseconds(300);
            },

            // Neither the log nor the handler may remember what has happened.
            Services = static builder => builder.Logging.SetMinimumLevel(LogLevel.Warning),
            Handler = new ForgetfulEcho(),
        });
        await ChurnAsync(engine, SessionCount / 20);
        var before = await MeasureAsync(engine);
        var watch = Stopwatch.StartNew();

        await ChurnAsync(engine, SessionCount);

        var after = await MeasureAsync(engine);
        await TestContext.Out.WriteLineAsync($"{SessionCount} sessions in {watch.Elapsed.TotalSeconds:F1} s; heap {before} -> {after}");
        Assert.That(engine.Server.ClientsCount, Is.Zero);
        Assert.That(engine.Clock.Count, Is.Zero);
        Assert.That(after - before, Is.LessThan(3_000_000), "less than 150 bytes for each session");
    }

    private static async Task ChurnAsync(HostedEngine engine, int count)
    {
        var lanes = Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => RunLaneAsync(engine.Address, lane, count / Lanes)));
        await Task.WhenAll(lanes);
    }

    /// <summary>One socket at a time: a share of the sessions in each state, told apart by their number.</summary>
    private static async Task RunLaneAsync(Uri address, int lane, int count)
    {
        var kept = await RawHttpConnection.ConnectAsync(address);
        for (var i = 0; i < count; i++)
        {
            switch ((i + lane) % 10)
            {
                case 0:
                    await AbandonPollAsync(address);
                    break;
                case 1:
                    await AbandonUpgradeAsync(address, await HandshakeAsync(kept));
                    break;
                case 2:
                    await AbandonPostAsync(address, await HandshakeAsync(kept));
                    break;
                case 3:
                    await AbandonWebSocketAsync(address);
                    break;
                case 4:
                    // A message and its echo, which nobody fetches.
                    await PostAsync(kept, await HandshakeAsync(kept));
                    break;
                default:
                    await HandshakeAsync(kept);
                    break;
            }
        }

        await kept.DisposeAsync();
    }

    private static async Task<string> HandshakeAsync(RawHttpConnection connection)
    {
        await connection.WriteAsync(s_handshake);
        return OpenPacket.ReadSid((await connection.ReadResponseAsync()).Body);
    }

    private static async Task PostAsync(RawHttpConnection connection, string sid)
    {
        await connection.WriteAsync($"POST /engine.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n4hello");
        await connection.ReadResponseAsync();
    }

    private static async Task AbandonPollAsync(Uri address)
    {
        var connection = await RawHttpConnection.ConnectAsync(address);
        var sid = await HandshakeAsync(connection);
        await connection.WriteAsync($"GET /engine.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        connection.Reset();
    }

    private static async Task AbandonUpgradeAsync(Uri address, string sid)
    {
        var probe = await RawWebSocket.ConnectAsync(address, $"/engine.io/?EIO=4&transport=websocket&sid={sid}");
        await probe.SendAsync("2probe");
        probe.Reset();
    }

    private static async Task AbandonPostAsync(Uri address, string sid)
    {
        var connection = await RawHttpConnection.ConnectAsync(address);
        await connection.WriteAsync($"POST /engine.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n4hal");
        connection.Reset();
    }

    private static async Task AbandonWebSocketAsync(Uri address)
    {
        var webSocket = await RawWebSocket.ConnectAsync(address, "/engine.io/?EIO=4&transport=websocket");
        webSocket.Reset();
    }

    private static async Task<long> MeasureAsync(HostedEngine engine)
    {
        await Eventually.True(() => engine.Server.ClientsCount == 0 && engine.Clock.Count == 0);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
