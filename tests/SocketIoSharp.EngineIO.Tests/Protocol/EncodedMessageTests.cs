using static SocketIoSharp.EngineIO.Tests.Protocol.PacketText;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

public sealed class EncodedMessageTests
{
    [Test]
    public void Text_and_binary_copy_what_they_are_given()
    {
        byte[] bytes = [(byte)'a', (byte)'b'];
        var text = EncodedMessage.Text(bytes);
        var binary = EncodedMessage.Binary(bytes);

        bytes[0] = 0;

        Assert.That(text.GetPart(0, out var isTextBinary).ToArray(), Is.EqualTo("ab"u8.ToArray()));
        Assert.That(isTextBinary, Is.False);
        Assert.That(binary.GetPart(0, out var isBinary).ToArray(), Is.EqualTo("ab"u8.ToArray()));
        Assert.That(isBinary, Is.True);
        Assert.That(EncodedMessage.Text("h€" + (char)0xD83D).GetPart(0, out _).ToArray(), Is.EqualTo(Utf8("h€\uFFFD")));
    }

    [Test]
    public void Create_takes_the_memory_without_a_copy()
    {
        byte[] text = [1];
        byte[] attachment = [2];

        var message = EncodedMessage.Create(text, attachment);

        Assert.That(message.GetPart(0, out _), Is.EqualTo((ReadOnlyMemory<byte>)text));
        Assert.That(message.GetPart(1, out var isBinary), Is.EqualTo((ReadOnlyMemory<byte>)attachment));
        Assert.That(isBinary, Is.True);
        Assert.That(message.PartCount, Is.EqualTo(2));
        Assert.That(EncodedMessage.Create(text).PartCount, Is.EqualTo(1));
    }

    [Test]
    public void A_part_that_is_not_there_is_the_callers_mistake()
    {
        Assert.That(() => EncodedMessage.Ping.GetPart(1, out _), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => EncodedMessage.Text((string)null!), Throws.ArgumentNullException);
    }

    [Test]
    public void The_byte_count_is_the_bytes_and_sixteen_for_each_part()
    {
        Assert.That(EncodedMessage.Text("€").ByteCount, Is.EqualTo(3 + 16));
        Assert.That(EncodedMessage.Ping.ByteCount, Is.EqualTo(16));
        Assert.That(EncodedMessage.Create(new byte[5], new byte[6], new byte[7]).ByteCount, Is.EqualTo(18 + 48));

        var large = new ReadOnlyMemory<byte>(new byte[1 << 20]);
        Assert.That(EncodedMessage.Create(large, [.. Enumerable.Repeat(large, 4096)]).ByteCount, Is.EqualTo(int.MaxValue));
    }

    [Test]
    public void A_message_without_compression_is_otherwise_the_same()
    {
        var message = EncodedMessage.Create(Utf8("a"), new byte[] { 1 });

        var plain = message.WithoutCompression();

        Assert.That(message.Compress, Is.True);
        Assert.That(plain.Compress, Is.False);
        Assert.That(plain.WithoutCompression(), Is.SameAs(plain));
        Assert.That(WriteText(WireForm.V4, plain), Is.EqualTo(WriteText(WireForm.V4, message)));
        Assert.That(EncodedMessage.Binary([1]).WithoutCompression().GetPart(0, out var isBinary).Length, Is.EqualTo(1));
        Assert.That(isBinary, Is.True);
    }

    [Test]
    public void Control_packets_have_their_literal_wire()
    {
        EncodedMessage[] controls = [EncodedMessage.Ping, EncodedMessage.Pong, EncodedMessage.ProbePong, EncodedMessage.Noop, EncodedMessage.Close];

        Assert.That(controls.Select(control => WriteText(WireForm.V4, control)), Is.EqualTo(["2", "3", "3probe", "6", "1"]));
        Assert.That(controls.Any(control => control.Compress), Is.False);
    }

    [Test]
    public void A_wire_form_is_built_once_for_each_slot()
    {
        var message = EncodedMessage.Text("a");
        var built = new List<int>();
        byte[] Build(EncodedMessage of, int slot)
        {
            Assert.That(of, Is.SameAs(message));
            built.Add(slot);
            return [(byte)slot];
        }

        var seventh = message.GetOrAddWire(7, Build);

        Assert.That(message.GetOrAddWire(7, Build), Is.SameAs(seventh));
        Assert.That(message.GetOrAddWire(0, Build), Is.EqualTo(new byte[] { 0 }));
        Assert.That(built, Is.EqualTo([7, 0]));
    }

    [Test]
    public void Threads_that_build_at_once_get_the_same_bytes()
    {
        for (var round = 0; round < 200; round++)
        {
            var message = EncodedMessage.Text("a");
            var wires = new byte[4][];

            Parallel.For(0, wires.Length, index => wires[index] = message.GetOrAddWire(3, static (_, _) => new byte[1]));

            Assert.That(wires, Is.All.SameAs(wires[0]));
        }
    }
}
