using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class FlushBatchingTests
{
    [Test]
    public async Task Eight_messages_that_arrive_together_leave_in_one_or_two_writes()
    {
        var connections = new List<CountingPipe>();
        IEngineIOSession? receiver = null;
        var handler = new RecordingHandler();
        handler.WhenMessage = (_, message) => RecordingHandler.EchoAsync(receiver!, message);
        await using var server = await StartAsync(handler, connections);
        await using var first = server.CreateClient();
        await using var sending = await first.ConnectAsync();
        await handler.Opened.NextAsync();
        await using var second = server.CreateClient();
        await using var receiving = await second.ConnectAsync();
        receiver = await handler.Opened.NextAsync();
        var before = connections[1].Writer.Flushes;

        await sending.SendTogetherAsync("40", "41", "42", "43", "44", "45", "46", "47");
        for (var i = 0; i < 8; i++)
        {
            Assert.That(await receiving.ReceiveAsync(), Is.EqualTo($"4{i}"));
        }

        Assert.That(connections[1].Writer.Flushes - before, Is.InRange(1, 3));
    }

    [Test]
    public async Task What_is_sent_while_a_write_is_under_way_goes_out_in_the_next_one()
    {
        var connections = new List<CountingPipe>();
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler, connections);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        var session = await handler.Opened.NextAsync();
        session.TrySendBinary(new byte[15_000_000]);
        Assert.That(session.IsWritable, Is.False);
        var before = connections[0].Writer.Flushes;

        for (var i = 0; i < 100; i++)
        {
            session.TrySendText($"{i}");
        }

        Assert.That(connections[0].Writer.Flushes, Is.EqualTo(before));
        Assert.That((await webSocket.ReceiveFrameAsync()).Payload, Has.Length.EqualTo(15_000_000));
        for (var i = 0; i < 100; i++)
        {
            Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo($"4{i}"));
        }

        Assert.That(connections[0].Writer.Flushes - before, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task A_handler_that_blocks_does_not_hold_back_what_an_earlier_one_sent([Values] bool isPolling)
    {
        using var release = new ManualResetEventSlim();
        IEngineIOSession? receiver = null;
        var handler = new RecordingHandler();
        handler.WhenMessage = (_, message) =>
        {
            if (message.GetText() == "block")
            {
                release.Wait(Eventually.Patience);
                return Task.CompletedTask;
            }

            return RecordingHandler.EchoAsync(receiver!, message);
        };
        await using var server = await StartAsync(handler, []);
        await using var second = server.CreateClient();
        await using var receiving = await second.ConnectAsync();
        receiver = await handler.Opened.NextAsync();
        await using var first = server.CreateClient();
        Task sent;
        if (isPolling)
        {
            await first.HandshakeAsync();
            sent = first.PostAsync("4quick\u001e4block\u001e4last");
        }
        else
        {
            sent = (await first.ConnectAsync()).SendTogetherAsync("4quick", "4block", "4last");
        }

        var arrived = await receiving.ReceiveAsync();
        var wasBlocked = !release.IsSet;
        release.Set();

        Assert.That((arrived, wasBlocked), Is.EqualTo(("4quick", true)));
        Assert.That(await receiving.ReceiveAsync(), Is.EqualTo("4last"));
        await sent.Soon();
    }

    [Test]
    public async Task A_handler_that_waits_does_not_hold_back_what_it_has_sent()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler
        {
            WhenMessage = async (session, message) =>
            {
                session.TrySendText("before");
                await release.Task;
                session.TrySendText("after");
            },
        };
        await using var server = await StartAsync(handler, []);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendTogetherAsync("4a", "4b");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4before"));
        release.SetResult();
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4after"));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4before"));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4after"));
    }

    [Test]
    public async Task A_close_in_a_batch_comes_after_what_the_batch_has_sent([Values] bool discard)
    {
        var handler = new RecordingHandler
        {
            WhenMessage = (session, message) =>
            {
                if (message.GetText() == "close")
                {
                    session.Close(discard);
                    return Task.CompletedTask;
                }

                return RecordingHandler.EchoAsync(session, message);
            },
        };
        await using var server = await StartAsync(handler, []);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        await webSocket.SendTogetherAsync("4a", "4b", "4close", "4ignored");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4a"));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4b"));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    [Test]
    public void A_broadcast_is_framed_once()
    {
        var message = EncodedMessage.Text("to all");

        Assert.That(WebSocketFrameCache.GetFrames(message, WireForm.V4), Is.SameAs(WebSocketFrameCache.GetFrames(message, WireForm.V4)));
    }

    private static Task<EngineTestServer> StartAsync(RecordingHandler handler, List<CountingPipe> connections)
        => EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Handler = handler,
            Options = static options => options.MaxOutgoingBytes = null,
            ConfigureBuilder = builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection =>
            {
                var counting = new CountingPipe(connection.Transport);
                lock (connections)
                {
                    connections.Add(counting);
                }

                connection.Transport = counting;
                return next(connection);
            }))),
        });

    private sealed class CountingPipe(IDuplexPipe inner) : IDuplexPipe
    {
        public PipeReader Input => inner.Input;

        public PipeWriter Output => Writer;

        public CountingWriter Writer { get; } = new(inner.Output);
    }

    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        private int _flushes;

        public int Flushes => Volatile.Read(ref _flushes);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _flushes);
            return inner.FlushAsync(cancellationToken);
        }

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;
    }
}
