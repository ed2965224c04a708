using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What happens to a client that sends faster than its events are handled.</summary>
public sealed class BackpressureTests
{
    // What an event costs beside its bytes.
    private const int Overhead = 64;

    [Test]
    public async Task A_full_inbox_stops_the_reading_pings_go_out_and_everything_is_handled_in_the_end()
    {
        var time = new ManualTimeProvider();
        var gate = new TaskCompletionSource();
        var handled = new Inbox<int>();
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.OnConnection(socket =>
                {
                    sockets.Add(socket);
                    socket.On("slow", () => gate.Task);
                    socket.On("e", (int number) => handled.Add(number));
                });
                io.Of("/other").OnConnection(socket => socket.OnWithAck("e", (int number) => number));
            },
            time: time);
        await using var client = await server.ConnectAsync();
        var socket = await sockets.NextAsync();
        await client.SendAsync("40/other,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/other,{"));

        await client.SendAsync("42[\"slow\"]");
        await client.SendTogetherAsync([.. Enumerable.Range(100, 200).Select(static number => $"42[\"e\",{number}]"), "42/other,0[\"e\",1]"]);
        var full = 64 * ("[\"e\",100]".Length + Overhead);
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(socket) == full);
        time.Advance(TimeSpan.FromSeconds(26));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("2"), "the other namespace must wait, the ping must not");
        Assert.That(SocketIOTestServer.QueuedBytes(socket), Is.EqualTo(full));
        await client.SendAsync("3");
        gate.SetResult();

        Assert.That(await OrderTests.TakeAsync(handled, 200), Is.EqualTo(Enumerable.Range(100, 200)));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("43/other,0[1]"));
        Assert.That(SocketIOTestServer.QueuedBytes(socket), Is.Zero);
    }

    [Test]
    public async Task Bytes_that_wait_stop_the_reading_too()
    {
        var gate = new TaskCompletionSource();
        var handled = new Inbox<int>();
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                sockets.Add(socket);
                socket.On("slow", () => gate.Task);
                socket.On("e", (string text) => handled.Add(text.Length));
            }),
            options => options.MaxQueuedBytesPerClient = 2_000);
        await using var client = await server.ConnectAsync();
        var socket = await sockets.NextAsync();
        var text = new string('x', 1_000);

        await client.SendAsync("42[\"slow\"]");
        await client.SendTogetherAsync([.. Enumerable.Repeat($"42[\"e\",\"{text}\"]", 20)]);
        var full = 2 * (text.Length + "[\"e\",\"\"]".Length + Overhead);
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(socket) == full);
        await socket.EmitAsync("still there");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42[\"still there\"]"));
        Assert.That(SocketIOTestServer.QueuedBytes(socket), Is.EqualTo(full));
        gate.SetResult();

        Assert.That(await OrderTests.TakeAsync(handled, 20), Has.All.EqualTo(1_000));
    }

    [Test]
    public async Task One_event_larger_than_all_bounds_waits_for_its_turn()
    {
        var gate = new TaskCompletionSource();
        var running = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("slow", () =>
                {
                    running.Add(socket);
                    return gate.Task;
                });
                socket.OnWithAck("e", (string text) => text.Length);
            }),
            options =>
            {
                options.MaxQueuedBytesPerClient = 1_000;
                options.MaxQueuedBytesWhileAwaitingAck = 2_000;
            });
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"slow\"]");
        var socket = await running.NextAsync();
        await client.SendAsync($"421[\"e\",\"{new string('x', 5_000)}\"]");
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(socket) > 5_000);
        Assert.That(socket.Connected);
        gate.SetResult();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[5000]"));
    }

    [Test]
    public async Task A_post_is_answered_when_its_events_have_found_room()
    {
        var gate = new TaskCompletionSource();
        var handled = new Inbox<int>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("slow", () => gate.Task);
                socket.On("e", (int number) => handled.Add(number));
            }),
            options => options.MaxQueuedEventsPerSocket = 2);
        await using var client = new RawEngineIOClient(server.Address, new RawClientOptions { Path = "/socket.io/" });
        await client.HandshakeAsync();
        await client.PostAsync("40");
        Assert.That(await client.GetAsync(), Does.StartWith("40{"));

        await client.PostAsync("42[\"slow\"]\u001e42[\"e\",1]");
        var posting = client.PostAsync("42[\"e\",2]\u001e42[\"e\",3]\u001e42[\"e\",4]");
        Assert.That(posting.IsCompleted, Is.False);
        Assert.That(handled.Count, Is.Zero);
        gate.SetResult();
        await posting.Soon();

        Assert.That(await OrderTests.TakeAsync(handled, 4), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task More_events_than_may_wait_while_an_answer_is_awaited_close_the_connection()
    {
        var results = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("ask me", async () =>
                {
                    try
                    {
                        await socket.EmitWithAckAsync<int>("question");
                    }
                    catch (SocketDisconnectedException)
                    {
                        results.Add("gone");
                    }
                });
                socket.On("e", () => { });
                socket.OnDisconnect(reason => results.Add(reason.Text));
            }),
            options =>
            {
                options.MaxQueuedEventsPerSocket = 4;
                options.MaxQueuedEventsWhileAwaitingAck = 8;
            });
        await using var client = await server.ConnectAsync();
        await client.SendAsync("42[\"ask me\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\"]"));

        await client.SendTogetherAsync([.. Enumerable.Repeat("42[\"e\"]", 9)]);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await OrderTests.TakeAsync(results, 2), Is.EqualTo(new[] { "gone", "forced close" }));
        AssertTooManyEvents(server);
    }

    [Test]
    public async Task More_bytes_than_may_wait_while_an_answer_is_awaited_close_the_connection()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("ask me", () => socket.EmitWithAckAsync<int>("question"));
                socket.On("e", (string _) => { });
            }),
            options =>
            {
                options.MaxQueuedBytesPerClient = 1_000;
                options.MaxQueuedBytesWhileAwaitingAck = 4_000;
            });
        await using var client = await server.ConnectAsync();
        await client.SendAsync("42[\"ask me\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\"]"));

        await client.SendTogetherAsync([.. Enumerable.Repeat($"42[\"e\",\"{new string('x', 1_000)}\"]", 5)]);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        AssertTooManyEvents(server);
    }

    [Test]
    public async Task Without_bounds_a_client_may_send_what_it_likes_while_an_answer_is_awaited()
    {
        var handled = new Inbox<int>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("ask me", async () => handled.Add(await socket.EmitWithAckAsync<int>("question")));
                socket.On("e", (int number) => handled.Add(number));
            }),
            options =>
            {
                options.MaxQueuedEventsWhileAwaitingAck = null;
                options.MaxQueuedBytesWhileAwaitingAck = null;
            });
        await using var client = await server.ConnectAsync();
        await client.SendAsync("42[\"ask me\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\"]"));

        await client.SendTogetherAsync([.. Enumerable.Range(0, 6_000).Select(static number => $"42[\"e\",{number}]"), "430[-1]"]);

        Assert.That(await OrderTests.TakeAsync(handled, 6_001), Is.EqualTo(Enumerable.Range(-1, 6_001)));
    }

    [Test]
    public async Task A_handler_that_holds_back_events_is_named_once()
    {
        var time = new ManualTimeProvider();
        var gates = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        var running = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("first", () =>
                {
                    running.Add(socket);
                    return gates[0].Task;
                });
                socket.On("second", () =>
                {
                    running.Add(socket);
                    return gates[1].Task;
                });
                socket.OnWithAck("third", () => 3);
            }),
            options => options.PingInterval = TimeSpan.FromHours(1),
            time);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"first\"]", "42[\"second\"]", "420[\"third\"]");
        var socket = await running.NextAsync();
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(socket) == "[\"second\"][\"third\"]".Length + (2 * Overhead));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(server.Log.Of("SlowHandler"), Is.Empty);
        time.Advance(TimeSpan.FromSeconds(2));
        AssertSlowHandlers(server, "first");
        time.Advance(TimeSpan.FromMinutes(2));
        AssertSlowHandlers(server, "first");

        // The next one is another handler, with a warning of its own.
        gates[0].SetResult();
        await running.NextAsync();
        time.Advance(TimeSpan.FromSeconds(21));
        AssertSlowHandlers(server, "first", "second");
        time.Advance(TimeSpan.FromMinutes(2));
        AssertSlowHandlers(server, "first", "second");
        gates[1].SetResult();
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("430[3]"));
    }

    [Test]
    public async Task A_handler_that_blocks_its_thread_is_named_too()
    {
        var time = new ManualTimeProvider();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var block = new ManualResetEventSlim();
        var running = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("waiting", () => gate.Task);
                socket.On("blocking", () =>
                {
                    running.Add("blocking");
                    block.Wait();
                });
                socket.OnWithAck("last", () => 1);
            }),
            options => options.PingInterval = TimeSpan.FromHours(1),
            time);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"waiting\"]", "42[\"blocking\"]", "420[\"last\"]");
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(server.IO.MainNamespace.Sockets.Values.Single()) == "[\"blocking\"][\"last\"]".Length + (2 * Overhead));
        gate.SetResult();
        await running.NextAsync();
        time.Advance(TimeSpan.FromSeconds(21));

        AssertSlowHandlers(server, "blocking");
        block.Set();
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("430[1]"));
    }

    [Test]
    public async Task A_connection_handler_that_holds_back_events_is_named()
    {
        var time = new ManualTimeProvider();
        var gate = new TaskCompletionSource();
        var running = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(async socket =>
            {
                running.Add(socket);
                await gate.Task;
                socket.OnWithAck("e", () => 1);
            }),
            options => options.PingInterval = TimeSpan.FromHours(1),
            time);
        await using var client = await server.ConnectAsync();
        var socket = await running.NextAsync();

        await client.SendAsync("420[\"e\"]");
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(socket) > 0);
        time.Advance(TimeSpan.FromSeconds(11));

        AssertSlowHandlers(server, "connection");
        gate.SetResult();
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("430[1]"));
    }

    [Test]
    public async Task A_slow_handler_that_holds_nothing_back_is_not_mentioned()
    {
        var time = new ManualTimeProvider();
        var gate = new TaskCompletionSource();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket => socket.OnWithAck("e", async () =>
            {
                await gate.Task;
                return 1;
            })),
            options => options.PingInterval = TimeSpan.FromHours(1),
            time);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("420[\"e\"]");
        time.Advance(TimeSpan.FromMinutes(1));
        gate.SetResult();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("430[1]"));
        Assert.That(server.Log.Of("SlowHandler"), Is.Empty);
    }

    private static void AssertTooManyEvents(SocketIOTestServer server)
    {
        var warning = server.Log.Of("TooManyEvents").Single();
        Assert.That(warning.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(warning.Message, Does.Contain("MaxQueuedEventsWhileAwaitingAck").And.Contain("MaxQueuedBytesWhileAwaitingAck"));
    }

    private static void AssertSlowHandlers(SocketIOTestServer server, params string[] names)
    {
        var warnings = server.Log.Of("SlowHandler");
        Assert.That(warnings, Has.Count.EqualTo(names.Length));
        Assert.That(warnings, Has.All.Property("Level").EqualTo(LogLevel.Warning));
        for (var i = 0; i < names.Length; i++)
        {
            Assert.That(warnings[i].Message, Does.Contain($"\"{names[i]}\"").And.Contain("MaxConcurrentEventsPerSocket").And.Contain("10 seconds"));
        }
    }
}
