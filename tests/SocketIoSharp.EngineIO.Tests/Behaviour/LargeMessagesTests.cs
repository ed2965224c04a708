using System.Collections.Concurrent;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Messages that take long to read are handled on threads of their own, in their turn.</summary>
public sealed class LargeMessagesTests
{
    private const int Large = 600_000;

    [TestCase(false)]
    [TestCase(true)]
    public async Task They_are_handled_apart_and_in_order(bool isPolling)
    {
        var handler = new ThreadHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        var large = new string('x', Large);
        if (isPolling)
        {
            await client.HandshakeAsync();
            await client.PostAsync($"4one\u001e4{large}\u001e4two");
        }
        else
        {
            await using var webSocket = await client.ConnectAsync();
            await webSocket.SendAsync("4one");
            await webSocket.SendAsync("4" + large);
            await webSocket.SendAsync("4two");
            await handler.WhenHandledAsync(3);
        }

        await handler.WhenHandledAsync(3);
        Assert.That(handler.Handled, Is.EqualTo([(3, true), (Large, false), (3, true)]));
    }

    [Test]
    public async Task More_of_them_than_there_are_threads_for_are_handled_all_the_same()
    {
        var ownThreads = 2 * Environment.ProcessorCount;
        var count = ownThreads + 2;
        using var release = new ManualResetEventSlim();
        var handler = new ThreadHandler { BlocksUntil = release };
        await using var server = await EngineTestServer.StartAsync(handler);
        var large = "4" + new string('x', Large);
        var clients = new List<RawEngineIOClient>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                clients.Add(server.CreateClient());
                await (await clients[i].ConnectAsync()).SendAsync(large);
            }

            // Those that have a thread of their own wait there; others are answered meanwhile.
            await using var other = server.CreateClient();
            await (await other.ConnectAsync()).SendAsync("4small");
            await Eventually.True(() => handler.Handled.Any(static one => one.Length == 5));
            release.Set();

            await handler.WhenHandledAsync(count + 1);
            Assert.That(handler.Handled.Count(static one => one is { Length: Large, IsOnPool: false }), Is.InRange(1, ownThreads));
        }
        finally
        {
            release.Set();
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private sealed class ThreadHandler : IEngineIOHandler
    {
        public ManualResetEventSlim? BlocksUntil { get; init; }

        public ConcurrentQueue<(int Length, bool IsOnPool)> Handled { get; } = new();

        public Task OnOpenAsync(IEngineIOSession session) => Task.CompletedTask;

        public Task OnMessageAsync(IEngineIOSession session, EngineIOMessage message)
        {
            if (message.Data.Length == Large)
            {
                BlocksUntil?.Wait(Eventually.Patience);
            }

            Handled.Enqueue((message.Data.Length, Thread.CurrentThread.IsThreadPoolThread));
            return Task.CompletedTask;
        }

        public Task OnCloseAsync(IEngineIOSession session, SessionClose close) => Task.CompletedTask;

        public Task WhenHandledAsync(int count) => Eventually.True(() => Handled.Count >= count);
    }
}
