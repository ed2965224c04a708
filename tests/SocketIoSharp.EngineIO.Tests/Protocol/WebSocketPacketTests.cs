using System.Buffers;
using System.Text;
using static SocketIoSharp.EngineIO.Tests.Protocol.PacketText;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

public sealed class WebSocketPacketTests
{
    [TestCase("0{}", "Open {}")]
    [TestCase("1", "Close")]
    [TestCase("2", "Ping")]
    [TestCase("2probe", "Ping probe")]
    [TestCase("3probe", "Pong probe")]
    [TestCase("42[\"h€llo😀\"]", "Message 2[\"h€llo😀\"]")]
    [TestCase("4", "Message")]
    [TestCase("5", "Upgrade")]
    [TestCase("6", "Noop")]
    public void A_text_frame_is_a_type_character_and_data(string frame, string expected)
    {
        foreach (var protocol in new[] { 3, 4 })
        {
            Assert.That(Decode(Utf8(frame), isBinary: false, protocol), Is.EqualTo(expected));
        }
    }

    [TestCase("")]
    [TestCase("7")]
    [TestCase("9x")]
    [TestCase("/")]
    [TestCase(":")]
    [TestCase(" 4")]
    [TestCase("é")]
    [TestCase("\u001e")]
    public void A_text_frame_without_a_known_type_is_a_parse_error(string frame)
    {
        foreach (var protocol in new[] { 3, 4 })
        {
            Assert.That(Decode(Utf8(frame), isBinary: false, protocol), Is.Null);
        }
    }

    [TestCase(4, "bAQL/", "Message [0102FF]")]
    [TestCase(4, "b", "Message []")]
    [TestCase(3, "b4AQL/", "Message [0102FF]")]
    [TestCase(3, "b4", "Message []")]
    [TestCase(3, "b2AQ==", "Ping [01]")]
    [TestCase(3, "bxAQ==", "Noop []", Description = "Node ignores a binary packet of unknown type")]
    [TestCase(3, "b", "Noop []")]
    public void The_base64_form_has_a_type_digit_in_protocol_3_only(int protocol, string frame, string expected)
        => Assert.That(Decode(Utf8(frame), isBinary: false, protocol), Is.EqualTo(expected));

    [TestCase("AQ==AQ==", "01", Description = "the first = ends it")]
    [TestCase("A=Q=", "")]
    [TestCase("=bad", "")]
    [TestCase("AQ", "01")]
    [TestCase("AQI", "0102")]
    [TestCase("A", "")]
    [TestCase("AR==", "01", Description = "bits that do not fit are dropped")]
    [TestCase("A Q=\n=", "01")]
    [TestCase("AQ====", "01")]
    [TestCase("A!Q.I\tD", "010203")]
    [TestCase("AQéID", "010203")]
    [TestCase("-_-_", "FBFFBF")]
    [TestCase("-_+/", "FBFFBF")]
    [TestCase("====", "")]
    public void Base64_is_read_as_leniently_as_Node_reads_it(string base64, string expectedHex)
        => Assert.That(Decode(Utf8("b" + base64), isBinary: false, 4), Is.EqualTo($"Message [{expectedHex}]"));

    [Test]
    public void A_binary_frame_is_the_message_itself_in_protocol_4()
    {
        Assert.That(Decode([4, 1, 2, 255], isBinary: true, 4), Is.EqualTo("Message [040102FF]"));
        Assert.That(Decode([], isBinary: true, 4), Is.EqualTo("Message []"));
    }

    [TestCase("04 01 02 FF", "Message [0102FF]")]
    [TestCase("04", "Message []")]
    [TestCase("02 70", "Ping [70]")]
    [TestCase("34 01", "Noop []", Description = "Node ignores a binary packet of unknown type")]
    [TestCase("", "Noop []")]
    public void A_binary_frame_begins_with_the_raw_type_in_protocol_3(string frame, string expected)
        => Assert.That(Decode(Hex(frame), isBinary: true, 3), Is.EqualTo(expected));

    [TestCase(nameof(WireForm.V4), true, "01 02 FF")]
    [TestCase(nameof(WireForm.V4Base64), false, "62 41 51 4C 2F")]
    [TestCase(nameof(WireForm.V3), true, "04 01 02 FF")]
    [TestCase(nameof(WireForm.V3Base64), false, "62 34 41 51 4C 2F")]
    public void A_binary_message_is_written_in_the_form_the_client_reads(string form, bool isBinaryFrame, string expectedHex)
    {
        var output = new ArrayBufferWriter<byte>();

        var isBinary = EngineIOPacketCodec.Encode(output, PacketType.Message, [1, 2, 255], isBinary: true, Enum.Parse<WireForm>(form));

        Assert.That(isBinary, Is.EqualTo(isBinaryFrame));
        Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo(Hex(expectedHex)));
    }

    [Test]
    public void A_text_packet_is_written_the_same_in_every_form([Values] bool empty)
    {
        foreach (var form in Enum.GetValues<WireForm>())
        {
            var output = new ArrayBufferWriter<byte>();

            var isBinary = EngineIOPacketCodec.Encode(output, PacketType.Pong, empty ? default : "probe"u8, isBinary: false, form);

            Assert.That(isBinary, Is.False);
            Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Is.EqualTo(empty ? "3" : "3probe"));
        }
    }

    [Test]
    public void Decoding_a_frame_allocates_nothing()
    {
        var text = Utf8("42[\"hello\"]");
        byte[] binary = [4, 1, 2];
        DecodeBoth(text, binary);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            DecodeBoth(text, binary);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void DecodeBoth(byte[] text, byte[] binary)
    {
        _ = EngineIOPacketCodec.TryDecode(text, isBinaryFrame: false, 4, out _);
        _ = EngineIOPacketCodec.TryDecode(binary, isBinaryFrame: true, 4, out _);
        _ = EngineIOPacketCodec.TryDecode(binary, isBinaryFrame: true, 3, out _);
    }

    private static string? Decode(byte[] message, bool isBinary, int protocol)
        => EngineIOPacketCodec.TryDecode(message, isBinary, protocol, out var packet) ? Show(packet) : null;
}
