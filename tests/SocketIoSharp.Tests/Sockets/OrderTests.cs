using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>In which order a client's events are handled, and what overtakes them.</summary>
public sealed class OrderTests
{
    [Test]
    public async Task Events_are_handled_one_after_the_other_also_when_handlers_are_async()
    {
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("sync", (int number) => steps.Add($"sync {number}"));
            socket.On("async", async (int number) =>
            {
                steps.Add($"begin {number}");
                await Task.Yield();
                steps.Add($"end {number}");
            });
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"async\",1]", "42[\"async\",2]", "42[\"sync\",3]", "42[\"async\",4]", "42[\"sync\",5]");

        Assert.That(
            await TakeAsync(steps, 8),
            Is.EqualTo(new[] { "begin 1", "end 1", "begin 2", "end 2", "sync 3", "begin 4", "end 4", "sync 5" }));
    }

    [Test]
    public async Task All_handlers_of_an_event_start_before_the_first_is_done()
    {
        var steps = new Inbox<string>();
        var gate = new TaskCompletionSource();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("e", async () =>
            {
                steps.Add("first begins");
                await gate.Task;
                steps.Add("first ends");
            });
            socket.On("e", () => steps.Add("second"));
            socket.On("next", () => steps.Add("next"));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"e\"]", "42[\"next\"]");
        Assert.That(await TakeAsync(steps, 2), Is.EqualTo(new[] { "first begins", "second" }));
        gate.SetResult();

        Assert.That(await TakeAsync(steps, 2), Is.EqualTo(new[] { "first ends", "next" }));
    }

    [Test]
    public async Task An_event_right_behind_the_connect_waits_for_an_async_connection_handler()
    {
        var gate = new TaskCompletionSource();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(async socket =>
        {
            await gate.Task;
            socket.OnWithAck("e", (int number) => number);
        }));
        await using var client = await server.OpenAsync();

        await client.SendTogetherAsync("40", "421[\"e\",7]");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{"));
        gate.SetResult();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[7]"));
    }

    [Test]
    public async Task Connection_handlers_run_one_after_the_other()
    {
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.OnConnection(async _ =>
            {
                steps.Add("first begins");
                await Task.Yield();
                steps.Add("first ends");
            });
            io.OnConnection(_ => steps.Add("second"));
        });
        await using var client = await server.ConnectAsync();

        Assert.That(await TakeAsync(steps, 3), Is.EqualTo(new[] { "first begins", "first ends", "second" }));
    }

    [Test]
    public async Task Without_waiting_events_start_in_order_and_end_when_they_like()
    {
        var steps = new Inbox<string>();
        var gates = new[] { new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource() };
        await using var server = await StartGatedAsync(steps, gates, mostRunning: int.MaxValue);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"e\",0]", "42[\"e\",1]", "42[\"e\",2]");
        Assert.That(await TakeAsync(steps, 3), Is.EqualTo(new[] { "begin 0", "begin 1", "begin 2" }));
        foreach (var number in new[] { 2, 0, 1 })
        {
            gates[number].SetResult();
            Assert.That(await steps.NextAsync(), Is.EqualTo($"end {number}"));
        }
    }

    [Test]
    public async Task With_two_at_a_time_the_third_waits_for_either()
    {
        var steps = new Inbox<string>();
        var gates = new[] { new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource() };
        await using var server = await StartGatedAsync(steps, gates, mostRunning: 2);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"e\",0]", "42[\"e\",1]", "42[\"e\",2]");
        Assert.That(await TakeAsync(steps, 2), Is.EqualTo(new[] { "begin 0", "begin 1" }));
        gates[1].SetResult();

        Assert.That(await TakeAsync(steps, 2), Is.EqualTo(new[] { "end 1", "begin 2" }));
        gates[0].SetResult();
        gates[2].SetResult();
    }

    [Test]
    public async Task A_handler_gets_the_answer_that_it_awaits_though_500_events_come_first()
    {
        var handled = new Inbox<int>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("ask me", async () => handled.Add(await socket.EmitWithAckAsync<int>("question")));
            socket.On("e", (int number) => handled.Add(number));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"ask me\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\"]"));
        await client.SendTogetherAsync([.. Enumerable.Range(0, 500).Select(static number => $"42[\"e\",{number}]"), "430[-1]"]);

        Assert.That(await TakeAsync(handled, 501), Is.EqualTo(Enumerable.Range(-1, 501)));
    }

    [Test]
    public async Task A_handler_that_asks_after_reading_has_stopped_gets_its_answer()
    {
        var handled = new Inbox<int>();
        var gate = new TaskCompletionSource();
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            sockets.Add(socket);
            socket.On("ask me", async () =>
            {
                await gate.Task;
                handled.Add(await socket.EmitWithAckAsync<int>("question"));
            });
            socket.On("e", (int number) => handled.Add(number));
        }));
        await using var client = await server.ConnectAsync();
        var socket = await sockets.NextAsync();

        await client.SendAsync("42[\"ask me\"]");
        await client.SendTogetherAsync([.. Enumerable.Range(100, 300).Select(static number => $"42[\"e\",{number}]")]);
        await Eventually.True(() => SocketIOTestServer.QueuedBytes(socket) == 64 * ("[\"e\",100]".Length + 64));
        gate.SetResult();
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\"]"));
        await client.SendAsync("430[-1]");

        Assert.That(await handled.NextAsync(), Is.EqualTo(-1));
        Assert.That(await TakeAsync(handled, 300), Is.EqualTo(Enumerable.Range(100, 300)));
    }

    [Test]
    public async Task A_handler_may_ask_again_and_again_while_reading_stops_in_between()
    {
        var answers = new Inbox<int>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("ask me", async () =>
                {
                    for (var i = 0; i < 20; i++)
                    {
                        answers.Add(await socket.EmitWithAckAsync<int>("question"));
                    }
                });
                socket.On("e", () => { });
            }),
            options => options.MaxQueuedEventsPerSocket = 2);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"ask me\"]");
        for (var i = 0; i < 20; i++)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo($"42{i}[\"question\"]"));
            await client.SendTogetherAsync("42[\"e\"]", "42[\"e\"]", "42[\"e\"]", $"43{i}[{i}]");
        }

        Assert.That(await TakeAsync(answers, 20), Is.EqualTo(Enumerable.Range(0, 20)));
    }

    [Test]
    public async Task A_handler_may_ask_the_same_client_in_another_namespace()
    {
        var answers = new Inbox<int>();
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.Of("/other");
                io.OnConnection(socket =>
                {
                    socket.On("ask me", async () => answers.Add((await io.Of("/other").Timeout(Eventually.Patience).EmitWithAckAsync<int>("question")).Responses[0]));
                    socket.On("e", () => { });
                });
            },
            options => options.MaxQueuedEventsPerSocket = 2);
        await using var client = await server.ConnectAsync();
        await client.SendAsync("40/other,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/other,{"));

        await client.SendAsync("42[\"ask me\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42/other,0[\"question\"]"));
        await client.SendTogetherAsync("42[\"e\"]", "42[\"e\"]", "42[\"e\"]", "43/other,0[5]");

        Assert.That(await answers.NextAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task Answers_are_taken_at_once_while_a_handler_runs()
    {
        var gate = new TaskCompletionSource();
        var running = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.On("slow", () =>
        {
            running.Add(socket);
            return gate.Task;
        })));
        await using var client = await server.ConnectAsync();
        await client.SendTogetherAsync("42[\"slow\"]", "42[\"slow\"]");
        var socket = await running.NextAsync();

        var asking = socket.EmitWithAckAsync<string>("question");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\"]"));
        await client.SendAsync("430[\"answer\"]");

        Assert.That(await asking.Soon(), Is.EqualTo("answer"));
        Assert.That(running.Count, Is.Zero, "the second event must wait for the first");
        gate.SetResult();
    }

    [Test]
    public async Task A_slow_handler_holds_back_no_other_connection_and_no_other_namespace()
    {
        var gate = new TaskCompletionSource();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.OnConnection(socket =>
            {
                socket.On("slow", () => gate.Task);
                socket.OnWithAck("e", (int number) => number);
            });
            io.Of("/other").OnConnection(socket => socket.OnWithAck("e", (int number) => number));
        });
        await using var slow = await server.ConnectAsync();
        await using var other = await server.ConnectAsync();
        await slow.SendAsync("40/other,");
        Assert.That(await slow.ReceiveAsync(), Does.StartWith("40/other,{"));

        await slow.SendTogetherAsync("42[\"slow\"]", "421[\"e\",1]", "42/other,2[\"e\",2]");
        await other.SendAsync("423[\"e\",3]");

        Assert.That(await slow.ReceiveAsync(), Is.EqualTo("43/other,2[2]"));
        Assert.That(await other.ReceiveAsync(), Is.EqualTo("433[3]"));
        gate.SetResult();
        Assert.That(await slow.ReceiveAsync(), Is.EqualTo("431[1]"));
    }

    /// <summary>A server whose handler of "e" waits for the gate of its number.</summary>
    private static Task<SocketIOTestServer> StartGatedAsync(Inbox<string> steps, TaskCompletionSource[] gates, int mostRunning)
        => SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket => socket.On("e", async (int number) =>
            {
                steps.Add($"begin {number}");
                await gates[number].Task;
                steps.Add($"end {number}");
            })),
            options => options.MaxConcurrentEventsPerSocket = mostRunning);

    internal static async Task<List<T>> TakeAsync<T>(Inbox<T> inbox, int count)
    {
        var taken = new List<T>(count);
        while (taken.Count < count)
        {
            taken.Add(await inbox.NextAsync());
        }

        return taken;
    }
}
