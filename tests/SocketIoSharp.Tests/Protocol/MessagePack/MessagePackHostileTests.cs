using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using static SocketIoSharp.Tests.Protocol.MessagePackWire;

namespace SocketIoSharp.Tests.Protocol;

public sealed class MessagePackHostileTests
{
    private const int Megabyte = 1_000_000;

    // What an empty binary value grows to, and some room for the first ones.
    private const int MaxGrowth = 20;

    // A quadratic reader needs minutes for any of these; the margin is for a busy machine.
    private static readonly TimeSpan s_linear = TimeSpan.FromSeconds(10);

    private static readonly byte[][] s_messages =
    [
        Bytes("84a47479706502a46461746195a568656c6c6f0181a16193c3c0cb3ff8000000000000c403010203d7000000018bcfe5687ba36e7370a12fa2696405"),
        Bytes("dc0003 ce00010000 d3ffffffff7fffffff ca3fc00000"),
        Bytes("de0002 a16b c70cff3b8b87c0ffffffffffffffff 05 d40000"),
        Bytes("dd00000004 d7ff1d5353006553f100 c8030005 07*768 c900000001 00ff d905 68656c6c6f"),
        Bytes("df00000001 db00000003 e282ac 94 da000161 c5000162 c60000000163 d80a 01*16"),
        Bytes("98 cc80 cdffff cfffffffffffffffff d080 d18000 d280000000 d6ff6553f100 c7030001 0203"),
    ];

    private static readonly string[] s_countBombs =
    [
        "ddffffffff", "dfffffffff", "dcffff", "deffff", "9f", "8f", "dbffffffff", "d9ff", "c6ffffffff", "c5ffff", "c9ffffffff00", "c7ff00",
        "ddffffffff 00*100", "dfffffffff 00*100", "dd7fffffff 00*100", "c67fffffff 00*100", "91ddffffffff", "81a0dfffffffff",
    ];

    [Test]
    public void Cve_2026_45591_deeply_nested_messagepack_is_refused()
    {
        foreach (var nested in new byte[][] { [0x91], [0x81, 0xA0], [0x81, 0x00], [0xDC, 0, 1], [0xDD, 0, 0, 0, 1], [0xDE, 0, 1, 0xA0] })
        {
            byte[] bomb = [.. Repeat(nested), 0xC0];

            Assert.That(ToJson(bomb).Error, Is.EqualTo(MessagePackError.TooDeep));
            Assert.That(ToJson(bomb, maxDepth: int.MaxValue).Error, Is.EqualTo(MessagePackError.TooDeep), "the stack of the thread is a limit too");
        }
    }

    [TestCase("91", "c0", 64)]
    [TestCase("81a0", "c0", 64)]
    [TestCase("91", "c400", 63)]
    [TestCase("91", "c70000", 63)]
    [TestCase("91", "c70005", 62)]
    public void The_depth_that_counts_is_that_of_the_JSON(string container, string inner, int deepest)
    {
        byte[] Nest(int depth) => [.. Enumerable.Repeat(Bytes(container), depth).SelectMany(bytes => bytes), .. Bytes(inner)];

        var (json, _, error) = ToJson(Nest(deepest));

        Assert.That(error, Is.EqualTo(MessagePackError.None));
        using (JsonDocument.Parse(json!, new JsonDocumentOptions { MaxDepth = 64 }))
        {
            Assert.That(ToJson(Nest(deepest + 1)).Error, Is.EqualTo(MessagePackError.TooDeep));
        }
    }

    [TestCaseSource(nameof(s_countBombs))]
    public void A_count_or_length_beyond_the_message_is_refused_at_once(string notation)
    {
        var message = Bytes(notation);
        var attachments = new List<ReadOnlyMemory<byte>>();
        var output = new ArrayBufferWriter<byte>(4096);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reader = new MessagePackReader(message);
        var isTranscoded = MessagePackToJson.TryTranscode(ref reader, output, attachments, out var error);
        var isSkipped = reader.TrySkip();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2000));
        Assert.That((isTranscoded, error), Is.EqualTo((false, MessagePackError.Truncated)));
        Assert.That((isSkipped, reader.Error), Is.EqualTo((false, MessagePackError.Truncated)));
        Assert.That(reader.Position, Is.Zero);
    }

    [Test]
    public void Nested_counts_cannot_add_up_to_more_than_the_message()
    {
        // Each array claims all bytes that follow it, and each of them is such an array.
        var message = new byte[5 * 10_000];
        for (var position = 0; position < message.Length; position += 5)
        {
            message[position] = 0xDD;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(position + 1), message.Length - position - 5);
        }

        var reader = new MessagePackReader(message);

        Assert.That(reader.TrySkip(), Is.False);
        Assert.That(ToJson(message).Error, Is.EqualTo(MessagePackError.TooDeep));
        Assert.That(ToJson([0x92, 0xDC, 0, 2, 0x00, 0x00]).Error, Is.EqualTo(MessagePackError.Truncated));
    }

    [Test]
    public void Every_beginning_of_a_message_is_refused()
    {
        foreach (var message in s_messages)
        {
            Assert.That(ToJson(message).Error, Is.EqualTo(MessagePackError.None));
            for (var length = 0; length < message.Length; length++)
            {
                Assert.That(ToJson(message.AsSpan(0, length)).Error, Is.EqualTo(MessagePackError.Truncated), $"{Convert.ToHexString(message)} cut to {length}");
                Assert.That(new MessagePackReader(message.AsSpan(0, length)).TrySkip(), Is.False);
            }

            Assert.That(new MessagePackReader(message).TrySkip(), Is.True);
        }
    }

    [Test]
    public void Random_bytes_are_read_without_an_exception()
    {
        var random = new Random(20260102);
        byte[] alphabet = [0x00, 0x7F, 0x80, 0x81, 0x82, 0x90, 0x91, 0x93, 0xA0, 0xA1, 0xA3, .. Enumerable.Range(0xC0, 0x20).Select(value => (byte)value), 0xE0, 0xFF, 0, 1, 2, 3];
        for (var round = 0; round < 100_000; round++)
        {
            CheckAnyMessage(random.GetItems(alphabet, random.Next(1, 40)));
        }

        var anything = new byte[64];
        for (var round = 0; round < 50_000; round++)
        {
            random.NextBytes(anything);
            CheckAnyMessage(anything.AsSpan(0, random.Next(anything.Length)));
        }
    }

    [Test]
    public void Damaged_messages_are_read_without_an_exception()
    {
        var random = new Random(20260103);
        foreach (var message in s_messages)
        {
            for (var position = 0; position < message.Length; position++)
            {
                foreach (var value in new byte[] { 0x00, 0x80, 0x9F, 0xC0, 0xC1, 0xC6, 0xC9, 0xD4, 0xDB, 0xDD, 0xDF, 0xFF })
                {
                    var damaged = message.ToArray();
                    damaged[position] = value;
                    CheckAnyMessage(damaged);
                }
            }

            for (var round = 0; round < 5_000; round++)
            {
                var damaged = message.ToArray();
                for (var changes = random.Next(1, 5); changes > 0; changes--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                CheckAnyMessage(damaged.AsSpan(0, random.Next(damaged.Length + 1)));
            }
        }
    }

    // Everything small that grows, behind a count that is met exactly.
    [TestCase("c400")]
    [TestCase("c40101")]
    [TestCase("c70000")]
    [TestCase("d40509")]
    [TestCase("d40000")]
    [TestCase("d6ff00000000")]
    [TestCase("d7 00*9")]
    [TestCase("c70cff00000000ffffffffffffffff")]
    [TestCase("ca00000001")]
    [TestCase("cb800fffffffffffff")]
    [TestCase("a100")]
    [TestCase("a1ff")]
    [TestCase("80")]
    [TestCase("90")]
    [TestCase("81a0c400")]
    [TestCase("8100c0")]
    [TestCase("d3ffffffffffffffff")]
    [TestCase("c0")]
    public void A_megabyte_of_small_values_grows_by_a_factor_and_takes_linear_time(string value)
    {
        var values = Repeat(Bytes(value));
        byte[] message = [0xDD, 0, 0, 0, 0, .. values];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), values.Length / Bytes(value).Length);
        var started = Stopwatch.GetTimestamp();

        var (json, attachments, error) = ToJson(message);

        Assert.That(error, Is.EqualTo(MessagePackError.None));
        Assert.That(json, Has.Length.LessThan(MaxGrowth * message.Length));
        var written = FromJson(json!, MessagePackDialect.Client, attachments);
        Assert.That(ToJson(written).Json, Is.EqualTo(json));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_linear));
    }

    [Test]
    public void Megabytes_of_one_thing_are_read_in_linear_time_and_memory()
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var value in new byte[][] { [0xC1], [0xDD], [0xDF], [0xC9], [0x9F], [0x8F], [0xFF], [0xDB, 0, 0, 0, 0], [0xD4, 0] })
        {
            var message = Repeat(value);
            var before = GC.GetAllocatedBytesForCurrentThread();
            CheckAnyMessage(message);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(Megabyte));
        }

        byte[] text = [0xDB, 0, 0x0F, 0x42, 0x40, .. Repeat([0xFF])];
        Assert.That(ToJson(text).Json, Has.Length.EqualTo(Megabyte + 2));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_linear));
    }

    [Test]
    public void A_megabyte_of_hostile_JSON_is_transcoded_in_linear_time()
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var value in new[] { "[", "{\"a\":", "\"\\u", "1", "[],", "{},", "{\"num\":", "{\"_placeholder\":true,", "\\", "\"\",", "0,", "1e", "{\"num\":0,\"num\":" })
        {
            var text = string.Concat(Enumerable.Repeat(value, Megabyte / value.Length));
            foreach (var json in new[] { text, $"[{text}0]", $"\"{text}\"" })
            {
                _ = FromJson(json, MessagePackDialect.Redis, [[1]], [0, 1, 2, 5, 100, 5000]);
            }
        }

        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_linear));
    }

    /// <summary>Whatever is accepted is JSON of the promised depth and size, and can be written again.</summary>
    private static void CheckAnyMessage(ReadOnlySpan<byte> message)
    {
        var (json, attachments, error) = ToJson(message);
        var reader = new MessagePackReader(message);
        var isSkipped = reader.TrySkip();
        if (json is null)
        {
            // What is well-formed can be passed over, even where it has no meaning in JSON.
            Assert.That(isSkipped && error is (MessagePackError.Truncated or MessagePackError.UnusedByte), Is.False);
            return;
        }

        Assert.That(isSkipped, Is.True);
        Assert.That(json, Has.Length.LessThan((MaxGrowth * message.Length) + 10));
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MessagePackToJson.DefaultMaxDepth });
        var written = FromJson(json, MessagePackDialect.Client, attachments);
        Assert.That(ToJson(written).Error, Is.EqualTo(MessagePackError.None), json);
    }

    private static byte[] Repeat(ReadOnlySpan<byte> pattern)
    {
        var bytes = new byte[Megabyte / pattern.Length * pattern.Length];
        for (var position = 0; position < bytes.Length; position += pattern.Length)
        {
            pattern.CopyTo(bytes.AsSpan(position));
        }

        return bytes;
    }
}
