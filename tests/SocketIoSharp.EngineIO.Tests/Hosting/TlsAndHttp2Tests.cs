using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>The same life of a session over TLS and over HTTP/2, with and without TLS, and where WebSockets leave the HTTP layer behind.</summary>
[TestFixtureSource(nameof(Fixtures))]
public sealed class TlsAndHttp2Tests(bool isTls, bool isHttp2, WebSocketEngine webSocketEngine, bool isLean)
{
    private static readonly object[] Fixtures =
    [
        new object[] { true, false, WebSocketEngine.Default, false },
        new object[] { true, false, WebSocketEngine.System, false },
        new object[] { true, true, WebSocketEngine.Default, false },
        new object[] { true, true, WebSocketEngine.System, false },
        new object[] { false, true, WebSocketEngine.Default, false },
        new object[] { false, true, WebSocketEngine.System, false },
        new object[] { false, false, WebSocketEngine.Default, true },
        new object[] { true, false, WebSocketEngine.Default, true },
        new object[] { true, false, WebSocketEngine.System, true },
        new object[] { true, true, WebSocketEngine.Default, true },
    ];

    private HostedEngine _engine = null!;

    private HttpClient Http { get; set; } = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = options =>
            {
                options.WebSocketEngine = webSocketEngine;
                options.Cookie = EngineIOCookie.CreateDefault();
                options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                options.PerMessageDeflate = new PerMessageDeflateOptions();
            },
            Listen = listen =>
            {
                listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
                if (isTls)
                {
                    listen.UseHttps(Certificates.SelfSigned);
                }

                if (isLean)
                {
                    listen.UseLeanWebSockets();
                }
            },
        });
        Http = _engine.CreateHttpClient(isHttp2);
    }

    [TearDown]
    public async Task StopAsync() => await _engine.DisposeAsync();

    [Test]
    public async Task Polling()
    {
        var peer = new PollingPeer(Http);

        using var handshake = await peer.HandshakeAsync();
        await peer.PostAsync("4hello\u001ebAQID");
        var poll = await peer.PollAsync();
        var held = peer.PollAsync();
        (await _engine.Handler.Opened.NextAsync()).TrySendText("later");

        Assert.That(poll, Is.EqualTo("4hello\u001ebAQID"));
        Assert.That(await held, Is.EqualTo("4later"));
        Assert.That(handshake.Headers.GetValues("Set-Cookie").Single().Contains("; Secure", StringComparison.Ordinal), Is.EqualTo(isTls));
    }

    [Test]
    public async Task WebSocket()
    {
        using var webSocket = await ConnectAsync();

        await webSocket.ProveSessionAsync();

        var session = await _engine.Handler.Opened.NextAsync();
        Assert.That(session.Handshake.IsSecure, Is.EqualTo(isTls));
        Assert.That(session.Handshake.RemoteAddress, Is.EqualTo(IPAddress.Loopback));
        Assert.That(await _engine.Handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportClose)));
    }

    [Test]
    public async Task Large_messages_on_the_websocket([Values] bool isDeflating)
    {
        using var webSocket = await ConnectAsync(isDeflating: isDeflating);
        OpenPacket.ReadSid(await webSocket.ReceiveTextAsync());
        var text = "4" + string.Concat(Enumerable.Range(0, 100_000));

        await webSocket.SendTextAsync(text);
        var echo = await webSocket.ReceiveTextAsync();

        Assert.That(echo, Is.EqualTo(text));
        await webSocket.CloseQuietlyAsync();
    }

    [Test]
    public async Task The_upgrade_from_polling()
    {
        var peer = new PollingPeer(Http);
        using var handshake = await peer.HandshakeAsync();
        using var webSocket = await ConnectAsync(peer.Sid);

        await webSocket.ProveUpgradeAsync(peer);

        Assert.That(_engine.Server.FindSession(peer.Sid), Has.Property(nameof(IEngineIOSession.IsUpgraded)).True);
        await webSocket.CloseQuietlyAsync();
        Assert.That((await _engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
    }

    [Test]
    public async Task The_close_from_the_server()
    {
        using var webSocket = await ConnectAsync();
        OpenPacket.ReadSid(await webSocket.ReceiveTextAsync());

        (await _engine.Handler.Opened.NextAsync()).Close();

        Assert.That(await webSocket.ReceiveTextAsync(), Is.EqualTo("close"));
        await webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.That((await _engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
    }

    [Test]
    public async Task A_lost_connection()
    {
        using var webSocket = await ConnectAsync();
        OpenPacket.ReadSid(await webSocket.ReceiveTextAsync());

        webSocket.Abort();

        Assert.That((await _engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
        Assert.That(_engine.Server.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task A_refused_websocket()
    {
        using var webSocket = CreateWebSocket(isDeflating: false);

        await Assert.ThatAsync(() => ConnectAsync(webSocket, "/engine.io/?EIO=4&transport=websocket&sid=unknown"), Throws.InstanceOf<WebSocketException>());

        Assert.That((int)webSocket.HttpStatusCode, Is.EqualTo(400));
    }

    [Test]
    public async Task An_unsupported_protocol_on_the_websocket_is_refused_with_its_status()
    {
        using var webSocket = CreateWebSocket(isDeflating: false);

        await Assert.ThatAsync(() => ConnectAsync(webSocket, "/engine.io/?EIO=3&transport=websocket"), Throws.InstanceOf<WebSocketException>());

        Assert.That((int)webSocket.HttpStatusCode, Is.EqualTo(400));
    }

    private ClientWebSocket CreateWebSocket(bool isDeflating)
    {
        var webSocket = new ClientWebSocket();
        webSocket.Options.CollectHttpResponseDetails = true;
        webSocket.Options.HttpVersion = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11;
        webSocket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        if (isDeflating)
        {
            webSocket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        }

        return webSocket;
    }

    private async Task<ClientWebSocket> ConnectAsync(string? sid = null, bool isDeflating = false)
    {
        var webSocket = CreateWebSocket(isDeflating);
        await ConnectAsync(webSocket, "/engine.io/?EIO=4&transport=websocket" + (sid is null ? "" : "&sid=" + sid));
        return webSocket;
    }

    private Task ConnectAsync(ClientWebSocket webSocket, string target)
        => webSocket.ConnectAsync(new Uri(_engine.WebSocketAddress, target), Http, CancellationToken.None).Soon();
}
