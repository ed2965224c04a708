using System.Buffers;
using static SocketIoSharp.EngineIO.Tests.WebSocketWire;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class WebSocketMessageReaderLimitsTests
{
    private static readonly WebSocketLimits TenBytes = new(MaxMessageBytes: 10, MaxFramesPerMessage: 3);

    [Test]
    public void A_message_of_exactly_the_limit_is_read() =>
        Assert.That(ReadAll(ClientFrame(0x81, "0123456789"), TenBytes), Is.EqualTo(new[] { "text 0123456789" }));

    [TestCase("81 8B")]
    [TestCase("82 FE 000B")]
    [TestCase("82 FF 7FFFFFFFFFFFFFFF")]
    public void An_announced_length_beyond_the_limit_is_refused_before_its_bytes_arrive(string header) =>
        Assert.That(ReadAll(Hex(header), TenBytes), Is.EqualTo(new[] { "error 1009" }));

    [Test]
    public void Fragments_count_together() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, "012345"), .. ClientFrame(0x80, "01234")], TenBytes),
            Is.EqualTo(new[] { "error 1009" }));

    [Test]
    public void The_next_message_counts_from_zero() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, "01234"), .. ClientFrame(0x80, "56789"), .. ClientFrame(0x81, "0123456789")], TenBytes),
            Is.EqualTo(new[] { "text 0123456789", "text 0123456789" }));

    [Test]
    public void Control_frames_do_not_count_against_the_message() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, "01234"), .. ClientFrame(0x89, "0123456789AB"), .. ClientFrame(0x80, "56789")], TenBytes),
            Is.EqualTo(new[] { "ping 0123456789ab", "text 0123456789" }));

    [Test]
    public void As_many_frames_as_the_limit_make_a_message() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, "a"), .. ClientFrame(0x00, "b"), .. ClientFrame(0x80, "c")], TenBytes),
            Is.EqualTo(new[] { "text abc" }));

    [Test]
    public void Cve_2026_48779_a_flood_of_empty_fragments_is_refused() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, ""), .. ClientFrame(0x00, ""), .. ClientFrame(0x00, ""), .. ClientFrame(0x00, "")], TenBytes),
            Is.EqualTo(new[] { "error 1008" }));

    [Test]
    public void Cve_2026_48809_a_large_announced_frame_holds_no_more_than_what_arrived()
    {
        var limits = new WebSocketLimits(MaxMessageBytes: 100_000_000, MaxFramesPerMessage: 10);
        using var reader = new WebSocketMessageReader(limits, deflate: false);
        var buffer = Sequence(Hex("82 FF 0000000005F5E100 00000000 01"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var status = reader.Read(ref buffer, out _);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(status, Is.EqualTo(WebSocketReadStatus.NeedMore));
        Assert.That(buffer.IsEmpty, Is.True, "the part that arrived has been taken out of the pipe");
        Assert.That(allocated, Is.LessThan(10_000));
    }

    [Test]
    public void A_small_frame_that_is_not_complete_stays_in_the_pipe()
    {
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: false);
        var buffer = Sequence(ClientFrame(0x81, "Hello")[..^1]);
        var length = buffer.Length;

        var status = reader.Read(ref buffer, out _);

        Assert.That(status, Is.EqualTo(WebSocketReadStatus.NeedMore));
        Assert.That(buffer.Length, Is.EqualTo(length));
        Assert.That(reader.MessageInProgress, Is.True);
    }

    [Test]
    public void A_message_is_in_progress_from_its_first_byte_to_its_last()
    {
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: false);
        byte[] wire = [.. ClientFrame(0x01, "Hel"), .. ClientFrame(0x89, "ping"), .. ClientFrame(0x80, "lo")];
        byte[] left = [];
        for (var index = 0; index < wire.Length; index++)
        {
            Assert.That(reader.MessageInProgress, Is.EqualTo(index > 0), $"before byte {index}");
            var buffer = Sequence([.. left, wire[index]]);
            ReadAll(reader, ref buffer);
            left = buffer.ToArray();
        }

        Assert.That(reader.MessageInProgress, Is.False);
    }

    [Test]
    public void A_whole_frame_is_unmasked_where_it_lies_and_nothing_is_allocated()
    {
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: true);
        var frame = ClientFrame(0x81, "42[\"chat message\",\"hello\"]");
        var wire = new byte[frame.Length];
        var allocated = long.MaxValue;
        for (var run = 0; run < 100; run++)
        {
            frame.CopyTo(wire, 0);
            var buffer = new ReadOnlySequence<byte>(wire);
            var before = GC.GetAllocatedBytesForCurrentThread();

            var status = reader.Read(ref buffer, out var item);
            reader.ReleaseMessage();

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.That(status, Is.EqualTo(WebSocketReadStatus.Message));
            Assert.That(item.Payload.Span.Overlaps(wire), Is.True);
        }

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Messages_in_pieces_allocate_nothing_once_the_pool_is_warm()
    {
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: false);
        var frame = ClientFrame(0x82, new byte[20_000]);
        var allocated = long.MaxValue;
        for (var run = 0; run < 10; run++)
        {
            var first = new ReadOnlySequence<byte>(frame.AsMemory(0, 15_000).ToArray());
            var second = new ReadOnlySequence<byte>(frame.AsMemory(15_000).ToArray());
            var before = GC.GetAllocatedBytesForCurrentThread();

            reader.Read(ref first, out _);
            var status = reader.Read(ref second, out _);
            reader.ReleaseMessage();

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.That(status, Is.EqualTo(WebSocketReadStatus.Message));
        }

        Assert.That(allocated, Is.Zero);
    }

    [TestCase("", Description = "the reader is disposed")]
    [TestCase("88 80 00000000", Description = "the client closes")]
    [TestCase("83 80 00000000", Description = "the client breaks a rule")]
    [TestCase("80 FE FFFF", Description = "the message grows too large")]
    public void A_message_that_never_completes_gives_its_buffer_back(string after)
    {
        var limits = new WebSocketLimits(MaxMessageBytes: 40_000, MaxFramesPerMessage: 10);
        byte[] wire = [.. ClientFrame(0x02, new byte[30_000]), .. Hex(after)];
        var allocated = long.MaxValue;
        for (var run = 0; run < 10; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var buffer = new ReadOnlySequence<byte>(wire);

            using (var reader = new WebSocketMessageReader(limits, deflate: false))
            {
                reader.Read(ref buffer, out _);
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(allocated, Is.LessThan(500));
    }

    [Test]
    public void An_idle_reader_is_small()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: true);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThanOrEqualTo(128));
    }

    [Test]
    public void Cve_2026_45736_control_frames_carry_only_their_own_bytes()
    {
        var ping = ClientFrame(0x89, "ab");
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: false);
        var buffer = Sequence(ping[..7], [.. ping[7..], .. ClientFrame(0x81, "secret")]);

        reader.Read(ref buffer, out var item);

        Assert.That(item.Payload.ToArray(), Is.EqualTo("ab"u8.ToArray()));
    }

    [Test]
    public void A_disposed_reader_takes_nothing_more()
    {
        var reader = new WebSocketMessageReader(RoomyLimits, deflate: false);
        var first = Sequence(ClientFrame(0x01, "a"));
        ReadAll(reader, ref first);
        reader.Dispose();
        reader.Dispose();
        var second = Sequence(ClientFrame(0x80, "b"));

        Assert.That(ReadAll(reader, ref second), Is.Empty);
        Assert.That(reader.MessageInProgress, Is.False);
    }
}
