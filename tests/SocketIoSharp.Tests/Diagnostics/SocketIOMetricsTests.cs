using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>The meter of this storey: what it is called, what it counts, and that clients cannot make up its tags.</summary>
public sealed partial class SocketIOMetricsTests
{
    [Test]
    public async Task A_socket_counts_while_it_is_connected()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });
        using var meter = new RecordedMeter(server.Services, "socketio.server.active_sockets");
        await using var client = await server.ConnectAsync();
        Assert.That(await meter.TakeAsync(1), Is.EqualTo(new[] { "socketio.server.active_sockets {socket} +1 socketio.namespace=/" }));

        await client.SendAsync("41");

        Assert.That(await meter.TakeAsync(1), Is.EqualTo(new[] { "socketio.server.active_sockets {socket} -1 socketio.namespace=/" }));
        Assert.That(meter.ActiveSockets, Is.Zero);
    }

    [Test]
    public async Task A_refused_client_is_not_counted()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io =>
            io.Of("/closed").Use(static (_, _) => throw new ConnectionRefusedException("no")));
        using var meter = new RecordedMeter(server.Services, "socketio.server.active_sockets");
        await using var client = await server.OpenAsync();

        await client.SendAsync("40/closed,");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/closed,{\"message\":\"no\"}"));
        await client.SendAsync("40");

        Assert.That(await meter.TakeAsync(1), Is.EqualTo(new[] { "socketio.server.active_sockets {socket} +1 socketio.namespace=/" }));
    }

    [Test]
    public async Task A_dynamic_namespace_is_counted_by_its_pattern()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.Of(Tenant()).OnConnection(static socket => socket.On("x", static () => { })));
        using var meter = new RecordedMeter(server.Services);
        await using var client = await server.OpenAsync();

        await client.SendAsync("40/tenant-17,");
        await client.SendAsync("41/tenant-17,");

        var lines = await meter.TakeAsync(2);
        Assert.That(lines, Has.All.Contains("socketio.namespace=^/tenant-[0-9]+$"));
        Assert.That(meter.ActiveSockets, Is.Zero);
    }

    [Test]
    public async Task A_listener_that_comes_later_never_counts_below_zero()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });
        await using var first = await server.ConnectAsync();
        using var meter = new RecordedMeter(server.Services, "socketio.server.active_sockets");
        await using var second = await server.ConnectAsync();
        await meter.TakeAsync(1);

        await first.SendAsync("41");
        await Eventually.True(() => server.IO.Sockets.Count == 1);
        await second.SendAsync("41");
        await meter.TakeAsync(1);

        Assert.That(meter.ActiveSockets, Is.Zero);
        Assert.That(meter.Count, Is.Zero);
    }

    [Test]
    public async Task An_event_counts_by_its_name_when_it_has_a_handler_and_as_other_when_not()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.OnConnection(static socket => socket.On("known", static () => { })));
        await using var client = await server.ConnectAsync();
        using var meter = new RecordedMeter(server.Services, "socketio.server.events.received");

        await client.SendTogetherAsync("42[\"known\"]", "42[\"made up 1\"]", "42[\"made up 2\"]", "42[7]");

        Assert.That(
            await meter.TakeAsync(4),
            Is.EqualTo(new[]
            {
                "socketio.server.events.received {event} +1 socketio.event=known socketio.namespace=/",
                "socketio.server.events.received {event} +1 socketio.event=_OTHER socketio.namespace=/",
                "socketio.server.events.received {event} +1 socketio.event=_OTHER socketio.namespace=/",
                "socketio.server.events.received {event} +1 socketio.event=_OTHER socketio.namespace=/",
            }));
    }

    [Test]
    public async Task The_duration_of_an_event_ends_with_its_handlers_and_tells_the_error()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("good", () => gate.Task);
                socket.On("bad", () => throw new InvalidOperationException("no"));
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();
        using var meter = new RecordedMeter(server.Services, "socketio.server.event.duration");

        await client.SendTogetherAsync("42[\"good\"]", "42[\"bad\"]");
        Assert.That(meter.Count, Is.Zero);
        gate.SetResult();

        Assert.That(
            await meter.TakeAsync(2),
            Is.EqualTo(new[]
            {
                "socketio.server.event.duration s socketio.event=good socketio.namespace=/",
                "socketio.server.event.duration s error.type=System.InvalidOperationException socketio.event=bad socketio.namespace=/",
            }));
    }

    [Test]
    public async Task The_duration_of_an_answer()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });
        await using var client = await server.ConnectAsync();
        using var meter = new RecordedMeter(server.Services, "socketio.server.ack.duration");
        var socket = server.IO.Sockets.Values.Single();

        var answer = socket.EmitWithAckAsync<int>("question", 1);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\",1]"));
        await client.SendAsync("430[42]");

        Assert.That(await answer.Soon(), Is.EqualTo(42));
        Assert.That(await meter.TakeAsync(1), Is.EqualTo(new[] { "socketio.server.ack.duration s socketio.namespace=/" }));
    }

    [Test]
    public async Task An_answer_that_does_not_come_in_time_has_an_error()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });
        await using var client = await server.ConnectAsync();
        using var meter = new RecordedMeter(server.Services, "socketio.server.ack.duration");
        var socket = server.IO.Sockets.Values.Single();

        var answer = socket.Timeout(TimeSpan.FromMilliseconds(20)).EmitWithAckAsync<int>("question", 1);

        Assert.That(async () => await answer.Soon(), Throws.InstanceOf<AckTimeoutException>());
        Assert.That(await meter.TakeAsync(1), Is.EqualTo(new[] { "socketio.server.ack.duration s error.type=timeout socketio.namespace=/" }));
    }

    [Test]
    public async Task A_broadcast_counts_once_however_many_receive_it()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();
        using var meter = new RecordedMeter(server.Services, "socketio.server.broadcasts");

        await server.IO.EmitAsync("news", 1);

        Assert.That(await first.ReceiveAsync(), Is.EqualTo("42[\"news\",1]"));
        Assert.That(await second.ReceiveAsync(), Is.EqualTo("42[\"news\",1]"));
        Assert.That(await meter.TakeAsync(1), Is.EqualTo(new[] { "socketio.server.broadcasts {broadcast} +1 socketio.namespace=/" }));
        Assert.That(meter.Count, Is.Zero);
    }

    [Test]
    public void Nobody_listens_and_nothing_is_measured()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new SocketIOMetrics(services.GetRequiredService<IMeterFactory>());

        Assert.That(metrics.IsMeasuringEvents, Is.False);
        Assert.That(metrics.IsMeasuringAcks, Is.False);
        Assert.That(metrics.SocketConnected("/"), Is.False);
        using var meter = new RecordedMeter(services);
        metrics.SocketDisconnected("/", isCounted: false);
        Assert.That(meter.Count, Is.Zero);
        Assert.That(metrics.IsMeasuringEvents, Is.True);
        Assert.That(metrics.SocketConnected("/"), Is.True);
    }

    [GeneratedRegex("^/tenant-[0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex Tenant();
}
