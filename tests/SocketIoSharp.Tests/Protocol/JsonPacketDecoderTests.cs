using System.Text;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Tests;

/// <summary>The grammar of packets as text: <c>type [ attachments "-" ] [ nsp "," ] [ id ] [ json ]</c>.</summary>
public sealed class JsonPacketDecoderTests
{
    private static readonly PacketLimits s_limits = new(MaxAttachments: 10, MaxAttachmentBytes: 1_000, MaxDepth: 64, MaxNamespaceLength: 512);

    [TestCase("0", SocketIOPacketType.Connect, "", null, "")]
    [TestCase("0{}", SocketIOPacketType.Connect, "", null, "{}")]
    [TestCase("0{\"token\":\"abc\"}", SocketIOPacketType.Connect, "", null, "{\"token\":\"abc\"}")]
    [TestCase("0/admin", SocketIOPacketType.Connect, "/admin", null, "")]
    [TestCase("0/admin,", SocketIOPacketType.Connect, "/admin", null, "")]
    [TestCase("0/admin,{\"t\":1}", SocketIOPacketType.Connect, "/admin", null, "{\"t\":1}")]
    [TestCase("0/admin?x=1,", SocketIOPacketType.Connect, "/admin?x=1", null, "")]
    [TestCase("0/", SocketIOPacketType.Connect, "", null, "")]
    [TestCase("0/,{}", SocketIOPacketType.Connect, "", null, "{}")]
    [TestCase("1", SocketIOPacketType.Disconnect, "", null, "")]
    [TestCase("1/admin,", SocketIOPacketType.Disconnect, "/admin", null, "")]
    [TestCase("2", SocketIOPacketType.Event, "", null, "")]
    [TestCase("2[\"x\"]", SocketIOPacketType.Event, "", null, "[\"x\"]")]
    [TestCase("2 [\"x\"]", SocketIOPacketType.Event, "", null, " [\"x\"]")]
    [TestCase("2[\"\"]", SocketIOPacketType.Event, "", null, "[\"\"]")]
    [TestCase("2[1,\"x\"]", SocketIOPacketType.Event, "", null, "[1,\"x\"]")]
    [TestCase("2[\"error\",1]", SocketIOPacketType.Event, "", null, "[\"error\",1]")]
    [TestCase("2[\"connection\"]", SocketIOPacketType.Event, "", null, "[\"connection\"]")]
    [TestCase("213[\"x\",1]", SocketIOPacketType.Event, "", 13L, "[\"x\",1]")]
    [TestCase("2007[\"x\"]", SocketIOPacketType.Event, "", 7L, "[\"x\"]")]
    [TestCase("2999999999999999999[\"x\"]", SocketIOPacketType.Event, "", 999_999_999_999_999_999L, "[\"x\"]")]
    [TestCase("2/admin,13[\"x\"]", SocketIOPacketType.Event, "/admin", 13L, "[\"x\"]")]
    [TestCase("2/a[\"x\"]", SocketIOPacketType.Event, "/a[\"x\"]", null, "")]
    [TestCase("2[\"x\",{\"_placeholder\":true,\"num\":7}]", SocketIOPacketType.Event, "", null, "[\"x\",{\"_placeholder\":true,\"num\":7}]")]
    [TestCase("3", SocketIOPacketType.Ack, "", null, "")]
    [TestCase("31", SocketIOPacketType.Ack, "", 1L, "")]
    [TestCase("31[]", SocketIOPacketType.Ack, "", 1L, "[]")]
    [TestCase("3/a,12[1,null]", SocketIOPacketType.Ack, "/a", 12L, "[1,null]")]
    [TestCase("4{\"message\":\"no\"}", SocketIOPacketType.ConnectError, "", null, "{\"message\":\"no\"}")]
    [TestCase("4\"no\"", SocketIOPacketType.ConnectError, "", null, "\"no\"")]
    [TestCase("41", SocketIOPacketType.ConnectError, "", 1L, "")]
    [TestCase("4/a,", SocketIOPacketType.ConnectError, "/a", null, "")]
    public void A_text_is_a_packet(string text, SocketIOPacketType type, string name, long? id, string json)
    {
        var decoder = new JsonPacketDecoder(s_limits);

        Assert.That(decoder.Decode(Text(text), out var packet, out var error), Is.EqualTo(PacketDecodeResult.Packet), error);

        Assert.That(packet.Type, Is.EqualTo(type));
        Assert.That(Encoding.UTF8.GetString(packet.Namespace.Span), Is.EqualTo(name));
        Assert.That(packet.Id, Is.EqualTo(id));
        Assert.That(Encoding.UTF8.GetString(packet.Json.Span), Is.EqualTo(json));
        Assert.That(packet.Attachments, Is.Empty);
    }

    [TestCase("", "unknown packet type NaN")]
    [TestCase("x", "unknown packet type NaN")]
    [TestCase("-1", "unknown packet type NaN")]
    [TestCase("[\"x\"]", "unknown packet type NaN")]
    [TestCase("7", "unknown packet type 7")]
    [TestCase("9[\"x\"]", "unknown packet type 9")]
    [TestCase("0[]", "invalid payload")]
    [TestCase("0null", "invalid payload")]
    [TestCase("0\"token\"", "invalid payload")]
    [TestCase("0{", "invalid payload")]
    [TestCase("1{}", "invalid payload")]
    [TestCase("1/a,[]", "invalid payload")]
    [TestCase("2{}", "invalid payload")]
    [TestCase("2null", "invalid payload")]
    [TestCase("2\"x\"", "invalid payload")]
    [TestCase("2[]", "invalid payload")]
    [TestCase("2[null]", "invalid payload")]
    [TestCase("2[true]", "invalid payload")]
    [TestCase("2[{\"toString\":\"x\"}]", "invalid payload")]
    [TestCase("2[[\"x\"]]", "invalid payload")]
    [TestCase("2[\"x\"", "invalid payload")]
    [TestCase("2[\"x\"]]", "invalid payload")]
    [TestCase("2[\"x\"] y", "invalid payload")]
    [TestCase("2[\"x\",]", "invalid payload")]
    [TestCase("2['x']", "invalid payload")]
    [TestCase("2[\"x\",NaN]", "invalid payload")]
    [TestCase("2[\"x\",01]", "invalid payload")]
    [TestCase("2[\"x\" /* no */]", "invalid payload")]
    [TestCase("2-1[\"x\"]", "invalid payload")]
    [TestCase("2/a,b[\"x\"]", "invalid payload")]
    [TestCase("3{}", "invalid payload")]
    [TestCase("31\"x\"", "invalid payload")]
    [TestCase("4[]", "invalid payload")]
    [TestCase("4true", "invalid payload")]
    [TestCase("21234567890123456789[\"x\"]", "invalid packet id")]
    [TestCase("5", "Illegal attachments")]
    [TestCase("5[\"x\"]", "Illegal attachments")]
    [TestCase("5-[\"x\"]", "Illegal attachments")]
    [TestCase("50-[\"x\"]", "Illegal attachments")]
    [TestCase("5000-[\"x\"]", "Illegal attachments")]
    [TestCase("51[\"x\"]", "Illegal attachments")]
    [TestCase("51", "Illegal attachments")]
    [TestCase("5-1-[\"x\"]", "Illegal attachments")]
    [TestCase("5 1-[\"x\"]", "Illegal attachments")]
    [TestCase("51.0-[\"x\"]", "Illegal attachments")]
    [TestCase("51e0-[\"x\"]", "Illegal attachments")]
    [TestCase("5x-[\"x\"]", "Illegal attachments")]
    [TestCase("51234567890-[\"x\"]", "Illegal attachments")]
    [TestCase("60-1[]", "Illegal attachments")]
    [TestCase("511-[\"x\"]", "too many attachments (the limit is MaxAttachments, 10)")]
    [TestCase("5999999999-[\"x\"]", "too many attachments (the limit is MaxAttachments, 10)")]
    [TestCase("51-{}", "invalid payload")]
    [TestCase("51-[{\"_placeholder\":true,\"num\":0}]", "invalid payload")]
    public void A_text_is_no_packet(string text, string expected)
    {
        var decoder = new JsonPacketDecoder(s_limits);

        var result = decoder.Decode(Text(text), out _, out var error);

        Assert.That(error, Is.EqualTo(expected));
        Assert.That(result, Is.EqualTo(PacketDecodeResult.Invalid));
        Assert.That(decoder.IsIncomplete, Is.False);
    }

    [TestCase("connect")]
    [TestCase("connect_error")]
    [TestCase("disconnect")]
    [TestCase("disconnecting")]
    [TestCase("newListener")]
    [TestCase("removeListener")]
    public void Names_of_the_library_are_refused_however_they_are_written(string name)
    {
        var escaped = string.Concat(name.Select(static letter => $"\\u{(int)letter:x4}"));
        foreach (var text in new[] { $"2[\"{name}\"]", $"2/a,1[\"{name}\",1]", $"2[\"{escaped}\"]", $"2[ \"{name}\" ]", $"51-[\"{name}\",{{}}]" })
        {
            var result = new JsonPacketDecoder(s_limits).Decode(Text(text), out _, out var error);

            Assert.That(result, Is.EqualTo(PacketDecodeResult.Invalid), text);
            Assert.That(error, Is.EqualTo("invalid payload"), text);
        }
    }

    [TestCase("2[\"\\ud800\"]")]
    [TestCase("2[\"\\udc00\\ud800\",\"\\ud83d\"]")]
    [TestCase("2[\"x\",{\"\\ud800\":1}]")]
    public void Half_a_surrogate_pair_in_escapes_is_a_character_like_any_other(string text)
        => Assert.That(new JsonPacketDecoder(s_limits).Decode(Text(text), out _, out _), Is.EqualTo(PacketDecodeResult.Packet));

    [Test]
    public void Every_part_of_a_packet_has_its_limit_and_the_error_names_the_option()
    {
        AssertLimit("0/" + new string('a', 511), "0/" + new string('a', 512), "the name of the namespace is too long (the limit is MaxNamespaceLength, 512)");
        AssertLimit("0/" + new string('ä', 255) + ",", "0/" + new string('ä', 256) + ",", "the name of the namespace is too long (the limit is MaxNamespaceLength, 512)");
        AssertLimit(Nested(63), Nested(64), "invalid payload (the limit of its depth is MaxPayloadDepth, 64)");
        AssertLimit(Nested(63), Nested(100_000), "invalid payload (the limit of its depth is MaxPayloadDepth, 64)");
        AssertLimit("0" + Objects(64), "0" + Objects(65), "invalid payload (the limit of its depth is MaxPayloadDepth, 64)");
        Assert.That(DecodeError(Nested(63)[..^20]), Is.EqualTo("invalid payload"), "it is broken, not too deep");

        static string Nested(int depth) => "2[\"x\"," + new string('[', depth) + new string(']', depth) + "]";
        static string Objects(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
        static void AssertLimit(string allowed, string refused, string expected)
        {
            Assert.That(DecodeError(allowed), Is.Null);
            Assert.That(DecodeError(refused), Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_packet_is_complete_with_its_last_attachment()
    {
        var decoder = new JsonPacketDecoder(s_limits);

        Assert.That(decoder.Decode(Text("52-/a,7[\"x\",{\"_placeholder\":true,\"num\":1},{\"_placeholder\":true,\"num\":0}]"), out _, out _), Is.EqualTo(PacketDecodeResult.Incomplete));
        Assert.That(decoder.IsIncomplete);
        Assert.That(decoder.Decode(Binary(1, 2), out _, out _), Is.EqualTo(PacketDecodeResult.Incomplete));
        Assert.That(decoder.Decode(Binary(), out var packet, out _), Is.EqualTo(PacketDecodeResult.Packet));

        Assert.That(decoder.IsIncomplete, Is.False);
        Assert.That(packet.Type, Is.EqualTo(SocketIOPacketType.Event));
        Assert.That(packet.Id, Is.EqualTo(7));
        Assert.That(Encoding.UTF8.GetString(packet.Namespace.Span), Is.EqualTo("/a"));
        Assert.That(packet.Attachments.Select(static attachment => Convert.ToHexString(attachment.Span)), Is.EqualTo(new[] { "0102", "" }));
    }

    [Test]
    public void What_is_kept_of_a_packet_is_a_copy()
    {
        var decoder = new JsonPacketDecoder(s_limits);
        var text = Encoding.UTF8.GetBytes("61-/a,7[{\"_placeholder\":true,\"num\":0}]");
        var data = new byte[] { 1 };

        decoder.Decode(new EngineIOMessage(text, IsBinary: false), out _, out _);
        Array.Fill(text, (byte)'!');
        decoder.Decode(new EngineIOMessage(data, IsBinary: true), out var packet, out _);
        data[0] = 2;

        Assert.That(Encoding.UTF8.GetString(packet.Namespace.Span), Is.EqualTo("/a"));
        Assert.That(Encoding.UTF8.GetString(packet.Json.Span), Is.EqualTo("[{\"_placeholder\":true,\"num\":0}]"));
        Assert.That(packet.Attachments[0].ToArray(), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void Text_and_attachments_must_come_in_their_order()
    {
        var decoder = new JsonPacketDecoder(s_limits);

        Assert.That(decoder.Decode(Binary(1), out _, out var error), Is.EqualTo(PacketDecodeResult.Invalid));
        Assert.That(error, Is.EqualTo("got binary data when not reconstructing a packet"));
        decoder.Decode(Text("51-[\"x\",{\"_placeholder\":true,\"num\":0}]"), out _, out _);
        Assert.That(decoder.Decode(Text("2[\"x\"]"), out _, out error), Is.EqualTo(PacketDecodeResult.Invalid));
        Assert.That(error, Is.EqualTo("got plaintext data when reconstructing a packet"));
    }

    [TestCase("0", true)]
    [TestCase("1", true)]
    [TestCase("0.0", true)]
    [TestCase("1e0", true)]
    [TestCase("2", false)]
    [TestCase("-1", false)]
    [TestCase("0.5", false)]
    [TestCase("1e99", false)]
    [TestCase("99999999999999999999", false)]
    [TestCase("\"0\"", false)]
    [TestCase("null", false)]
    [TestCase("true", false)]
    [TestCase("{}", false)]
    [TestCase("[0]", false)]
    public void The_number_of_a_placeholder_is_that_of_an_attachment(string number, bool isValid)
    {
        foreach (var placeholder in new[] { $"{{\"_placeholder\":true,\"num\":{number}}}", $"{{\"num\":{number},\"a\":1,\"_placeholder\":true}}", $"[{{\"deep\":{{\"_placeholder\":true,\"num\":{number}}}}}]" })
        {
            var decoder = new JsonPacketDecoder(s_limits);
            decoder.Decode(Text($"52-[\"x\",{placeholder}]"), out _, out _);
            decoder.Decode(Binary(1), out _, out _);

            var result = decoder.Decode(Binary(2), out _, out var error);

            Assert.That(result, Is.EqualTo(isValid ? PacketDecodeResult.Packet : PacketDecodeResult.Invalid), placeholder);
            Assert.That(error, Is.EqualTo(isValid ? null : "illegal attachments"), placeholder);
        }
    }

    [TestCase("52-[\"x\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]", Description = "one is used twice, the other never")]
    [TestCase("52-[\"x\"]")]
    [TestCase("52-")]
    [TestCase("52-[\"x\",{\"\\ud800\":1,\"\\udc00\\ud800\":{\"a\\ud800\":9}}]")]
    [TestCase("52-[\"x\",{\"_placeholder\":false,\"num\":9},{\"_placeholder\":1,\"num\":9},{\"num\":9}]")]
    public void Attachments_need_not_be_used(string text)
    {
        var decoder = new JsonPacketDecoder(s_limits);
        decoder.Decode(Text(text), out _, out _);
        decoder.Decode(Binary(1), out _, out _);

        Assert.That(decoder.Decode(Binary(2), out var packet, out var error), Is.EqualTo(PacketDecodeResult.Packet), error);
        Assert.That(packet.Attachments, Has.Count.EqualTo(2));
    }

    [Test]
    public void All_attachments_together_have_a_limit()
    {
        var decoder = new JsonPacketDecoder(s_limits);
        decoder.Decode(Text("53-[\"x\"]"), out _, out _);
        decoder.Decode(Binary(new byte[500]), out _, out _);
        Assert.That(decoder.Decode(Binary(new byte[500]), out _, out _), Is.EqualTo(PacketDecodeResult.Incomplete));

        Assert.That(decoder.Decode(Binary(1), out _, out var error), Is.EqualTo(PacketDecodeResult.Invalid));
        Assert.That(error, Is.EqualTo("the attachments are too large (the limit is MaxAttachmentBytes, 1000)"));
    }

    private static string? DecodeError(string text)
    {
        new JsonPacketDecoder(s_limits).Decode(Text(text), out _, out var error);
        return error;
    }

    private static EngineIOMessage Text(string text) => new(Encoding.UTF8.GetBytes(text), IsBinary: false);

    private static EngineIOMessage Binary(params byte[] data) => new(data, IsBinary: true);
}
