using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>What a reader of a connection gets, and when.</summary>
[TestFixture(false)]
[TestFixture(true)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReadingTests(bool isInline) : ConnectionTests(isInline)
{
    [Test]
    public async Task Everything_arrives_in_order_however_it_is_taken()
    {
        const int Size = 3_000_000;
        var (client, reader) = await OpenForReadingAsync();
        using var socket = client;
        var sent = Sockets.RandomBytes(Size);
        var sending = SendInPiecesAsync(client, sent);
        var received = new ArrayBufferWriter<byte>(Size);
        var random = new Random(1);

        while (received.WrittenCount < Size)
        {
            var result = await reader.ReadAsync().Soon();
            var taken = result.Buffer.Slice(0, random.NextInt64(result.Buffer.Length + 1));
            foreach (var part in taken)
            {
                received.Write(part.Span);
            }

            // Sometimes all of it has been looked at, and sometimes the rest is to be read at once.
            reader.AdvanceTo(taken.End, random.Next(2) == 0 && received.WrittenCount + (result.Buffer.Length - taken.Length) < Size ? result.Buffer.End : taken.End);
        }

        await sending.Soon();
        Assert.That(received.WrittenSpan.SequenceEqual(sent));
    }

    [Test]
    public async Task What_was_looked_at_comes_again_with_more()
    {
        var (client, reader) = await OpenForReadingAsync();
        using var socket = client;
        await client.SendTextAsync("one");
        var first = await reader.ReadAsync().Soon();
        reader.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        var second = reader.ReadAsync();
        var isWaiting = !second.IsCompleted;
        await client.SendTextAsync("two");

        var result = await second.Soon();
        Assert.That(isWaiting);
        Assert.That(Text(result.Buffer), Is.EqualTo("onetwo"));
        reader.AdvanceTo(result.Buffer.End);
    }

    [Test]
    public async Task Trying_takes_what_there_is_and_never_waits()
    {
        var (client, reader) = await OpenForReadingAsync();
        using var socket = client;
        Assert.That(reader.TryRead(out _), Is.False);
        await client.SendTextAsync("text");

        ReadResult result = default;
        await Eventually.True(() => reader.TryRead(out result));

        Assert.That(Text(result.Buffer), Is.EqualTo("text"));
        reader.AdvanceTo(result.Buffer.End);
        Assert.That(reader.TryRead(out _), Is.False);
    }

    [Test]
    public async Task The_end_of_the_client_comes_behind_what_it_has_sent_and_it_may_still_be_answered()
    {
        var (client, connection) = await OpenAsync();
        var reader = connection.Transport.Input;
        using var socket = client;
        await client.SendTextAsync("last words");
        client.Shutdown(SocketShutdown.Send);

        Assert.That(await reader.ReadTextAsync(10), Is.EqualTo("last words"));
        var end = await reader.ReadAsync().Soon();
        Assert.That((end.IsCompleted, end.Buffer.Length), Is.EqualTo((true, 0)));
        await WhenClosedAsync(connection).Soon();
        connection.Transport.Output.WriteText("answer");
        var flushed = await connection.Transport.Output.FlushAsync().Soon();
        Assert.That(flushed.IsCompleted, Is.False);
        Assert.That(await client.ReceiveTextAsync(6), Is.EqualTo("answer"));
    }

    [Test]
    public async Task A_client_that_leaves_is_noticed_while_nobody_reads()
    {
        var (client, connection) = await OpenAsync();

        client.Dispose();

        await WhenClosedAsync(connection).Soon();
    }

    [Test]
    public async Task A_client_that_leaves_with_its_last_words_is_noticed_before_they_are_answered()
    {
        for (var i = 0; i < 30; i++)
        {
            var (client, connection) = await OpenAsync();
            var reader = connection.Transport.Input;
            using var socket = client;
            var reading = reader.ReadAsync();
            await client.SendTextAsync("last words");
            client.Shutdown(SocketShutdown.Send);

            Assert.That(Text((await reading.Soon()).Buffer), Does.StartWith("last"));
            await WhenClosedAsync(connection).Soon();
        }
    }

    [Test]
    public async Task A_reset_is_an_error()
    {
        var (client, connection) = await OpenAsync();
        var reader = connection.Transport.Input;
        var reading = reader.ReadAsync();

        client.Reset();

        await Assert.ThatAsync(async () => await reading.Soon(), Throws.InstanceOf<ConnectionResetException>());
        await WhenClosedAsync(connection).Soon();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_read_that_is_called_off_keeps_what_there_is(bool isWaiting)
    {
        var (client, reader) = await OpenForReadingAsync();
        using var socket = client;
        ValueTask<ReadResult> reading;
        if (isWaiting)
        {
            reading = reader.ReadAsync();
            reader.CancelPendingRead();
        }
        else
        {
            reader.CancelPendingRead();
            reading = reader.ReadAsync();
        }

        var cancelled = await reading.Soon();
        reader.AdvanceTo(cancelled.Buffer.End);
        await client.SendTextAsync("text");

        Assert.That(cancelled.IsCanceled);
        Assert.That(await reader.ReadTextAsync(4), Is.EqualTo("text"));
    }

    [Test]
    public async Task A_token_ends_its_own_read_alone()
    {
        var (client, reader) = await OpenForReadingAsync();
        using var socket = client;
        using var ended = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var first = reader.ReadAsync(ended.Token);
        await ended.CancelAsync();

        await Assert.ThatAsync(async () => await first.Soon(), Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(async () => await reader.ReadAsync(ended.Token), Throws.InstanceOf<OperationCanceledException>());
        var second = reader.ReadAsync(other.Token);
        await client.SendTextAsync("text");

        Assert.That((await second.Soon()).Buffer.Length, Is.EqualTo(4));
    }

    [Test]
    public async Task Nothing_is_read_after_the_reader_was_completed()
    {
        var (client, reader) = await OpenForReadingAsync();
        using var socket = client;
        var reading = reader.ReadAsync();
        await reader.CompleteAsync();
        await client.SendTextAsync("for nobody");

        await Assert.ThatAsync(async () => await reading.Soon(), Throws.InvalidOperationException);
        await Assert.ThatAsync(async () => await reader.ReadAsync(), Throws.InvalidOperationException);
    }

    [Test]
    public async Task An_abort_ends_the_read_and_resets_the_client()
    {
        var (client, connection) = await OpenAsync();
        var reader = connection.Transport.Input;
        using var socket = client;
        var reading = reader.ReadAsync();

        connection.Abort(new ConnectionAbortedException("enough"));

        await Assert.ThatAsync(async () => await reading.Soon(), Throws.InstanceOf<ConnectionAbortedException>().With.Message.EqualTo("enough"));
        await Assert.ThatAsync(async () => await client.ReceiveAsync(new byte[1]).Soon(), Throws.InstanceOf<SocketException>());
        await WhenClosedAsync(connection).Soon();
        Assert.That((await connection.Transport.Output.FlushAsync().Soon()).IsCompleted);
    }

    [Test]
    public async Task An_abort_without_a_reason_ends_the_read_without_an_error()
    {
        var (client, connection) = await OpenAsync();
        using var socket = client;
        var reading = connection.Transport.Input.ReadAsync();
        var isWaiting = !reading.IsCompleted;

        connection.Abort(null!);

        Assert.That(isWaiting);
        Assert.That((await reading.Soon()).IsCompleted);
        await WhenClosedAsync(connection).Soon();
    }

    [Test]
    public async Task What_fails_when_the_end_is_told_is_logged_and_hurts_nobody_else()
    {
        await using var server = await EpollServer.StartAsync(IsInline, static connection =>
        {
            connection.ConnectionClosed.Register(static () => throw new InvalidOperationException("not prepared for the end"));
            return connection.Transport.Input.CopyToAsync(connection.Transport.Output);
        });
        server.ExpectedErrors = 2;
        using (var first = await server.ConnectAsync())
        {
            await first.SendTextAsync("first");
            Assert.That(await first.ReceiveTextAsync(5), Is.EqualTo("first"));
        }

        await Eventually.True(() => server.Log.Of("ContinuationFailed").Count == 1);
        using var second = await server.ConnectAsync();
        await second.SendTextAsync("second");
        Assert.That(await second.ReceiveTextAsync(6), Is.EqualTo("second"));
        second.Dispose();
        await Eventually.True(() => server.Log.Of("ContinuationFailed").Count == 2);
    }

    [Test]
    public async Task Who_floods_the_server_does_not_keep_others_waiting()
    {
        await using var server = await EpollServer.StartAsync(IsInline, EchoAsync);
        using var flood = await server.ConnectAsync();
        using var other = await server.ConnectAsync();
        using var stop = new CancellationTokenSource();
        var flooding = FloodAsync(flood, stop.Token);

        for (var i = 0; i < 50; i++)
        {
            await other.SendTextAsync("hello");
            Assert.That(await other.ReceiveTextAsync(5), Is.EqualTo("hello"));
        }

        Assert.That(flooding.IsCompleted, Is.False);
        await stop.CancelAsync();
        await flooding.Soon();
    }

    private static string Text(ReadOnlySequence<byte> bytes) => Encoding.ASCII.GetString(bytes);

    private static async Task FloodAsync(Socket socket, CancellationToken stop)
    {
        var bytes = new byte[100_000];
        var receiving = ReceiveAllAsync(socket, stop);
        try
        {
            while (true)
            {
                await socket.SendAsync(bytes, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        await receiving;
    }

    private static async Task ReceiveAllAsync(Socket socket, CancellationToken stop)
    {
        var bytes = new byte[100_000];
        try
        {
            while (await socket.ReceiveAsync(bytes, stop) > 0)
            {
                // The content does not matter.
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        while (true)
        {
            var result = await connection.Transport.Input.ReadAsync();
            foreach (var part in result.Buffer)
            {
                connection.Transport.Output.Write(part.Span);
            }

            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if ((await connection.Transport.Output.FlushAsync()).IsCompleted || result.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task SendInPiecesAsync(Socket socket, byte[] bytes)
    {
        var random = new Random(2);
        for (var sent = 0; sent < bytes.Length;)
        {
            // Small ones, and such as fill blocks of every size.
            var length = Math.Min(bytes.Length - sent, random.Next(3) == 0 ? random.Next(1, 200) : random.Next(1, 100_000));
            sent += await socket.SendAsync(bytes.AsMemory(sent, length));
        }
    }

    private async Task<(Socket Client, PipeReader Reader)> OpenForReadingAsync()
    {
        var (client, connection) = await OpenAsync();
        return (client, connection.Transport.Input);
    }
}
