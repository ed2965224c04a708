using System.Buffers;
using static SocketIoSharp.Tests.Protocol.MessagePackWire;

namespace SocketIoSharp.Tests.Protocol;

public sealed class MessagePackReaderTests
{
    [Test]
    public void Values_are_read_one_by_one_at_the_type_that_is_asked_for()
    {
        var reader = new MessagePackReader(Bytes("9b a161 c40102 07 cd0100 ff ca3fc00000 c3 c0 d40000 c7 00 05 81 a0 90"));

        Assert.That(reader.TryReadArrayHeader(out var count) && count == 11, Is.True);
        Assert.That(reader.TryReadString(out var text) && text.SequenceEqual("a"u8), Is.True);
        Assert.That(reader.TryReadBinary(out var data) && data.SequenceEqual<byte>([2]), Is.True);
        Assert.That(reader.TryReadInt64(out var integer) && integer == 7, Is.True);
        Assert.That(reader.TryReadUInt64(out var unsigned) && unsigned == 256, Is.True);
        Assert.That(reader.TryReadInt64(out integer) && integer == -1, Is.True);
        Assert.That(reader.TryReadDouble(out var number) && number == 1.5, Is.True);
        Assert.That(reader.TryReadBoolean(out var boolean) && boolean, Is.True);
        Assert.That(reader.TryReadNil(), Is.True);
        Assert.That(reader.TryReadUndefined(), Is.True);
        Assert.That(reader.TryReadExtension(out var type, out data) && type == 5 && data.IsEmpty, Is.True);
        Assert.That(reader.TryPeekType(out var next) && next == MessagePackType.Map, Is.True);
        Assert.That(reader.TryReadMapHeader(out count) && count == 1, Is.True);
        Assert.That(reader.TrySkip() && reader.TrySkip() && reader.IsAtEnd, Is.True);
        Assert.That(reader.TryPeekType(out _), Is.False);
    }

    [TestCase("ff", -1d)]
    [TestCase("05", 5d)]
    [TestCase("cfffffffffffffffff", 18446744073709551615d)]
    [TestCase("cb3ff8000000000000", 1.5)]
    public void Any_number_is_a_double(string message, double expected)
    {
        var reader = new MessagePackReader(Bytes(message));

        Assert.That(reader.TryReadDouble(out var value), Is.True);
        Assert.That(value, Is.EqualTo(expected));
    }

    [Test]
    public void A_value_of_another_type_is_refused_and_not_passed_over()
    {
        var reader = new MessagePackReader(Bytes("a161"));

        Assert.That(reader.TryReadInt64(out _) || reader.TryReadUInt64(out _) || reader.TryReadDouble(out _) || reader.TryReadNil() || reader.TryReadUndefined()
            || reader.TryReadBoolean(out _) || reader.TryReadBinary(out _) || reader.TryReadArrayHeader(out _) || reader.TryReadMapHeader(out _)
            || reader.TryReadExtension(out _, out _), Is.False);
        Assert.That((reader.Error, reader.Position), Is.EqualTo((MessagePackError.WrongType, 0)));
        Assert.That(reader.TryReadString(out _), Is.True);
    }

    [Test]
    public void An_integer_that_does_not_fit_is_refused()
    {
        var tooLarge = new MessagePackReader(Bytes("cf8000000000000000"));
        var negative = new MessagePackReader(Bytes("d0ff"));

        Assert.That(tooLarge.TryReadInt64(out _), Is.False);
        Assert.That(tooLarge.TryReadUInt64(out var value), Is.True);
        Assert.That(value, Is.EqualTo(1UL << 63));
        Assert.That(negative.TryReadUInt64(out _), Is.False);
        Assert.That(negative.TryReadInt64(out var signed) && signed == -1, Is.True);
    }

    [Test]
    public void A_byte_that_begins_no_value_is_refused()
    {
        var reader = new MessagePackReader(Bytes("92 01 c1"));

        Assert.That(reader.TrySkip(), Is.False);
        Assert.That((reader.Error, reader.Position), Is.EqualTo((MessagePackError.UnusedByte, 0)));
    }

    [Test]
    public void Any_depth_is_passed_over()
    {
        byte[] message = [.. Enumerable.Repeat((byte)0x91, 1_000_000), 0xC0];
        var reader = new MessagePackReader(message);

        Assert.That(reader.TrySkip() && reader.IsAtEnd, Is.True);
    }

    [Test]
    public void The_writer_makes_what_JSON_has_no_word_for()
    {
        Assert.That(Write(MessagePackDialect.Client), Is.EqualTo("93d40000a6efbfbde282acc70305010203"));
        Assert.That(Write(MessagePackDialect.Redis), Is.EqualTo("93c0a6efbfbde282acc70305010203"));

        static string Write(MessagePackDialect dialect)
        {
            var output = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(output, dialect);
            writer.WriteArrayHeader(3);
            writer.WriteUndefined();
            writer.WriteString("\ud83d€");
            writer.WriteExtension(5, [1, 2, 3]);
            return Convert.ToHexStringLower(output.WrittenSpan);
        }
    }

    [TestCase(0, "c70005")]
    [TestCase(1, "d405 07*1")]
    [TestCase(2, "d505 07*2")]
    [TestCase(3, "c70305 07*3")]
    [TestCase(4, "d605 07*4")]
    [TestCase(8, "d705 07*8")]
    [TestCase(16, "d805 07*16")]
    [TestCase(255, "c7ff05 07*255")]
    [TestCase(256, "c8010005 07*256")]
    [TestCase(65536, "c90001000005 07*65536")]
    public void An_extension_has_the_shortest_head(int length, string bytes)
    {
        byte[] data = [.. Enumerable.Repeat((byte)7, length)];
        var output = new ArrayBufferWriter<byte>();

        new MessagePackWriter(output, MessagePackDialect.Client).WriteExtension(5, data);

        Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo(Bytes(bytes)));
        var reader = new MessagePackReader(output.WrittenSpan);
        Assert.That(reader.TryReadExtension(out var type, out var read) && type == 5 && read.SequenceEqual(data), Is.True);
    }
}
