using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>What a writer of a connection sends, and how long a flush takes.</summary>
[TestFixture(false)]
[TestFixture(true)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WritingTests(bool isInline) : ConnectionTests(isInline)
{
    /// <summary>More than the buffers of both sockets take.</summary>
    private const int Much = 16_000_000;

    [Test]
    public async Task Everything_arrives_in_order_however_it_is_written()
    {
        const int Size = 3_000_000;
        var (client, writer) = await OpenForWritingAsync();
        using var socket = client;
        var written = Sockets.RandomBytes(Size);
        var receiving = client.ReceiveExactlyAsync(Size);
        var random = new Random(3);

        for (var done = 0; done < Size;)
        {
            var hint = random.Next(4) switch { 0 => 0, 1 => random.Next(1, 100), 2 => random.Next(1, 5_000), _ => random.Next(1, 90_000) };
            var memory = writer.GetMemory(hint);
            Assert.That(memory.Length, Is.GreaterThanOrEqualTo(Math.Max(hint, 1)));
            var length = Math.Min(Math.Min(memory.Length, random.Next(1, Math.Max(hint, 2))), Size - done);
            written.AsSpan(done, length).CopyTo(memory.Span);
            writer.Advance(length);
            done += length;
            if (random.Next(3) == 0 || done == Size)
            {
                await writer.FlushAsync().Soon();
                Assert.That(writer.UnflushedBytes, Is.Zero);
            }
        }

        Assert.That((await receiving).AsSpan().SequenceEqual(written));
    }

    [Test]
    public async Task A_flush_waits_for_a_slow_client_and_what_is_written_meanwhile_comes_behind_it()
    {
        var (client, writer) = await OpenForWritingAsync();
        using var socket = client;
        var much = Sockets.RandomBytes(Much);
        writer.Write(much);
        var flushing = writer.FlushAsync();
        var isWaiting = !flushing.IsCompleted;
        writer.WriteText("behind it");
        var unflushed = writer.UnflushedBytes;

        var received = await client.ReceiveExactlyAsync(Much);
        var result = await flushing.Soon();
        await writer.FlushAsync().Soon();

        Assert.That((isWaiting, unflushed, result.IsCompleted), Is.EqualTo((true, 9L, false)));
        Assert.That(received.AsSpan().SequenceEqual(much));
        Assert.That(await client.ReceiveTextAsync(9), Is.EqualTo("behind it"));
    }

    [Test]
    public async Task What_was_not_flushed_is_not_sent_with_an_earlier_flush()
    {
        var (client, writer) = await OpenForWritingAsync();
        using var socket = client;
        writer.Write(new byte[Much]);
        var flushing = writer.FlushAsync();
        var memory = writer.GetMemory(5);
        await client.ReceiveExactlyAsync(Much);
        await flushing.Soon();

        // The memory was lent all the time: it is still the writer's.
        "hello"u8.CopyTo(memory.Span);
        writer.Advance(5);
        await writer.FlushAsync().Soon();

        Assert.That(await client.ReceiveTextAsync(5), Is.EqualTo("hello"));
    }

    [Test]
    public async Task All_that_was_written_arrives_before_the_connection_ends()
    {
        var much = Sockets.RandomBytes(Much);
        await using var server = await EpollServer.StartAsync(IsInline, connection =>
        {
            connection.Transport.Output.Write(much);
            return Task.CompletedTask;
        });
        using var client = await server.ConnectAsync();

        Assert.That((await client.ReceiveExactlyAsync(Much)).AsSpan().SequenceEqual(much));
        Assert.That(await client.ReceiveAsync(new byte[1]).Soon(), Is.Zero);
    }

    [Test]
    public async Task A_client_that_leaves_ends_the_flush_that_waits_for_it()
    {
        var (client, writer) = await OpenForWritingAsync();
        writer.Write(new byte[Much]);
        var flushing = writer.FlushAsync();

        client.Reset();

        Assert.That((await flushing.Soon()).IsCompleted);
        writer.WriteText("for nobody");
        Assert.That((await writer.FlushAsync().Soon()).IsCompleted);
    }

    [Test]
    public async Task An_abort_ends_the_flush()
    {
        var (client, connection) = await OpenAsync();
        var writer = connection.Transport.Output;
        using var socket = client;
        writer.Write(new byte[Much]);
        var flushing = writer.FlushAsync();

        connection.Abort();

        Assert.That((await flushing.Soon()).IsCompleted);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_flush_that_is_called_off_still_sends(bool isWaiting)
    {
        var (client, writer) = await OpenForWritingAsync();
        using var socket = client;
        var length = isWaiting ? Much : 10;
        writer.Write(new byte[length]);
        if (!isWaiting)
        {
            writer.CancelPendingFlush();
        }

        var flushing = writer.FlushAsync();
        if (isWaiting)
        {
            writer.CancelPendingFlush();
        }

        Assert.That((await flushing.Soon()).IsCanceled);
        await client.ReceiveExactlyAsync(length);
        Assert.That((await writer.FlushAsync().Soon()).IsCanceled, Is.False);
    }

    [Test]
    public async Task A_token_ends_the_waiting_and_not_the_sending()
    {
        var (client, writer) = await OpenForWritingAsync();
        using var socket = client;
        using var enough = new CancellationTokenSource();
        writer.Write(new byte[Much]);
        var flushing = writer.FlushAsync(enough.Token);

        await enough.CancelAsync();

        await Assert.ThatAsync(async () => await flushing.Soon(), Throws.InstanceOf<OperationCanceledException>());
        await client.ReceiveExactlyAsync(Much);
    }

    [Test]
    public async Task Mistakes_are_named()
    {
        var (client, writer) = await OpenForWritingAsync();
        using var socket = client;
        var room = writer.GetMemory().Length;
        Assert.That(() => writer.Advance(room + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => writer.GetSpan(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        writer.Write(new byte[Much]);
        var flushing = writer.FlushAsync();
        await Assert.ThatAsync(async () => await writer.FlushAsync(), Throws.InvalidOperationException.With.Message.Contains("await it first"));
        await client.ReceiveExactlyAsync(Much);
        await flushing.Soon();
        await writer.CompleteAsync();
        Assert.That(() => writer.GetSpan(1), Throws.InvalidOperationException);
    }

    private async Task<(Socket Client, PipeWriter Writer)> OpenForWritingAsync()
    {
        var (client, connection) = await OpenAsync();
        return (client, connection.Transport.Output);
    }
}
