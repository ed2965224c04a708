using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>
/// The in-memory server, which WebApplicationFactory uses too: it has neither a connection's pipe nor an upgrade, only
/// WebSockets of its own.
/// </summary>
public sealed class TestHostTests
{
    [Test]
    public async Task A_session_on_polling([Values] bool usesWebSockets)
    {
        await using var engine = await HostedEngine.StartAsync(Setup(usesWebSockets));
        using var http = engine.App.GetTestClient();
        var peer = new PollingPeer(http);

        using var handshake = await peer.HandshakeAsync();
        var held = peer.PollAsync();
        await peer.PostAsync("4hello");

        Assert.That(await held, Is.EqualTo("4hello"));
        await peer.PostAsync("1");
        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
    }

    [Test]
    public async Task A_session_on_websocket([Values] bool usesWebSockets, [Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(Setup(usesWebSockets, webSocketEngine));
        using var webSocket = await ConnectAsync(engine);

        await webSocket.ProveSessionAsync();

        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
    }

    [Test]
    public async Task The_upgrade_from_polling()
    {
        await using var engine = await HostedEngine.StartAsync(Setup(usesWebSockets: false));
        using var http = engine.App.GetTestClient();
        var peer = new PollingPeer(http);
        using var handshake = await peer.HandshakeAsync();
        using var webSocket = await ConnectAsync(engine, peer.Sid);

        await webSocket.ProveUpgradeAsync(peer);

        Assert.That(engine.Server.FindSession(peer.Sid), Has.Property(nameof(IEngineIOSession.IsUpgraded)).True);
        await webSocket.CloseQuietlyAsync();
    }

    [Test]
    public async Task A_poll_that_the_client_gives_up()
    {
        await using var engine = await HostedEngine.StartAsync(Setup(usesWebSockets: false));
        using var http = engine.App.GetTestClient();
        var peer = new PollingPeer(http);
        using var handshake = await peer.HandshakeAsync();
        using var patience = new CancellationTokenSource();
        var poll = http.GetAsync(peer.Target, patience.Token);
        await TestKit.Eventually.True(() => engine.Server.FindSession(peer.Sid)?.IsWritable == true);

        await patience.CancelAsync();

        Assert.That(async () => await poll, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await engine.Handler.NextCloseAsync()).Details, Is.EqualTo("poll connection closed prematurely"));
    }

    [Test]
    public async Task The_shutdown_with_sessions_on_both_transports()
    {
        var engine = await HostedEngine.StartAsync(Setup(usesWebSockets: false));
        using var http = engine.App.GetTestClient();
        var peer = new PollingPeer(http);
        using var handshake = await peer.HandshakeAsync();
        using var webSocket = await ConnectAsync(engine);
        var held = peer.PollAsync();
        await TestKit.Eventually.True(() => engine.Server.FindSession(peer.Sid)?.IsWritable == true);
        OpenPacket.ReadSid(await webSocket.ReceiveTextAsync());

        var stopping = engine.DisposeAsync();

        Assert.That(await held, Is.EqualTo("1"));
        Assert.That(await webSocket.ReceiveTextAsync(), Is.EqualTo("close"));
        Assert.That(webSocket.CloseStatus, Is.EqualTo(WebSocketCloseStatus.NormalClosure));
        await webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await stopping;
    }

    private static EngineSetup Setup(bool usesWebSockets, WebSocketEngine webSocketEngine = WebSocketEngine.Default) => new()
    {
        IsInMemory = true,
        Options = options => options.WebSocketEngine = webSocketEngine,
        Before = app =>
        {
            if (usesWebSockets)
            {
                app.UseWebSockets();
            }
        },
    };

    private static async Task<WebSocket> ConnectAsync(HostedEngine engine, string? sid = null)
    {
        var target = "ws://localhost/engine.io/?EIO=4&transport=websocket" + (sid is null ? "" : "&sid=" + sid);
        return await engine.App.GetTestServer().CreateWebSocketClient().ConnectAsync(new Uri(target), CancellationToken.None);
    }
}
