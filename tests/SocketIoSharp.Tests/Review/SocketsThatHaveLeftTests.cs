using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;
using SocketIoSharp.Tests.Recovery;

namespace SocketIoSharp.Tests.Review;

/// <summary>With connection state recovery, handlers may still hold a socket whose client has come back with another one.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SocketsThatHaveLeftTests
{
    private const string Offset = "\"[0-9A-Za-z._-]{10,19}\"";

    private readonly Inbox<IServerSocket> _connected = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _isDone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task What_a_handler_sends_after_the_connection_was_lost_reaches_the_client_when_it_comes_back()
    {
        await using var server = await StartAsync(static socket => socket.EmitAsync("done", 1));
        await using var client = await LoseWhileWorkingAsync(server);
        _release.SetResult();
        await _isDone.Task.Soon();

        var missed = await client.ConnectAsync();

        Assert.That((await _connected.NextAsync()).Recovered, Is.True);
        Assert.That(missed.Single(), Does.Match($"^42\\[\"done\",1,{Offset}\\]$"));
    }

    [Test]
    public async Task What_a_handler_sends_after_the_client_has_come_back_reaches_it()
    {
        await using var server = await StartAsync(static socket => socket.EmitAsync("done", 1));
        await using var client = await LoseWhileWorkingAsync(server);
        Assert.That(await client.ConnectAsync(), Is.Empty);

        _release.SetResult();

        Assert.That(await client.ReceiveAsync(), Does.Match($"^42\\[\"done\",1,{Offset}\\]$"));
    }

    [Test]
    public async Task A_handler_does_not_take_the_client_that_has_come_back_out_of_a_room()
    {
        IReadOnlySet<string>? roomsOfTheOld = null;
        await using var server = await StartAsync(socket =>
        {
            roomsOfTheOld = socket.Rooms;
            return socket.LeaveAsync("room");
        });
        await using var client = await LoseWhileWorkingAsync(server);
        await client.ConnectAsync();
        var socket = await _connected.NextAsync();

        _release.SetResult();
        await _isDone.Task.Soon();

        Assert.That(socket.Recovered, Is.True);
        Assert.That(socket.Rooms, Does.Contain("room"));
        Assert.That(roomsOfTheOld, Is.Empty);
    }

    [Test]
    public async Task What_is_sent_to_a_client_that_the_server_has_thrown_out_is_not_kept()
    {
        await using var server = await StartAsync(static _ => Task.CompletedTask);
        await using var client = new RecoveringClient(server);
        await client.ConnectAsync();
        var socket = await _connected.NextAsync();
        await socket.DisconnectAsync();
        var before = ((SocketIOServer)server.IO).RecoveryBudget!.Bytes;

        await socket.EmitAsync("late", 1);

        Assert.That(((SocketIOServer)server.IO).RecoveryBudget!.Bytes, Is.EqualTo(before));
    }

    [Test]
    public async Task A_text_that_a_middleware_sends_is_not_taken_for_an_offset()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.Use(async (socket, next) =>
                {
                    await socket.EmitAsync("hello", "text");
                    await next();
                });
                io.OnConnection(_connected.Add);
            },
            static options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions());
        await using var client = new RecoveringClient(server);

        var before = await client.ConnectAsync();

        Assert.That(before.Single(), Does.Match($"^42\\[\"hello\",\"text\",{Offset}\\]$"));
        var first = await _connected.NextAsync();
        client.Lose();
        await Eventually.True(() => ((SocketIOServer)server.IO).RecoveryBudget!.SessionCount == 1);
        await client.ConnectAsync();
        Assert.That((await _connected.NextAsync()).Id, Is.EqualTo(first.Id));
    }

    private Task<SocketIOTestServer> StartAsync(Func<IServerSocket, Task> workAsync) => SocketIOTestServer.StartAsync(
        io => io.OnConnection(async socket =>
        {
            await socket.JoinAsync("room");
            socket.On("work", async () =>
            {
                await socket.EmitAsync("started");
                await _release.Task;
                await workAsync(socket);
                _isDone.SetResult();
            });
            _connected.Add(socket);
        }),
        static options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions());

    private async Task<RecoveringClient> LoseWhileWorkingAsync(SocketIOTestServer server)
    {
        var client = new RecoveringClient(server);
        await client.ConnectAsync();
        var socket = await _connected.NextAsync();
        await client.SendAsync("""42["work"]""");
        await client.ReceiveAsync();
        client.Lose();
        await Eventually.True(() => !socket.Connected && server.IO.Adapter.GetRooms(socket.Id).Count == 0);
        return client;
    }
}
