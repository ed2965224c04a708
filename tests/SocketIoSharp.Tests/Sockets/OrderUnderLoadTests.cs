using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>The same promises with many threads at work.</summary>
public sealed class OrderUnderLoadTests
{
    [Test]
    public async Task Events_keep_their_order_whatever_their_handlers_wait_for([Values(1, 2, 64)] int mostQueued)
    {
        const int Count = 3_000;
        var handled = new Inbox<int>();
        var running = 0;
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket => socket.On("e", async (int number) =>
            {
                Assert.That(Interlocked.Increment(ref running), Is.EqualTo(1));
                if (number % 3 == 0)
                {
                    await Task.Yield();
                }

                if (number % 500 == 0)
                {
                    Assert.That(await socket.EmitWithAckAsync<int>("question", number), Is.EqualTo(number));
                }

                handled.Add(number);
                Interlocked.Decrement(ref running);
            })),
            options => options.MaxQueuedEventsPerSocket = mostQueued);
        await using var client = await server.ConnectAsync();

        var sending = SendAsync();
        for (var i = 0; i < Count / 500; i++)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo($"42{i}[\"question\",{i * 500}]"));
            await client.SendAsync($"43{i}[{i * 500}]");
        }

        Assert.That(await OrderTests.TakeAsync(handled, Count), Is.EqualTo(Enumerable.Range(0, Count)));
        await sending;

        async Task SendAsync()
        {
            foreach (var chunk in Enumerable.Range(0, Count).Chunk(500))
            {
                await client.SendTogetherAsync([.. chunk.Select(static number => $"42[\"e\",{number}]")]);
            }
        }
    }

    [Test]
    public async Task Nothing_runs_after_a_disconnect_from_any_thread()
    {
        for (var round = 0; round < 30; round++)
        {
            var steps = new ConcurrentQueue<string>();
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var started = new Inbox<IServerSocket>();
            await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
            {
                socket.On("e", async (int number) =>
                {
                    steps.Enqueue(socket.Connected ? "e" : "late");
                    if (number == 20)
                    {
                        started.Add(socket);
                    }

                    await Task.Yield();
                });
                socket.OnDisconnect(_ =>
                {
                    steps.Enqueue("left");
                    left.SetResult();
                });
            }));
            await using var client = await server.ConnectAsync();

            var sending = client.SendTogetherAsync([.. Enumerable.Range(0, 200).Select(static number => $"42[\"e\",{number}]")]);
            var socket = await started.NextAsync();
            await socket.DisconnectAsync();
            await left.Task.Soon();
            await sending;

            // The handler that was just beginning may see that its client has gone; none begins later.
            Assert.That(steps.Last(), Is.EqualTo("left"));
            Assert.That(steps.Count(static step => step == "late"), Is.LessThanOrEqualTo(1));
        }
    }

    [Test]
    public async Task Every_call_ends_and_nothing_is_left_of_it_however_it_ends()
    {
        const int Callers = 4;
        const int Calls = 250;
        var time = new ManualTimeProvider();
        var sockets = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(sockets.Add), options => options.PingInterval = TimeSpan.FromHours(2), time);
        await using var client = await server.ConnectAsync();
        var socket = await sockets.NextAsync();
        using var cancellation = new CancellationTokenSource();

        var calling = Enumerable.Range(0, Callers).Select(_ => Task.Run(() => Enumerable.Range(0, Calls).Select(i => (i % 4) switch
        {
            0 => (Task)socket.EmitWithAckAsync<int>("answer"),
            1 => socket.EmitWithAckAsync<int>("nothing", [], cancellation.Token),
            2 => socket.Timeout(TimeSpan.FromSeconds(1 + i)).EmitWithAckAsync<int>("nothing"),
            _ => server.IO.Timeout(TimeSpan.FromSeconds(1 + i)).EmitWithAckAsync<int>("answer"),
        }).ToList())).ToList();
        for (var received = 0; received < Callers * Calls; received++)
        {
            var text = await client.ReceiveAsync();
            if (text.EndsWith("[\"answer\"]", StringComparison.Ordinal))
            {
                var id = int.Parse(text.AsSpan(2, text.IndexOf('[', StringComparison.Ordinal) - 2), CultureInfo.InvariantCulture);
                await client.SendTogetherAsync($"43{id}[1]", $"43{id}[2]");
            }
        }

        var advancing = Task.Run(() =>
        {
            for (var second = 0; second < Calls; second++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }
        });
        await cancellation.CancelAsync();
        await advancing;
        var calls = (await Task.WhenAll(calling)).SelectMany(static all => all).ToList();
        await Eventually.True(() => calls.TrueForAll(static call => call.IsCompleted));

        Assert.That(calls.Count(static call => call.IsCanceled), Is.EqualTo(Callers * ((Calls + 2) / 4)));
        Assert.That(calls.Count(static call => call.IsFaulted), Is.EqualTo(Callers * ((Calls + 1) / 4)));
        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.Zero);
        Assert.That(SocketIOTestServer.IsAwaitingAcks(socket), Is.False, "or reading would never stop again");
    }

    [Test]
    public async Task A_client_that_leaves_as_soon_as_it_is_in_has_been_there()
    {
        const int Rounds = 500;
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(async (_, next) =>
            {
                await Task.Yield();
                await next();
            });
            io.OnConnection(socket =>
            {
                steps.Add("in");
                socket.On("e", () => steps.Add("e"));
                socket.OnDisconnect(_ => steps.Add("out"));
            });
        });
        await using var client = await server.OpenAsync();

        for (var round = 0; round < Rounds; round++)
        {
            await client.SendAsync("40");
            Assert.That(await client.ReceiveAsync(), Does.StartWith("40{"));
            await client.SendTogetherAsync("42[\"e\"]", "41");
        }

        // A socket's steps keep their order; those of the next one may come in between.
        var all = await OrderTests.TakeAsync(steps, 3 * Rounds);
        Assert.That(all.GroupBy(static step => step).Select(static group => group.Count()), Is.EqualTo(new[] { Rounds, Rounds, Rounds }));
    }

    [Test]
    public async Task Calls_that_begin_while_their_client_leaves_end_too()
    {
        for (var round = 0; round < 30; round++)
        {
            var sockets = new Inbox<IServerSocket>();
            await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(sockets.Add));
            await using var client = await server.ConnectAsync();
            var socket = await sockets.NextAsync();

            var calling = Task.Run(() =>
            {
                var calls = new List<Task>();
                while (socket.Connected || calls.Count < 10)
                {
                    calls.Add(socket.EmitWithAckAsync<int>("question"));
                    calls.Add(server.IO.EmitWithAckAsync<int>("question"));
                }

                return calls;
            });
            await client.SendAsync("41");

            foreach (var call in await calling.Soon())
            {
                await ((Task)Task.WhenAny(call)).Soon();
            }

            Assert.That(SocketIOTestServer.PendingAcks(socket), Is.Zero);
            Assert.That(SocketIOTestServer.IsAwaitingAcks(socket), Is.False);
        }
    }
}
