using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>The host's limits give way to the engine's: they never cut a held poll, a WebSocket or a slow legal POST.</summary>
public sealed class HostLimitsTests
{
    // Longer than every limit of the host below, together with the second in which Kestrel looks at its rates.
    private static readonly TimeSpan s_beyondTheLimits = TimeSpan.FromSeconds(2.5);

    [Test]
    public async Task A_body_up_to_our_limit_passes_a_smaller_limit_of_the_host([Values] bool isHttp2)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = static options => options.MaxHttpBufferSize = 200_000,
            Kestrel = static kestrel => kestrel.Limits.MaxRequestBodySize = 1_000,
            Listen = listen => listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1,
        });
        var http = engine.CreateHttpClient(isHttp2);
        var peer = new PollingPeer(http);
        using var handshake = await peer.HandshakeAsync();
        var message = "4" + new string('x', 199_999);

        await peer.PostAsync(message);
        Assert.That(await peer.PollAsync(), Is.EqualTo(message));

        using var content = new StringContent(message + "x");
        using var answer = await http.PostAsync(peer.Target, content);
        Assert.That((int)answer.StatusCode, Is.EqualTo(413));
        await peer.PostAsync("4still there");
        Assert.That(await peer.PollAsync(), Is.EqualTo("4still there"));
    }

    // One test for all of them, because the waiting is what takes the time.
    [Test]
    public async Task Nothing_of_ours_is_cut_by_the_hosts_rates_and_timeouts()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            // The framework warns of the one request that it does time out.
            MayLogProblems = true,
            Kestrel = static kestrel =>
            {
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1_000_000, TimeSpan.FromSeconds(1.01));
                kestrel.Limits.MinResponseDataRate = new MinDataRate(1_000_000, TimeSpan.FromSeconds(1.01));
                kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(1);
            },
            Services = static builder => builder.Services.AddRequestTimeouts(static timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(300) }),
            Before = static app => app.UseRequestTimeouts(),
            After = static app => app.MapGet("/slow", static async (CancellationToken aborted) => await Task.Delay(Timeout.Infinite, aborted)),
        });
        await using var poller = engine.CreateClient();
        await using var poster = engine.CreateClient();
        await using var prober = engine.CreateClient();
        await poller.HandshakeAsync();
        await poster.HandshakeAsync();
        await prober.HandshakeAsync();

        var held = poller.GetAsync();
        await using var webSocket = await engine.CreateClient().ConnectAsync();
        await using var probe = await prober.ProbeAsync();
        await using var post = await poster.BeginPostAsync(5, "4sl");
        var timedOut = engine.RequestAsync("GET /slow");

        // The only wait by the clock: the limits are the host's own, and it takes its time to apply them.
        await Task.Delay(s_beyondTheLimits);
        await post.WriteAsync("ow");

        Assert.That(engine.Log.Errors, Is.Empty);
        Assert.That((await timedOut).Status, Is.EqualTo(504), "the host's timeout works");
        Assert.That((await post.ReadResponseAsync()).Body, Is.EqualTo("ok"));
        Assert.That(await poster.GetAsync(), Is.EqualTo("4slow"));
        await webSocket.SendAsync("4hello");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4hello"));
        await probe.SendAsync("5");
        await probe.SendAsync("4upgraded");
        Assert.That(await probe.ReceiveAsync(), Is.EqualTo("4upgraded"));
        await poller.PostAsync("4released");
        Assert.That(await held, Is.EqualTo("4released"));
    }

    [Test]
    public async Task Over_http2_they_give_way_too()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Kestrel = static kestrel => kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1_000_000, TimeSpan.FromSeconds(1.01)),
            Listen = static listen => listen.Protocols = HttpProtocols.Http2,
            Services = static builder => builder.Services.AddRequestTimeouts(static timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(300) }),
            Before = static app => app.UseRequestTimeouts(),
        });
        var http = engine.CreateHttpClient(isHttp2: true);
        var peer = new PollingPeer(http);
        using var handshake = await peer.HandshakeAsync();
        using var webSocket = new ClientWebSocket();
        webSocket.Options.HttpVersion = System.Net.HttpVersion.Version20;
        webSocket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await webSocket.ConnectAsync(new Uri(engine.WebSocketAddress, "/engine.io/?EIO=4&transport=websocket"), http, CancellationToken.None).Soon();
        OpenPacket.ReadSid(await webSocket.ReceiveTextAsync());
        var gate = new TaskCompletionSource();

        var held = peer.PollAsync();
        using var content = new TwoPartContent("4sl", gate.Task, "ow");
        var post = http.PostAsync(peer.Target, content);
        await Task.Delay(s_beyondTheLimits);
        gate.SetResult();

        using var answer = await post.Soon();
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(await held, Is.EqualTo("4slow"));
        await webSocket.SendTextAsync("4hello");
        Assert.That(await webSocket.ReceiveTextAsync(), Is.EqualTo("4hello"));
        await webSocket.CloseQuietlyAsync();
    }

    private sealed class TwoPartContent(string first, Task gate, string second) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(first));
            await stream.FlushAsync();
            await gate;
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(second));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = first.Length + second.Length;
            return true;
        }
    }

    [Test]
    public async Task A_host_that_allows_no_more_websockets_answers_503([Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = options => options.WebSocketEngine = webSocketEngine,
            Kestrel = static kestrel => kestrel.Limits.MaxConcurrentUpgradedConnections = 1,
        });
        await using var first = engine.CreateClient();
        var webSocket = await first.ConnectAsync();
        await using var second = engine.CreateClient();
        await second.HandshakeAsync();

        var newcomer = await RawWebSocket.ExpectRefusalAsync(engine.Address, "/engine.io/?EIO=4&transport=websocket");
        var upgrade = await RawWebSocket.ExpectRefusalAsync(engine.Address, second.Target("websocket"));

        foreach (var answer in new[] { newcomer, upgrade })
        {
            Assert.That((answer.Status, answer.Header("Connection")), Is.EqualTo((503, "close")));
            Assert.That(answer.Header("Upgrade"), Is.Null);
            Assert.That(answer.Header("Sec-WebSocket-Accept"), Is.Null);
        }

        Assert.That(engine.Server.ClientsCount, Is.EqualTo(2));
        await second.PostAsync("4still polling");
        Assert.That(await second.GetAsync(), Is.EqualTo("4still polling"));

        // The place of one that has gone is free again, as soon as the host has seen it go.
        await webSocket.CloseAsync(1000);
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        while (true)
        {
            await using var connection = await RawHttpConnection.ConnectAsync(engine.Address);
            await connection.WriteHeadAsync(
                $"GET {second.Target("websocket")} HTTP/1.1",
                "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
            if ((await connection.ReadResponseAsync()).Status == 101)
            {
                break;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
