using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Review;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConnectionEdgesTests
{
    private readonly Inbox<IServerSocket> _connected = new();
    private readonly Inbox<bool> _isAsked = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task A_socket_that_has_left_does_not_close_the_connection_of_others()
    {
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.OnConnection(_connected.Add);
            io.Of("/other").OnConnection(static socket => socket.OnWithAck("q", () => 1));
        });
        await using var client = await server.ConnectAsync();
        var socket = await _connected.NextAsync();
        await client.SendTogetherAsync("40/other,", "41");
        await client.ReceiveAsync().Soon();
        await Eventually.True(() => !socket.Connected);

        await socket.DisconnectAsync(closeConnection: true);

        await client.SendAsync("""42/other,1["q"]""");
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("43/other,1[1]"));
    }

    [Test]
    public async Task An_answer_that_comes_while_the_client_is_on_its_way_back_is_ignored()
    {
        await using var server = await StartSlowAsync();
        await using var client = await server.OpenAsync();
        await client.SendTogetherAsync("40", "430[1]");
        await _isAsked.NextAsync();

        _release.SetResult();

        Assert.That(await client.ReceiveAsync().Soon(), Does.StartWith("40"));
    }

    [Test]
    public async Task Binary_values_announced_before_the_namespace_was_joined_must_come_in_time()
    {
        var time = new ManualTimeProvider();
        await using var server = await StartSlowAsync(time);
        await using var client = await server.OpenAsync();
        await client.SendTogetherAsync("40", """451-["x",{"_placeholder":true,"num":0}]""");
        await _isAsked.NextAsync();
        _release.SetResult();
        await _connected.NextAsync();
        Assert.That(await client.ReceiveAsync().Soon(), Does.StartWith("40"));

        // The heartbeat of the session is the other entry.
        await Eventually.True(() => ((SocketIOServer)server.IO).Clock.Count == 2);
        time.Advance(TimeSpan.FromSeconds(11));

        Assert.That(await client.ReceiveCloseAsync().Soon(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(server.Log.Of("PacketTookTooLong"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Binary_values_may_take_their_time_when_there_is_no_bound()
    {
        var time = new ManualTimeProvider();
        await using var server = await SocketIOTestServer.StartAsync(
            static io => io.OnConnection(static socket => socket.OnWithAck("x", static (byte[] data) => data.Length)),
            static options =>
            {
                options.MaxMessageTime = Timeout.InfiniteTimeSpan;
                options.PingInterval = TimeSpan.FromMinutes(5);
            },
            time);
        await using var client = await server.ConnectAsync();
        await client.SendAsync("""451-7["x",{"_placeholder":true,"num":0}]""");

        time.Advance(TimeSpan.FromMinutes(2));
        await client.SendAsync([1, 2, 3]);

        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("437[3]"));
    }

    private Task<SocketIOTestServer> StartSlowAsync(TimeProvider? time = null) => SocketIOTestServer.StartAsync(
        io =>
        {
            io.Use(async (_, next) =>
            {
                _isAsked.Add(true);
                await _release.Task;
                await next();
            });
            io.OnConnection(_connected.Add);
        },
        static options => options.MaxMessageTime = TimeSpan.FromSeconds(10),
        time);
}
