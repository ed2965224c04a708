using static SocketIoSharp.EngineIO.Tests.Protocol.PacketText;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

public sealed class PollingPayloadV3Tests
{
    private const string BinaryEvent = "51-[\"bin\",\"h€llo😀\",{\"_placeholder\":true,\"num\":0}]";

    [Test]
    public void A_length_counts_utf16_code_units()
    {
        const string Body = "20:42[\"echo\",\"h€llo😀\"]2:40";

        Assert.That(ReadAll(Body, 3), Is.EqualTo(["Message 2[\"echo\",\"h€llo😀\"]", "Message 0", "End"]));
        Assert.That(WriteText(WireForm.V3, EncodedMessage.Text("2[\"echo\",\"h€llo😀\"]"), EncodedMessage.Text("0")), Is.EqualTo(Body));
        Assert.That(ReadAll("25:42[\"echo\",\"h€llo😀\"]", 3), Is.EqualTo(["Invalid"]));
    }

    [Test]
    public void Binary_in_a_text_body_is_base64_with_a_type_digit()
    {
        const string Body = "51:4" + BinaryEvent + "6:b4AQL/";
        var message = EncodedMessage.Create(Utf8(BinaryEvent), new byte[] { 1, 2, 255 });

        Assert.That(ReadAll(Body, 3), Is.EqualTo(["Message " + BinaryEvent, "Message [0102FF]", "End"]));
        Assert.That(WriteText(WireForm.V3Base64, message), Is.EqualTo(Body));
    }

    [Test]
    public void A_batch_with_binary_is_a_binary_body_with_lengths_in_bytes()
    {
        byte[] expected = [0, 5, 5, 255, .. Utf8("4" + BinaryEvent), 1, 4, 255, 4, 1, 2, 255];

        var (body, isOctetStream) = Write(WireForm.V3, EncodedMessage.Create(Utf8(BinaryEvent), new byte[] { 1, 2, 255 }));

        Assert.That(isOctetStream, Is.True);
        Assert.That(body, Is.EqualTo(expected));
        Assert.That(ReadAll(body, 3, isOctetStream: true), Is.EqualTo(["Message " + BinaryEvent, "Message [0102FF]", "End"]));
    }

    [Test]
    public void Control_packets_ride_in_a_binary_body_too()
    {
        var (body, isOctetStream) = Write(WireForm.V3, EncodedMessage.Pong, EncodedMessage.Binary([7]));

        Assert.That(isOctetStream, Is.True);
        Assert.That(body, Is.EqualTo(Hex("00 01 FF 33 01 02 FF 04 07")));
    }

    [TestCase("", new[] { "Invalid" })]
    [TestCase(":", new[] { "Invalid" })]
    [TestCase(":4", new[] { "Invalid" })]
    [TestCase("4hello", new[] { "Invalid" })]
    [TestCase("5:4a", new[] { "Invalid" })]
    [TestCase("2:4a1", new[] { "Message a", "Invalid" })]
    [TestCase("2:4a\n", new[] { "Message a", "Invalid" })]
    [TestCase("2:4a2:9b2:4c", new[] { "Message a", "Invalid" })]
    [TestCase("-1:4a", new[] { "Invalid" })]
    [TestCase("2.0:4a", new[] { "Invalid" })]
    [TestCase("99999999999999999999:4a", new[] { "Invalid" })]
    [TestCase("1:a", new[] { "Invalid" })]
    public void A_bad_text_body_is_a_parse_error_after_the_packets_before(string body, string[] expected)
        => Assert.That(ReadAll(body, 3), Is.EqualTo(expected));

    [TestCase("0:", new[] { "End" })]
    [TestCase("0:0:2:4a0:", new[] { "Message a", "End" })]
    [TestCase("002:4a", new[] { "Message a", "End" })]
    public void A_zero_length_is_skipped(string body, string[] expected)
        => Assert.That(ReadAll(body, 3), Is.EqualTo(expected));

    // JavaScript cuts the string inside the pair: the packet keeps a lone surrogate, the other one is no length.
    [TestCase("3:4a😀2:4b", new[] { "Message a\uFFFD", "Invalid" })]
    [TestCase("3:4a😀", new[] { "Message a\uFFFD", "Invalid" })]
    [TestCase("1:😀", new[] { "Invalid" })]
    [TestCase("4:4a😀2:4b", new[] { "Message a😀", "Message b", "End" })]
    public void A_length_that_cuts_a_surrogate_pair_ends_the_body(string body, string[] expected)
        => Assert.That(ReadAll(body, 3), Is.EqualTo(expected));

    [TestCase("", new[] { "End" }, Description = "no packets, and no error either")]
    [TestCase("00", new[] { "Invalid" })]
    [TestCase("00 01", new[] { "Invalid" })]
    [TestCase("00 FF 34", new[] { "Invalid" })]
    [TestCase("00 0A FF 34", new[] { "Invalid" })]
    [TestCase("00 31 FF 34", new[] { "Invalid" })]
    [TestCase("00 00 FF", new[] { "Invalid" }, Description = "an empty string has no type")]
    [TestCase("01 00 FF", new[] { "Noop []" , "End" })]
    [TestCase("00 02 FF 34 61", new[] { "Message a", "End" })]
    [TestCase("00 00 02 FF 34 61", new[] { "Message a", "End" })]
    [TestCase("01 05 FF 04 01", new[] { "Message [01]", "End" }, Description = "a length beyond the body takes what is there")]
    [TestCase("02 02 FF 04 01", new[] { "Message [01]", "End" }, Description = "anything but 00 is binary")]
    [TestCase("00 02 FF 34 61 00 02 FF 39 61", new[] { "Message a", "Invalid" })]
    [TestCase("00 02 FF 34 61 00 01", new[] { "Invalid" }, Description = "the framing is checked before the first packet")]
    [TestCase("00 02 FF 34 FF", new[] { "Invalid" })]
    [TestCase("00 03 FF 34 C0 80", new[] { "Invalid" })]
    [TestCase("00 05 FF 34 F4 90 80 80", new[] { "Invalid" })]
    [TestCase("00 04 FF 34 ED A0 BD", new[] { "Message \uFFFD", "End" }, Description = "an encoded lone surrogate")]
    [TestCase("00 06 FF 62 34 41 51 3D 3D", new[] { "Message [01]", "End" })]
    [TestCase("00 06 FF 62 34 FF 41 51 FF", new[] { "Message [01]", "End" })]
    public void A_binary_body_is_read_as_Node_reads_it(string hex, string[] expected)
        => Assert.That(ReadAll(Hex(hex), 3, isOctetStream: true), Is.EqualTo(expected));

    [TestCase(311, "Message a")]
    [TestCase(312, "Invalid")]
    public void The_digits_of_a_binary_length_are_bounded(int digits, string expected)
    {
        byte[] body = [0, .. new byte[digits - 1], 2, 255, .. Utf8("4a")];

        Assert.That(ReadAll(body, 3, isOctetStream: true)[0], Is.EqualTo(expected));
    }
}
