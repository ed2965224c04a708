using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What went wrong in servers of this family with the binary values of a packet, one test for each.</summary>
public sealed class AttachmentLedgerTests
{
    [Test]
    public async Task Cve_2026_33151_the_number_of_attachments_is_limited()
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnError(error => errors.Add(error.Message));
                socket.OnWithAck("x", () => 1);
            }),
            options => options.MaxAttachments = 3);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("453-1[\"x\"]");
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync([1]);
        }

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[1]"));
        await client.SendAsync("454-2[\"x\"]");
        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Is.EqualTo("too many attachments (the limit is MaxAttachments, 3)"));
    }

    [Test]
    public void Cve_2026_33151_an_announced_number_of_attachments_reserves_nothing()
    {
        var limits = new PacketLimits(MaxAttachments: int.MaxValue, MaxAttachmentBytes: 1_000, MaxDepth: 64, MaxNamespaceLength: 512);
        var packet = new EngineIOMessage("5999999999-[\"x\"]"u8.ToArray(), IsBinary: false);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(new JsonPacketDecoder(limits).Decode(packet, out _, out _), Is.EqualTo(PacketDecodeResult.Incomplete));

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000));
    }

    [Test]
    public async Task Cve_2026_48804_the_attachments_of_a_packet_are_bounded_in_bytes()
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket => socket.OnError(error => errors.Add(error.Message))),
            options => options.MaxAttachmentBytes = 10_000);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("453-[\"x\"]");
        await client.SendAsync(new byte[6_000]);
        await client.SendAsync(new byte[6_000]);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Is.EqualTo("the attachments are too large (the limit is MaxAttachmentBytes, 10000)"));
    }

    [Test]
    public async Task Cve_2026_48804_a_packet_whose_attachments_do_not_come_is_bounded_in_time()
    {
        var time = new ManualTimeProvider();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket => socket.OnWithAck("x", (byte[] data) => data.Length)),
            options =>
            {
                options.PingInterval = TimeSpan.FromHours(1);
                options.MaxMessageTime = TimeSpan.FromSeconds(30);
            },
            time);
        await using var client = await server.ConnectAsync();
        var session = server.IO.MainNamespace.Sockets.Values.Single().Session;

        await client.SendAsync("451-1[\"x\",{\"_placeholder\":true,\"num\":0}]");
        await Eventually.True(() => IsIncomplete(session));
        time.Advance(TimeSpan.FromSeconds(29));
        await client.SendAsync([1, 2]);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[2]"), "in time");
        time.Advance(TimeSpan.FromMinutes(5));

        await client.SendAsync("452-2[\"x\",{\"_placeholder\":true,\"num\":0}]");
        await Eventually.True(() => IsIncomplete(session));
        time.Advance(TimeSpan.FromSeconds(29));
        await client.SendAsync([1]);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        var warning = server.Log.Of("PacketTookTooLong").Single();
        Assert.That(warning.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(warning.Message, Does.Contain("MaxMessageTime"));
    }

    [Test]
    public async Task Cve_2026_48804_a_packet_that_begins_while_its_client_is_still_connecting_is_bounded_in_time_too()
    {
        var time = new ManualTimeProvider();
        var gate = new TaskCompletionSource();
        var waiting = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.Use(async (socket, next) =>
            {
                waiting.Add(socket);
                await gate.Task;
                await next();
            }),
            options =>
            {
                options.PingInterval = TimeSpan.FromHours(1);
                options.MaxMessageTime = TimeSpan.FromSeconds(30);
            },
            time);
        await using var client = await server.OpenAsync();

        await client.SendTogetherAsync("40", "451-[\"x\",{\"_placeholder\":true,\"num\":0}]");
        var session = (await waiting.NextAsync()).Session;
        await Eventually.True(() => IsIncomplete(session));
        gate.SetResult();
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{"));
        await Eventually.True(() => server.IO.MainNamespace.Sockets.Count == 1);
        time.Advance(TimeSpan.FromSeconds(31));

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(server.Log.Of("PacketTookTooLong"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Attachments_may_take_any_time_where_the_option_says_so()
    {
        var time = new ManualTimeProvider();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket => socket.OnWithAck("x", (byte[] data) => data.Length)),
            options =>
            {
                options.PingInterval = TimeSpan.FromHours(2);
                options.MaxMessageTime = Timeout.InfiniteTimeSpan;
            },
            time);
        await using var client = await server.ConnectAsync();
        var session = server.IO.MainNamespace.Sockets.Values.Single().Session;

        await client.SendAsync("451-1[\"x\",{\"_placeholder\":true,\"num\":0}]");
        await Eventually.True(() => IsIncomplete(session));
        time.Advance(TimeSpan.FromHours(1));
        await client.SendAsync([1, 2]);

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[2]"));
    }

    private static bool IsIncomplete(IEngineIOSession session) => ((ClientConnection)session.UserState!).IsPacketIncomplete;
}
