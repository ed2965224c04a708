using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>What an application's stop means for its sessions, and that none of them holds it up.</summary>
public sealed class HostShutdownTests
{
    // Clients that do not answer are given a second; far below the 30 s that the host would wait.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15);

    [Test]
    public async Task Held_polls_end_with_a_close_packet()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var held = client.GetAsync();
        await Eventually.True(() => engine.Server.FindSession(client.Sid)?.IsWritable == true);

        await AssertStopsSoonAsync(engine);

        Assert.That(await held, Is.EqualTo("1"));
        Assert.That(await engine.Handler.NextCloseAsync(), Has.Property(nameof(SessionClose.Reason)).EqualTo(CloseReason.ForcedClose));
    }

    [Test]
    public async Task Websockets_get_a_close_frame_without_a_code([Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();

        var stopping = AssertStopsSoonAsync(engine);
        var frame = await webSocket.ReceiveFrameAsync();
        await webSocket.SendFrameAsync(RawWebSocket.CloseFrame, []);
        await stopping;

        Assert.That((frame.Opcode, frame.Payload.Length), Is.EqualTo((RawWebSocket.CloseFrame, 0)));
        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
    }

    [Test]
    public async Task A_client_that_answers_nothing_holds_nothing_up([Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        await using var polling = engine.CreateClient();
        await using var deaf = engine.CreateClient();
        await using var upgrading = engine.CreateClient();
        await polling.HandshakeAsync();
        await deaf.ConnectAsync();
        await upgrading.HandshakeAsync();
        var probe = await upgrading.ProbeAsync();

        await AssertStopsSoonAsync(engine);

        Assert.That(await probe.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
        }

        Assert.That(engine.Server.ClientsCount, Is.Zero);
        Assert.That(engine.Clock.Count, Is.Zero);
    }

    [Test]
    public async Task A_goodbye_that_was_unanswered_before_holds_nothing_up([Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();
        (await engine.Handler.Opened.NextAsync()).Close();
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(engine.Server.ClientsCount, Is.Zero);

        await AssertStopsSoonAsync(engine);
    }

    [Test]
    public async Task A_body_that_never_ends_holds_nothing_up()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var arrived = engine.WhenNextRequestArrivesAsync();
        await using var post = await client.BeginPostAsync(100, "4begun");
        await arrived;
        var session = await engine.Handler.Opened.NextAsync();

        await AssertStopsSoonAsync(engine);

        Assert.That(session.State, Is.EqualTo(SessionState.Closed));
        Assert.That(await post.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_refused_request_whose_body_never_comes_holds_nothing_up()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await engine.Server.CloseAsync().Soon();
        var arrived = engine.WhenNextRequestArrivesAsync();
        await using var post = await client.BeginPostAsync(100, "4begun");
        await arrived;

        await AssertStopsSoonAsync(engine);
    }

    [Test]
    public async Task A_peer_that_does_not_read_holds_nothing_up([Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        await using var client = engine.CreateClient();
        await client.ConnectAsync();
        var session = await engine.Handler.Opened.NextAsync();
        var message = EncodedMessage.Binary(new byte[1_000_000]);
        for (var i = 0; i < 14; i++)
        {
            Assert.That(session.TrySend(message), Is.True);
        }

        await AssertStopsSoonAsync(engine);
    }

    [Test]
    public async Task A_closed_server_refuses_newcomers()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();

        await engine.Server.CloseAsync().Soon();

        Assert.That((await engine.RequestAsync("GET /engine.io/?EIO=4&transport=polling")).Status, Is.EqualTo(503));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, "/engine.io/?EIO=4&transport=websocket")).Status, Is.EqualTo(503));
        Assert.That((await client.SendGetAsync()).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task A_handshake_that_was_under_way_opens_no_session([Values] bool isWebSocket)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var decision = new TaskCompletionSource<HandshakeDecision>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = await HostedEngine.StartAsync(options => options.AllowRequest = _ =>
        {
            asked.TrySetResult();
            return decision.Task;
        });
        await using var client = engine.CreateClient();
        Task handshake = isWebSocket ? client.ConnectAsync() : client.HandshakeAsync();
        await asked.Task.Soon();

        var closing = engine.Server.CloseAsync();
        decision.SetResult(HandshakeDecision.Allow);
        await closing.Soon();

        Assert.That(engine.Server.ClientsCount, Is.Zero);
        Assert.That(engine.Clock.Count, Is.Zero);
        await Task.WhenAny(handshake).Soon();
    }

    [Test]
    public async Task Closing_twice_is_closing_once()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();

        await Task.WhenAll(engine.Server.CloseAsync(), engine.Server.CloseAsync()).Soon();
        await engine.Server.CloseAsync().Soon();

        await engine.Handler.Closed.NextAsync();
        Assert.That(engine.Handler.Closed.Count, Is.Zero);
    }

    private static async Task AssertStopsSoonAsync(HostedEngine engine)
    {
        Assert.That(engine.App.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HostOptions>>().Value.ShutdownTimeout, Is.GreaterThan(s_soon));
        var watch = Stopwatch.StartNew();
        await engine.App.StopAsync();
        Assert.That(watch.Elapsed, Is.LessThan(s_soon));
    }
}
