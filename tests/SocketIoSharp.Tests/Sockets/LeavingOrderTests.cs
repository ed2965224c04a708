using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What still happens when a client leaves while its events wait, and what changes at once.</summary>
public sealed class LeavingOrderTests
{
    [TestCase("41", "client namespace disconnect")]
    [TestCase(null, "transport close")]
    public async Task What_was_received_before_still_runs_then_the_handlers_of_the_leaving(string? goodbye, string reason)
    {
        var steps = new Inbox<string>();
        var gate = new TaskCompletionSource();
        var running = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(async socket =>
        {
            await socket.JoinAsync("room");
            socket.On("slow", async () =>
            {
                running.Add(socket);
                await gate.Task;
                steps.Add("slow");
            });
            socket.On("e", (int number) => steps.Add($"e {number}"));
            socket.OnDisconnecting((why, rooms) =>
            {
                steps.Add($"disconnecting {why.Text}, {rooms.Count} rooms {rooms.Contains("room")} {rooms.Contains(socket.Id)}");
                return Task.CompletedTask;
            });
            socket.OnDisconnect(why => steps.Add($"disconnect {why.Text}"));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"slow\"]", "42[\"e\",1]", "42[\"e\",2]");
        var socket = await running.NextAsync();
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(socket) == 2 * ("[\"e\",1]".Length + 64));
        if (goodbye is null)
        {
            client.Reset();
        }
        else
        {
            await client.SendAsync(goodbye);
        }

        await Eventually.True(() => !socket.Connected);
        Assert.That(steps.Count, Is.Zero);
        gate.SetResult();

        Assert.That(
            await OrderTests.TakeAsync(steps, 5),
            Is.EqualTo(new[] { "slow", "e 1", "e 2", $"disconnecting {reason}, 2 rooms True True", $"disconnect {reason}" }));
        Assert.That(SocketIOTestServer.QueuedBytes(socket), Is.Zero);
    }

    [Test]
    public async Task What_waits_when_the_server_disconnects_the_client_does_not_run([Values] bool closeConnection)
    {
        var steps = new Inbox<string>();
        var gate = new TaskCompletionSource();
        var running = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("slow", async () =>
            {
                running.Add(socket);
                await gate.Task;
                steps.Add("slow");
            });
            socket.On("e", () => steps.Add("e"));
            socket.OnDisconnect(why => steps.Add(why.Text));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"slow\"]", "42[\"e\"]", "42[\"e\"]");
        var socket = await running.NextAsync();
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(socket) == 2 * ("[\"e\"]".Length + 64));
        await socket.DisconnectAsync(closeConnection);
        Assert.That(SocketIOTestServer.QueuedBytes(socket), Is.Zero);
        gate.SetResult();

        Assert.That(await OrderTests.TakeAsync(steps, 2), Is.EqualTo(new[] { "slow", "server namespace disconnect" }));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("41"));
        Assert.That(steps.Count, Is.Zero);
    }

    [Test]
    public async Task A_handler_that_disconnects_its_client_is_the_last_one_to_run()
    {
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("leave", async () =>
            {
                await Task.Yield();
                await socket.DisconnectAsync();
                await socket.DisconnectAsync();
                steps.Add($"{socket.Connected} {socket.Disconnected.IsCancellationRequested}");
            });
            socket.On("e", () => steps.Add("e"));
            socket.OnDisconnect(why => steps.Add(why.Text));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"leave\"]");

        Assert.That(await OrderTests.TakeAsync(steps, 2), Is.EqualTo(new[] { "False True", "server namespace disconnect" }));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("41"));
        await client.SendAsync("40");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{"), "the goodbye must come once");
    }

    [Test]
    public async Task To_disconnect_a_socket_that_has_left_does_nothing_to_its_connection()
    {
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.OnConnection(sockets.Add);
            io.Of("/other").OnConnection(socket => socket.OnWithAck("e", () => 1));
        });
        await using var client = await server.ConnectAsync();
        var left = await sockets.NextAsync();
        await client.SendTogetherAsync("40/other,", "41");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/other,{"));
        await Eventually.True(() => !left.Connected);

        await left.DisconnectAsync(closeConnection: true);
        await client.SendAsync("42/other,0[\"e\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("43/other,0[1]"));
    }

    [Test]
    public async Task Everything_about_the_socket_changes_at_once_and_a_handler_is_told()
    {
        var seen = new Inbox<string>();
        var running = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.On("wait", async (CancellationToken token) =>
        {
            running.Add(socket);
            var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (token.Register(cancelled.SetResult))
            {
                await cancelled.Task;
            }

            seen.Add($"{socket.Connected} {socket.Rooms.Count} {socket.Disconnected.IsCancellationRequested}");
            token.ThrowIfCancellationRequested();
        })));
        await using var client = await server.ConnectAsync();
        await client.SendAsync("42[\"wait\"]");
        var socket = await running.NextAsync();
        Assert.That(socket.Rooms, Is.EqualTo(new[] { socket.Id }));

        await client.SendAsync("41");

        Assert.That(await seen.NextAsync(), Is.EqualTo("False 0 True"));
        await socket.EmitAsync("nobody gets this");
        await socket.JoinAsync("room");
        Assert.That(socket.Rooms, Is.Empty);
        Assert.That(server.IO.MainNamespace.Sockets, Is.Empty);
    }

    [Test]
    public async Task An_event_that_was_being_read_when_the_connection_ended_does_not_run_after_the_handlers_of_the_leaving()
    {
        var steps = new Inbox<string>();
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            sockets.Add(socket);
            socket.On("e", () => steps.Add("e"));
            socket.OnDisconnect(_ => steps.Add("left"));
        }));
        await using var client = await server.ConnectAsync();
        var socket = (ServerSocket)await sockets.NextAsync();
        await client.SendAsync("41");
        Assert.That(await steps.NextAsync(), Is.EqualTo("left"));
        await socket.WhenDoneAsync().Soon();

        // What the reader does that has looked for the socket just before it left.
        socket.OnEvent(new SocketIOPacket { Type = SocketIOPacketType.Event, Json = "[\"e\"]"u8.ToArray() });

        Assert.That(steps.Count, Is.Zero);
        Assert.That(SocketIOTestServer.QueuedBytes(socket), Is.Zero);
    }

    [Test]
    public async Task A_handler_of_the_leaving_may_take_its_time_and_the_shutdown_waits_for_it()
    {
        var steps = new Inbox<string>();
        var gate = new TaskCompletionSource();
        await using (var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnDisconnect(async why =>
        {
            steps.Add(why.Text);
            await gate.Task;
            steps.Add("done");
        }))))
        {
            await using var client = await server.ConnectAsync();
            var closing = server.IO.CloseAsync();
            Assert.That(await steps.NextAsync(), Is.EqualTo("server shutting down"));
            Assert.That(closing.IsCompleted, Is.False);

            gate.SetResult();
            await closing.Soon();
        }

        Assert.That(await steps.NextAsync(), Is.EqualTo("done"));
    }
}
