using Microsoft.Extensions.DependencyInjection;
using System.Text;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Published weaknesses of other servers that lie in lost, broken and abandoned connections, each tried on ours.</summary>
public sealed class ConnectionLedgerTests
{
    private const string Polling = "GET /engine.io/?EIO=4&transport=polling";
    private const string WebSocket = "/engine.io/?EIO=4&transport=websocket";

    private static readonly WebSocketEngine[] s_engines = Enum.GetValues<WebSocketEngine>();

    // A frame with reserved bits, at each step of a session's life on a WebSocket.
    [Test]
    public async Task Cve_2022_21676_a_bad_frame_closes_its_own_connection_only([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine, [Values(0, 1, 2, 3)] int step)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        await using var bystander = engine.CreateClient();
        var neighbour = await bystander.ConnectAsync();
        var bad = RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "4x"u8.ToArray(), reserved: 7);
        await using var client = engine.CreateClient();

        switch (step)
        {
            case 0:
                // In the same segment as the request of the upgrade.
                await using (var connection = await RawHttpConnection.ConnectAsync(engine.Address))
                {
                    var head = $"GET {WebSocket} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
                    await connection.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. bad]);
                    Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(101));
                }

                break;
            case 1:
                await (await client.ConnectAsync()).Connection.WriteAsync(bad);
                break;
            case 2:
                await client.HandshakeAsync();
                await (await client.OpenProbeAsync()).Connection.WriteAsync(bad);
                break;
            default:
                await client.HandshakeAsync();
                await (await client.UpgradeAsync()).Connection.WriteAsync(bad);
                break;
        }

        if (step != 2)
        {
            Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
        }
        else
        {
            await Eventually.True(() => engine.Server.FindSession(client.Sid) is { IsUpgrading: false });
            await client.PostAsync("4polling goes on");
            Assert.That(await client.GetAsync(), Is.EqualTo("4polling goes on"));
        }

        await neighbour.SendAsync("4alive");
        Assert.That(await neighbour.ReceiveAsync(), Is.EqualTo("4alive"));
    }

    // A reset after each part of the bytes of a handshake and of what follows it.
    [Test]
    public async Task Cve_2022_41940_a_reset_at_every_point_of_the_handshake_leaves_the_server_serving([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        byte[] Script(string target) =>
        [
            .. Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            .. RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "2probe"u8.ToArray()),
            .. RawWebSocket.CreateFrame(RawWebSocket.TextFrame, "4never for long"u8.ToArray(), isFinal: false),
        ];

        foreach (var target in new[] { WebSocket, $"{WebSocket}&sid={client.Sid}" })
        {
            var script = Script(target);
            for (var length = 1; length <= script.Length; length += length < 200 ? 23 : 1)
            {
                var connection = await RawHttpConnection.ConnectAsync(engine.Address);
                await connection.WriteAsync(script.AsMemory(0, length));
                connection.Reset();
            }
        }

        await engine.AssertServesAsync();
        await Eventually.True(() => engine.Server.ClientsCount == 1);
        await client.PostAsync("4still here");
        Assert.That(await client.GetAsync(), Is.EqualTo("4still here"));
    }

    [Test]
    public async Task Cve_2022_41940_a_reset_after_the_101_and_at_the_hand_over_leaves_the_server_serving([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        for (var i = 0; i < 10; i++)
        {
            (await RawWebSocket.ConnectAsync(engine.Address, WebSocket)).Reset();
            await engine.Handler.NextCloseAsync();
            await using var client = engine.CreateClient();
            await client.HandshakeAsync();
            var webSocket = await client.UpgradeAsync();
            await Eventually.True(() => engine.Server.FindSession(client.Sid) is { IsUpgraded: true });
            webSocket.Reset();
            Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
        }

        await engine.AssertServesAsync();
        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task Engine_6_6_8_an_upgrade_that_never_finishes_is_reaped([ValueSource(nameof(s_engines))] WebSocketEngine webSocketEngine, [Values] bool isProbed)
    {
        var time = new SkippingTimeProvider();
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = options => options.WebSocketEngine = webSocketEngine,
            Services = builder => builder.Services.AddSingleton<TimeProvider>(time),
        });
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();

        var probe = isProbed ? await client.ProbeAsync() : await client.OpenProbeAsync();
        time.Skip(engine.Server.Options.UpgradeTimeout);

        Assert.That(await probe.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(engine.Server.FindSession(client.Sid), Has.Property(nameof(IEngineIOSession.IsUpgrading)).False);
        await using var second = await client.UpgradeAsync();
        await second.SendAsync("4second attempt");
        Assert.That(await second.ReceiveAsync(), Is.EqualTo("4second attempt"));
    }

    // The sentence "abandoned sessions lived on" is tested at scale in ChurnTests; here, each state by itself.
    [Test]
    public async Task Socketioxide_731_an_abandoned_session_dies_by_its_ping_timeout_in_every_state([Values] SessionKind kind)
    {
        var time = new SkippingTimeProvider();
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = static options =>
            {
                options.AllowEIO3 = true;
                options.MaxMessageTime = TimeSpan.FromHours(1);
            },
            Services = builder => builder.Services.AddSingleton<TimeProvider>(time),
        });
        await using var client = engine.CreateClient(protocol: kind == SessionKind.ProtocolThree ? 3 : 4);
        switch (kind)
        {
            case SessionKind.WebSocket:
                await client.ConnectAsync();
                break;
            case SessionKind.Probed:
                await client.HandshakeAsync();
                await client.ProbeAsync();
                break;
            case SessionKind.Upgraded:
                await client.HandshakeAsync();
                await client.UpgradeAsync();
                break;
            case SessionKind.MidPost:
                await client.HandshakeAsync();
                await client.BeginPostAsync(100, "4half");
                break;
            case SessionKind.MidMessage:
                await (await client.ConnectAsync()).SendFrameAsync(RawWebSocket.TextFrame, "4half"u8.ToArray(), isFinal: false);
                break;
            default:
                await client.HandshakeAsync();
                break;
        }

        // The time of the answer begins with the ping: one step for each.
        await Eventually.True(() =>
        {
            time.Skip(TimeSpan.FromSeconds(1));
            return engine.Server.ClientsCount == 0;
        });

        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.PingTimeout));
        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    public enum SessionKind
    {
        Polling,
        ProtocolThree,
        WebSocket,
        Probed,
        Upgraded,
        MidPost,
        MidMessage,
    }
}
