using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What went wrong in servers of this family, one test for each; the names say where.</summary>
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

    [TestCase("42")]
    [TestCase("43")]
    [TestCase("45")]
    [TestCase("46")]
    [TestCase("42/a,")]
    public async Task Cve_2020_36049_digits_of_a_header_are_bounded(string start)
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Of("/a"));
        await using var client = await server.ConnectAsync();

        await client.SendAsync(start + new string('9', 500_000));

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    [TestCase("-1")]
    [TestCase("1")]
    [TestCase("0.5")]
    [TestCase("\"0\"")]
    [TestCase("\"splice\"")]
    [TestCase("null")]
    public async Task Cve_2022_2421_the_number_of_a_placeholder_is_validated(string number)
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnError(error => errors.Add(error.Message))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync($"451-[\"x\",{{\"_placeholder\":true,\"num\":{number}}}]");
        await client.SendAsync([1]);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Is.EqualTo("illegal attachments"));
    }

    [TestCase("[{\"toString\":\"x\"}]")]
    [TestCase("[null]")]
    [TestCase("[[\"x\"]]")]
    [TestCase("[]")]
    public async Task Cve_2023_32695_the_name_of_an_event_is_a_text_or_a_number(string payload)
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.OnAny(_ => Assert.Fail("such an event must not be seen"));
            socket.OnError(error => errors.Add(error.Message));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42" + payload);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Is.EqualTo("invalid payload"));
    }

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

    [TestCase("450-[\"x\"]")]
    [TestCase("450-")]
    [TestCase("460-1[]")]
    [TestCase("45-[\"x\"]")]
    public async Task Cve_2026_69185_binary_packet_with_zero_attachments_is_rejected(string packet)
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnError(error => errors.Add(error.Message))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync(packet);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Is.EqualTo("Illegal attachments"));
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
    public async Task Cve_2026_45591_the_depth_of_a_payload_is_limited()
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnError(error => errors.Add(error.Message))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"x\"," + new string('[', 200_000) + new string(']', 200_000) + "]");

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Does.Contain("MaxPayloadDepth"));
    }

    [Test]
    public async Task The_deepest_payload_that_is_allowed_can_be_read_and_sent_back()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnAny(_ => { });
                socket.OnWithAck("x", (EventArgument argument) => argument);
            }),
            options => options.MaxPayloadDepth = 1_000);
        await using var client = await server.ConnectAsync();
        var deep = new string('[', 999) + new string(']', 999);

        await client.SendAsync($"421[\"x\",{deep}]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo($"431[{deep}]"));
    }

    [Test]
    public async Task The_namespaces_of_one_client_are_limited()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.Of("/a");
                io.Of("/b");
            },
            options => options.MaxNamespacesPerClient = 2);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("40/a,", "40/b,", "40/b,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/a,{"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/b,{\"message\":\"Too many namespaces\"}"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/b,{\"message\":\"Too many namespaces\"}"));
        Assert.That(server.Log.Of("TooManyNamespaces").Single().Message, Does.Contain("MaxNamespacesPerClient"));

        await client.SendTogetherAsync("41/a,", "40/b,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/b,{"), "there is room again");
    }

    [Test]
    public async Task The_children_of_a_dynamic_namespace_are_limited_and_empty_ones_make_room()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.Of((_, _) => true),
            options => options.MaxChildNamespaces = 2);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("40/a,", "40/b,", "40/c,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/a,{"));
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/b,{"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/c,{\"message\":\"Invalid namespace\"}"));
        Assert.That(server.Log.Of("TooManyChildren").Single().Message, Does.Contain("MaxChildNamespaces"));

        await client.SendTogetherAsync("41/a,", "40/c,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/c,{"), "the empty one has made room");
        Assert.That(server.IO.Namespaces.Select(static found => found.Name), Is.EquivalentTo(new[] { "/", "/b", "/c" }));
    }

    [Test]
    public async Task The_name_of_a_namespace_is_limited_before_anybody_is_asked_about_it()
    {
        var names = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.Of((name, _) =>
            {
                names.Add(name);
                return false;
            }),
            options => options.MaxNamespaceLength = 10);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("40/123456789,");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/123456789,{\"message\":\"Invalid namespace\"}"));
        await client.SendAsync("40/1234567890,");

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(names.Count, Is.EqualTo(1));
        Assert.That(server.Log.Of("InvalidPacket").Single().Message, Does.Contain("MaxNamespaceLength, 10"));
    }

    [Test]
    public void Floods_of_packets_that_cannot_be_read_cost_no_memory()
    {
        var decoder = new JsonPacketDecoder(new PacketLimits(10, 1_000, 64, 512));
        EngineIOMessage[] flood =
        [
            Text("7"), Text("2[\"connect\"]"), Text("2[\"x\""), Text("50-[]"), Text("2[\"x\"," + new string('[', 1_000)),
            Text("0/" + new string('a', 1_000)), Text("2" + new string('9', 1_000)), new(new byte[1_000], IsBinary: true),
        ];
        RunFlood(100);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        RunFlood(5_000);

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(100_000));

        void RunFlood(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                foreach (var message in flood)
                {
                    Assert.That(decoder.Decode(message, out _, out _), Is.EqualTo(PacketDecodeResult.Invalid));
                }
            }
        }

        static EngineIOMessage Text(string text) => new(Encoding.UTF8.GetBytes(text), IsBinary: false);
    }

    [Test]
    public async Task Floods_of_refused_connects_unknown_answers_and_rejoins_leave_nothing_behind()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Of("/mw").Use((_, _) => throw new ConnectionRefusedException("no")));
        await using var client = await server.ConnectAsync();

        for (var round = 0; round < 20; round++)
        {
            await client.SendTogetherAsync([.. Enumerable.Range(0, 100).SelectMany(static i => new[] { $"40/nope{i},", $"43{i}[1]", "40/mw,", "41", "40" })]);
            for (var i = 0; i < 300; i++)
            {
                Assert.That(await client.ReceiveAsync(), Does.StartWith("44/").Or.StartWith("40{"));
            }
        }

        Assert.That(server.IO.Namespaces, Has.Count.EqualTo(2));
        Assert.That(server.IO.MainNamespace.Adapter.Rooms, Has.Count.EqualTo(1));
        Assert.That(server.IO.Of("/mw").Adapter.Rooms, Is.Empty);
        Assert.That(((SocketNamespace)server.IO.Of("/mw")).Adapter.Table.Count, Is.Zero);
        Assert.That(((SocketNamespace)server.IO.MainNamespace).Adapter.Table.Count, Is.EqualTo(1));
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

    private static bool IsIncomplete(IEngineIOSession session) => ((ClientConnection)session.UserState!).IsPacketIncomplete;
}
