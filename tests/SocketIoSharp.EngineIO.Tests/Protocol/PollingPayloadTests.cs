using System.Text;
using static SocketIoSharp.EngineIO.Tests.Protocol.PacketText;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

public sealed class PollingPayloadTests
{
    [Test]
    public void Packets_are_joined_by_the_record_separator()
    {
        Assert.That(
            ReadAll("42[\"m\",0]\u001e42[\"m\",1]\u001ebAQID", 4),
            Is.EqualTo(["Message 2[\"m\",0]", "Message 2[\"m\",1]", "Message [010203]", "End"]));

        Assert.That(
            WriteText(WireForm.V4, EncodedMessage.Text("2[\"m\",0]"), EncodedMessage.Text("2[\"m\",1]"), EncodedMessage.Binary([1, 2, 3])),
            Is.EqualTo("42[\"m\",0]\u001e42[\"m\",1]\u001ebAQID"));
    }

    [Test]
    public void Packets_before_a_bad_one_are_handed_out()
        => Assert.That(ReadAll("4a\u001e4b\u001e9\u001e4c", 4), Is.EqualTo(["Message a", "Message b", "Invalid"]));

    [TestCase("", new[] { "Invalid" })]
    [TestCase("\u001e", new[] { "Invalid" })]
    [TestCase("4a\u001e", new[] { "Message a", "Invalid" })]
    [TestCase("\u001e4a", new[] { "Invalid" })]
    [TestCase("4a\u001e\u001e4b", new[] { "Message a", "Invalid" })]
    public void An_empty_packet_is_a_parse_error(string body, string[] expected)
        => Assert.That(ReadAll(body, 4), Is.EqualTo(expected));

    [Test]
    public void The_close_packet_follows_a_noop_on_a_parked_poll()
    {
        Assert.That(WriteText(WireForm.V4, EncodedMessage.Noop, EncodedMessage.Close), Is.EqualTo("6\u001e1"));
        Assert.That(WriteText(WireForm.V3, EncodedMessage.Noop, EncodedMessage.Close), Is.EqualTo("1:61:1"));
    }

    [Test]
    public void The_parts_of_a_message_stay_together_in_order()
    {
        var message = EncodedMessage.Create(Utf8("52-[1]"), new byte[] { 1 }, new byte[] { 2 });

        Assert.That(WriteText(WireForm.V4, message, EncodedMessage.Ping), Is.EqualTo("452-[1]\u001ebAQ==\u001ebAg==\u001e2"));
        Assert.That(WriteText(WireForm.V3Base64, message, EncodedMessage.Pong), Is.EqualTo("7:452-[1]6:b4AQ==6:b4Ag==1:3"));
    }

    [Test]
    public void An_empty_list_is_an_empty_body_or_a_zero_length()
    {
        Assert.That(WriteText(WireForm.V4), Is.Empty);
        Assert.That(WriteText(WireForm.V3), Is.EqualTo("0:"));
        Assert.That(WriteText(WireForm.V3Base64), Is.EqualTo("0:"));
    }

    [Test]
    public void What_is_not_utf8_becomes_the_replacement_character()
    {
        Assert.That(ReadAll([(byte)'4', 0xFF, (byte)'a', 0xF0, 0x9F, 0x1E, (byte)'4', 0xC3], 4), Is.EqualTo(["Message \uFFFDa\uFFFD", "Message \uFFFD", "End"]));

        // In protocol 3 lengths count the text after the replacement.
        Assert.That(ReadAll([(byte)'3', (byte)':', (byte)'4', 0xFF, 0xFF], 3), Is.EqualTo(["Message \uFFFD\uFFFD", "End"]));
    }

    [Test]
    public void A_valid_body_is_read_without_a_copy()
    {
        var body = Utf8("4h€llo");

        Assert.That(new PayloadReader(body, 4, isOctetStream: false).Read(out var packet), Is.EqualTo(PayloadReadResult.Packet));

        body[1] = (byte)'j';
        Assert.That(Encoding.UTF8.GetString(packet.Data.Span), Is.EqualTo("j€llo"));
    }

    [Test]
    public void Protocol_4_knows_no_binary_body()
        => Assert.That(ReadAll([(byte)'4'], 4, isOctetStream: true), Is.EqualTo(["Invalid"]));
}
