using System.Buffers;
using System.IO.Compression;
using System.Text;
using static SocketIoSharp.EngineIO.Tests.WebSocketWire;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class PerMessageDeflateTests
{
    [TestCase("C1 87 00000000 F248CDC9C90700", Description = "RFC 7692 section 7.2.3.1, one frame")]
    [TestCase("41 83 00000000 F248CD 80 84 00000000 C9C90700", Description = "RFC 7692 section 7.2.3.1, two frames")]
    [TestCase("C1 8B 00000000 000500FAFF48656C6C6F00", Description = "RFC 7692 section 7.2.3.3, a stored block")]
    [TestCase("C1 88 00000000 F348CDC9C9070000", Description = "RFC 7692 section 7.2.3.4, a final block")]
    [TestCase("C1 8D 00000000 F248050000 00FFFFCAC9C90700", Description = "RFC 7692 section 7.2.3.5, two blocks")]
    [TestCase("81 85 00000000 48656C6C6F", Description = "not compressed although it could be")]
    public void The_examples_of_the_specification_are_read(string wire) =>
        Assert.That(ReadAll(Hex(wire), deflate: true), Is.EqualTo(new[] { "text Hello" }));

    [Test]
    public void Rfc_7692_section_7_2_3_6_an_empty_message_is_one_byte()
    {
        Assert.That(Compress([]), Is.EqualTo(new byte[] { 0x00 }));
        Assert.That(ReadAll(Hex("C1 81 00000000 00"), deflate: true), Is.EqualTo(new[] { "text " }));
    }

    [Test]
    public void Node_a_compressed_message_without_any_byte_is_tolerated() =>
        Assert.That(ReadAll(Hex("C1 80 00000000"), deflate: true), Is.EqualTo(new[] { "text " }));

    [Test]
    public void What_is_compressed_reads_as_it_was_at_every_size_and_level()
    {
        var random = new Random(3);
        foreach (var level in Enum.GetValues<CompressionLevel>())
        {
            foreach (var size in new[] { 1, 2, 10, 100, 1_023, 1_024, 1_025, 8_190, 8_191, 8_192, 8_193, 16_384, 65_536, 300_000 })
            {
                var payload = new byte[size];
                random.NextBytes(payload.AsSpan(0, size / 2));

                var compressed = Compress(payload, level);

                using var reader = new WebSocketMessageReader(RoomyLimits, deflate: true);
                var buffer = Sequence(ClientFrame(0xC2, compressed));
                Assert.That(reader.Read(ref buffer, out var item), Is.EqualTo(WebSocketReadStatus.Message), $"{size} bytes, {level}");
                Assert.That(item.Payload.Span.SequenceEqual(payload), Is.True, $"{size} bytes, {level}");
            }
        }
    }

    [Test]
    public void The_marker_of_the_flush_does_not_travel()
    {
        foreach (var size in new[] { 1, 100, 10_000 })
        {
            Assert.That(Compress(new byte[size]).AsSpan().EndsWith(new byte[] { 0x00, 0x00, 0xFF, 0xFF }), Is.False);
        }
    }

    [Test]
    public void A_compressed_text_message_must_be_UTF_8() =>
        Assert.That(ReadAll(ClientFrame(0xC1, Compress([0xC3, 0x28])), deflate: true), Is.EqualTo(new[] { "error 1007" }));

    [TestCase("07", Description = "a reserved block type")]
    [TestCase("FFFFFFFF", Description = "a reserved block type")]
    [TestCase("000500000048656C6C6F", Description = "a stored length without its complement")]
    [TestCase("020100", Description = "a distance beyond the beginning")]
    public void Corrupt_data_is_an_error_and_not_an_exception(string compressed) =>
        Assert.That(ReadAll(ClientFrame(0xC2, Hex(compressed)), deflate: true), Is.EqualTo(new[] { "error 1007" }));

    [Test]
    public void Random_compressed_bytes_never_throw()
    {
        var random = new Random(4);
        var limits = new WebSocketLimits(10_000, 10);
        for (var run = 0; run < 3_000; run++)
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);

            Assert.That(ReadAll(ClientFrame(0xC2, bytes), limits, deflate: true), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void A_message_that_inflates_to_exactly_the_limit_is_read() =>
        Assert.That(
            ReadAll(ClientFrame(0xC1, Compress(Encoding.ASCII.GetBytes(new string('a', 1_000)))), new WebSocketLimits(1_000, 1), deflate: true),
            Is.EqualTo(new[] { "text " + new string('a', 1_000) }));

    [Test]
    public void A_message_that_inflates_to_one_byte_more_is_refused() =>
        Assert.That(
            ReadAll(ClientFrame(0xC1, Compress(Encoding.ASCII.GetBytes(new string('a', 1_001)))), new WebSocketLimits(1_000, 1), deflate: true),
            Is.EqualTo(new[] { "error 1009" }));

    [Test]
    public void A_decompression_bomb_stops_at_the_limit_with_little_memory()
    {
        var bomb = ClientFrame(0xC2, Compress(new byte[50_000_000]));
        Assert.That(bomb, Has.Length.LessThan(100_000));
        var limits = new WebSocketLimits(MaxMessageBytes: 200_000, MaxFramesPerMessage: 10);
        using var reader = new WebSocketMessageReader(limits, deflate: true);
        var buffer = Sequence(bomb);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var status = reader.Read(ref buffer, out var item);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(status, Is.EqualTo(WebSocketReadStatus.Error));
        Assert.That(item.CloseCode, Is.EqualTo(1009));
        Assert.That(allocated, Is.LessThan(1_000_000));
    }

    [Test]
    public void Compressed_bytes_count_against_the_limit_before_they_are_held() =>
        Assert.That(ReadAll(Hex("C2 FE 03E9"), new WebSocketLimits(1_000, 1), deflate: true), Is.EqualTo(new[] { "error 1009" }));

    [Test]
    public void No_message_depends_on_the_one_before()
    {
        var compressed = ClientFrame(0xC1, Compress("the same words"u8));

        Assert.That(
            ReadAll([.. compressed, .. compressed], deflate: true),
            Is.EqualTo(new[] { "text the same words", "text the same words" }));
        Assert.That(Compress("the same words"u8), Is.EqualTo(Compress("the same words"u8)));
    }

    private static byte[] Compress(ReadOnlySpan<byte> payload, CompressionLevel level = CompressionLevel.Optimal)
    {
        var output = new ArrayBufferWriter<byte>();
        PerMessageDeflate.Deflate(payload, output, level);
        return output.WrittenSpan.ToArray();
    }
}
