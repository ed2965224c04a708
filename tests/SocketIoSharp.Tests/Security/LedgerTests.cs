using System.Buffers.Text;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What went wrong in servers of this family around connections and events, one test for each; the names say where.</summary>
public sealed class LedgerTests
{
    [Test]
    public async Task Cve_2017_16031_session_ids_cannot_be_predicted()
    {
        var sockets = new Inbox<ServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.Of("/ids").OnConnection(socket => sockets.Add((ServerSocket)socket)),
            options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions());
        await using var client = await server.OpenAsync();
        var parts = new HashSet<string>(StringComparer.Ordinal);

        for (var i = 0; i < 40; i++)
        {
            await client.SendAsync("40/ids,");
            Assert.That(await client.ReceiveAsync(), Does.Match("^40/ids,\\{\"sid\":\"[\\w-]{20}\",\"pid\":\"[\\w-]{20}\"\\}$"));
            var socket = await sockets.NextAsync();
            foreach (var id in new[] { socket.Id, socket.PrivateId! })
            {
                // 20 characters of 6 bits: all 120 are random, so no two ids begin or end alike.
                Assert.That(Base64Url.DecodeFromChars(id), Has.Length.EqualTo(15));
                Assert.That(parts.Add("start " + id[..8]) && parts.Add("end " + id[12..]), id);
            }

            await client.SendAsync("41/ids,");
        }
    }

    [Test]
    public async Task Cve_2020_28481_no_cross_origin_header_unless_configured()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var client = new RawEngineIOClient(
            server.Address, new RawClientOptions { Path = "/socket.io/", Headers = [new("Origin", "https://evil.example")] });

        var response = await client.SendAsync(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");

        Assert.That(response.Status, Is.EqualTo(200));
        Assert.That(response.Headers.Keys, Has.None.StartsWith("Access-Control-"));
    }

    [Test]
    public async Task Cve_2024_38355_an_event_named_error_is_an_event_like_any_other()
    {
        var errors = new Inbox<Exception>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.OnConnection(socket =>
            {
                socket.OnError(errors.Add);
                socket.OnWithAck("error", (string text) => text);
            });
            io.Of("/bare");
        });
        await using var client = await server.ConnectAsync();
        await client.SendAsync("40/bare,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/bare,{"));

        await client.SendTogetherAsync("42/bare,[\"error\",\"nobody listens\"]", "421[\"error\",\"x\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"x\"]"));
        Assert.That(errors.Count, Is.Zero);
    }

    [Test]
    public async Task Socket_io_4_8_4_no_answer_is_waited_for_after_a_timeout()
    {
        var time = new ManualTimeProvider();
        await using var server = await SocketIOTestServer.StartAsync(_ => { }, options => options.PingInterval = TimeSpan.FromHours(1), time);
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();
        var sockets = server.IO.MainNamespace.Sockets.Values.ToList();

        var calls = new List<Task>();
        for (var i = 0; i < 100; i++)
        {
            calls.Add(server.IO.Timeout(TimeSpan.FromSeconds(1)).EmitWithAckAsync<int>("question"));
            calls.AddRange(sockets.Select(static Task (socket) => socket.Timeout(TimeSpan.FromSeconds(1)).EmitWithAckAsync<int>("question")));
        }

        Assert.That(sockets.Select(SocketIOTestServer.PendingAcks), Is.EqualTo(new[] { 200, 200 }));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(sockets.Select(SocketIOTestServer.PendingAcks), Is.EqualTo(new[] { 0, 0 }));
        await Eventually.True(() => calls.TrueForAll(static call => call.IsCompleted));
    }

    [Test]
    public async Task Socket_io_4_8_4_names_of_a_query_are_plain_data()
    {
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(sockets.Add));
        await using var client = await RawWebSocket.ConnectAsync(server.Address, SocketIOTestServer.Query + "&__proto__=a&constructor=b");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("0{"));
        await client.SendAsync("40{\"__proto__\":{\"isAdmin\":true}}");

        var query = (await sockets.NextAsync()).Handshake.Query;

        Assert.That((query["__proto__"], query["constructor"], query.ContainsKey("toString")), Is.EqualTo(("a", "b", false)));
    }

    [Test]
    public async Task Clients_that_are_closed_for_what_they_send_leave_nothing_behind()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        foreach (var packet in new[] { "47", "42[\"connect\"]", "40", "42/nope,[\"x\"]", "450-[]", "42{" })
        {
            await using var client = await server.ConnectAsync();
            await client.SendAsync(packet);
            Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        }

        await Eventually.True(() => server.IO.Engine.ClientsCount == 0);
        await Eventually.True(() => ((SocketNamespace)server.IO.MainNamespace).Adapter.Table.Count == 0);
        Assert.That(server.IO.MainNamespace.Adapter.Rooms, Is.Empty);
    }
}
