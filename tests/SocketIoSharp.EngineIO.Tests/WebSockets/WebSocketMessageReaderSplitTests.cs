using System.Buffers;
using System.Text;
using static SocketIoSharp.EngineIO.Tests.WebSocketWire;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>However the bytes of a conversation are cut, what is read from them is the same.</summary>
public sealed class WebSocketMessageReaderSplitTests
{
    private static readonly string[] Expected =
    [
        "text Hello",
        "binary 300 bytes, hash " + Hash(300),
        "ping between",
        "text frag\u20ACmented",
        "text compressed compressed compressed",
        "pong",
        "text ",
        "close 1001 going",
    ];

    private static byte[] Conversation()
    {
        var deflated = Deflated("compressed compressed compressed");
        return
        [
            .. ClientFrame(0x81, "Hello"),
            .. ClientFrame(0x82, Pattern(300)),
            .. ClientFrame(0x01, [.. "frag"u8, 0xE2]),
            .. ClientFrame(0x89, "between"),
            .. ClientFrame(0x00, [0x82, 0xAC]),
            .. ClientFrame(0x80, "mented"),
            .. ClientFrame(0x41, deflated.AsSpan(0, 5)),
            .. ClientFrame(0x80, deflated.AsSpan(5)),
            .. ClientFrame(0x8A, ""),
            .. ClientFrame(0x81, ""),
            .. ClientFrame(0x88, [0x03, 0xE9, .. "going"u8]),
        ];
    }

    [Test]
    public void All_at_once() => Assert.That(ReadAll(Conversation(), deflate: true), Is.EqualTo(Expected));

    [Test]
    public void Byte_by_byte() =>
        Assert.That(ReadArriving(Conversation().Select(value => new[] { value }), deflate: true), Is.EqualTo(Expected));

    [Test]
    public void In_two_arrivals_at_every_position()
    {
        var wire = Conversation();
        for (var split = 0; split <= wire.Length; split++)
        {
            Assert.That(ReadArriving([wire[..split], wire[split..]], deflate: true), Is.EqualTo(Expected), $"split at {split}");
        }
    }

    [Test]
    public void In_two_segments_at_every_position()
    {
        var wire = Conversation();
        for (var split = 0; split <= wire.Length; split++)
        {
            using var reader = new WebSocketMessageReader(RoomyLimits, deflate: true);
            var buffer = Sequence(wire[..split], wire[split..]);
            Assert.That(ReadAll(reader, ref buffer), Is.EqualTo(Expected), $"split at {split}");
            Assert.That(buffer.IsEmpty, Is.True);
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(7)]
    public void In_many_segments_of_one_size(int size)
    {
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: true);
        var buffer = Sequence(Conversation().Chunk(size).ToArray());

        Assert.That(ReadAll(reader, ref buffer), Is.EqualTo(Expected));
    }

    [Test]
    public void Large_frames_in_random_chunks()
    {
        var random = new Random(20);
        byte[] wire = [.. ClientFrame(0x02, Pattern(70_000)), .. ClientFrame(0x89, "p"), .. ClientFrame(0x80, Pattern(40_000)), .. ClientFrame(0x82, Pattern(16_385))];
        var expected = ReadAll(wire);
        Assert.That(expected, Has.Count.EqualTo(3));
        for (var run = 0; run < 50; run++)
        {
            var chunks = new List<byte[]>();
            for (var position = 0; position < wire.Length;)
            {
                var size = Math.Min(wire.Length - position, random.Next(1, 30_000));
                chunks.Add(wire[position..(position + size)]);
                position += size;
            }

            Assert.That(ReadArriving(chunks), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Cve_2021_26423_random_bytes_never_throw_and_always_come_to_an_end()
    {
        var random = new Random(21);
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = new byte[random.Next(0, 60)];
            random.NextBytes(bytes);

            Assert.That(ReadAll(bytes, new WebSocketLimits(1_000, 10), deflate: run % 2 == 0), Has.Count.LessThanOrEqualTo(bytes.Length));
        }
    }

    [Test]
    public void Damaged_conversations_never_throw_and_read_the_same_however_they_are_cut()
    {
        var random = new Random(22);
        var intact = Conversation();
        for (var run = 0; run < 3_000; run++)
        {
            var bytes = intact.ToArray();
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var whole = ReadAll(bytes, deflate: true);
            var split = random.Next(bytes.Length);
            var inTwo = new List<string>();
            using var reader = new WebSocketMessageReader(RoomyLimits, deflate: true);
            var buffer = Sequence(bytes[..split]);
            inTwo.AddRange(ReadAll(reader, ref buffer));
            if (inTwo.Count == 0 || !inTwo[^1].StartsWith("error", StringComparison.Ordinal))
            {
                buffer = Sequence(buffer.ToArray(), bytes[split..]);
                inTwo.AddRange(ReadAll(reader, ref buffer));
            }

            Assert.That(inTwo, Is.EqualTo(whole));
        }
    }

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)(index * 7))];

    private static string Hash(int length) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Pattern(length))[..4]);

    private static byte[] Deflated(string text)
    {
        var output = new ArrayBufferWriter<byte>();
        PerMessageDeflate.Deflate(Encoding.UTF8.GetBytes(text), output, System.IO.Compression.CompressionLevel.Fastest);
        return output.WrittenSpan.ToArray();
    }
}
