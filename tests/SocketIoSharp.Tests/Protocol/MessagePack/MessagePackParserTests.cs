using System.Diagnostics;
using System.Text;
using SocketIoSharp.EngineIO;
using static SocketIoSharp.Tests.Protocol.MessagePackWire;

namespace SocketIoSharp.Tests.Protocol;

/// <summary>Whole packets, in the bytes of socket.io-msgpack-parser 3.0.2.</summary>
public sealed class MessagePackParserTests
{
    private static readonly PacketLimits s_limits = new(MaxAttachments: 10, MaxAttachmentBytes: 1000, MaxDepth: 64, MaxNamespaceLength: 20);

    [TestCase(0, "", null, """{"sid":"abc"}""", "83a47479706500a46461746181a3736964a3616263a36e7370a12f")]
    [TestCase(0, "/admin", null, "", "82a47479706500a36e7370a62f61646d696e")]
    [TestCase(1, "", null, "", "82a47479706501a36e7370a12f")]
    [TestCase(2, "", null, """["hello",1]""", "83a47479706502a46461746192a568656c6c6f01a36e7370a12f")]
    [TestCase(2, "/a", 5L, """["hello",1]""", "84a47479706502a46461746192a568656c6c6f01a2696405a36e7370a22f61")]
    [TestCase(3, "", 5L, "[1]", "84a2696405a47479706503a4646174619101a36e7370a12f")]
    [TestCase(4, "/x", null, """{"message":"no"}""", "83a47479706504a46461746181a76d657373616765a26e6fa36e7370a22f78")]
    public void A_packet_has_the_bytes_of_Node_and_is_read_from_them(int type, string name, long? id, string json, string bytes)
    {
        var packet = new SocketIOPacket { Type = (SocketIOPacketType)type, Namespace = Encoding.UTF8.GetBytes(name), Id = id, Json = Encoding.UTF8.GetBytes(json) };

        Assert.That(Encode(packet), Is.EqualTo(Bytes(bytes)));
        Assert.That(Decode(Bytes(bytes)), Is.EqualTo(((SocketIOPacketType)type, name, id, json, (string?)null)));
    }

    [TestCase("82a47479706500a36e7370a12f", 0, "", null, "", Description = "connect")]
    [TestCase("83a47479706500a464617461d40000a36e7370a12f", 0, "", null, "", Description = "connect of a version 4 client: data is undefined")]
    [TestCase("84a47479706502a46461746191a161a26964d40000a36e7370a12f", 2, "", null, """["a"]""", Description = "the id is undefined")]
    [TestCase("84a476657273c0a36e7370a22f61a46461746191a161a47479706502", 2, "/a", null, """["a"]""", Description = "any order, other keys")]
    [TestCase("84 a76f7074696f6e73 81a8636f6d7072657373c3 a47479706502 a46461746191a161 a36e7370a12f", 2, "", null, """["a"]""", Description = "options")]
    [TestCase("85 a47479706501 a47479706502 05c0 a46461746191a161 a36e7370a12f", 2, "", null, """["a"]""", Description = "the last of two types")]
    [TestCase("84a474797065cb4000000000000000a46461746191a161a26964cb4014000000000000a36e7370a12f", 2, "", 5L, """["a"]""", Description = "integers as doubles")]
    [TestCase("84a47479706502a46461746191a161a26964fda36e7370a12f", 2, "", -3L, """["a"]""", Description = "a negative id")]
    [TestCase("83a47479706502a46461746190a36e7370a12f", 2, "", null, "", Description = "an event without a name")]
    [TestCase("83a47479706503a46461746190a36e7370a12f", 3, "", null, "[]", Description = "an answer without arguments")]
    [TestCase("83a47479706502a464617461920501a36e7370a12f", 2, "", null, "[5,1]", Description = "a number as a name")]
    [TestCase("83a47479706502a46461746191a56572726f72a36e7370a12f", 2, "", null, """["error"]""")]
    [TestCase("83a47479706504a464617461a16da36e7370a12f", 4, "", null, "\"m\"")]
    [TestCase("82a47479706500a36e7370a22fff", 0, "/\ufffd", null, "", Description = "a namespace that is not UTF-8")]
    public void What_Node_accepts_is_accepted(string bytes, int type, string name, long? id, string json)
    {
        Assert.That(Decode(Bytes(bytes)), Is.EqualTo(((SocketIOPacketType)type, name, id, json, (string?)null)));
    }

    [TestCase("81a36e7370a12f", "invalid packet type")]
    [TestCase("82a47479706505a36e7370a12f", "invalid packet type")]
    [TestCase("82a474797065ffa36e7370a12f", "invalid packet type")]
    [TestCase("82a474797065a132a36e7370a12f", "invalid packet type")]
    [TestCase("82a474797065cb4004000000000000a36e7370a12f", "invalid packet type")]
    [TestCase("c0", "invalid packet type")]
    [TestCase("9101", "invalid packet type")]
    [TestCase("05", "invalid packet type")]
    [TestCase("81a47479706502", "invalid namespace")]
    [TestCase("82a47479706502a36e737001", "invalid namespace")]
    [TestCase("82a47479706500a36e7370a0", "invalid namespace")]
    [TestCase("82a47479706502a36e7370a12f", "invalid payload")]
    [TestCase("83a47479706502a36e7370a12fa46461746180", "invalid payload")]
    [TestCase("83a47479706502a36e7370a12fa464617461c0", "invalid payload")]
    [TestCase("82a47479706503a36e7370a12f", "invalid payload")]
    [TestCase("83a47479706500a36e7370a12fa464617461c0", "invalid payload")]
    [TestCase("83a47479706500a36e7370a12fa46461746190", "invalid payload")]
    [TestCase("83a47479706500a36e7370a12fa464617461a178", "invalid payload")]
    [TestCase("83a47479706501a36e7370a12fa464617461c0", "invalid payload")]
    [TestCase("82a47479706504a36e7370a12f", "invalid payload")]
    [TestCase("84a47479706502a36e7370a12fa46461746191a161a26964c0", "invalid packet id")]
    [TestCase("84a47479706502a36e7370a12fa46461746191a161a26964cb3ff8000000000000", "invalid packet id")]
    [TestCase("84a47479706502a36e7370a12fa46461746191a161a26964a131", "invalid packet id")]
    [TestCase("84a47479706502a36e7370a12fa46461746191a161a26964cfffffffffffffffff", "invalid packet id")]
    [TestCase("", "Could not parse")]
    [TestCase("c1", "Could not parse")]
    [TestCase("84a4", "Could not parse")]
    [TestCase("dfffffffff", "Could not parse")]
    [TestCase("81c0c0", "Could not parse")]
    [TestCase("83a47479706502a36e7370a12fa46461746191a16100", "1 trailing bytes")]
    public void Other_packets_are_refused_in_the_words_of_Node(string bytes, string error)
    {
        Assert.That(Decode(Bytes(bytes)).Error, Is.EqualTo(error));
    }

    [TestCase("c0")]
    [TestCase("c3")]
    [TestCase("90")]
    [TestCase("80")]
    [TestCase("c40161")]
    [TestCase("d40000")]
    [TestCase("cb7ff8000000000000")]
    [TestCase("d6ff00000000")]
    public void An_event_name_of_another_type_is_refused(string name)
    {
        Assert.That(Decode(Bytes($"83a47479706502 a46461746191{name} a36e7370a12f")).Error, Is.EqualTo("invalid payload"));
    }

    [TestCase("connect")]
    [TestCase("connect_error")]
    [TestCase("disconnect")]
    [TestCase("disconnecting")]
    [TestCase("newListener")]
    [TestCase("removeListener")]
    public void A_reserved_event_name_is_refused(string name)
    {
        var message = Encode(new SocketIOPacket { Type = SocketIOPacketType.Event, Json = Encoding.UTF8.GetBytes($"[\"{name}\"]") });

        Assert.That(Decode(message).Error, Is.EqualTo("invalid payload"));
    }

    [Test]
    public void A_text_message_is_refused()
    {
        var result = new MessagePackParser().CreateDecoder(s_limits).Decode(new EngineIOMessage("2[\"a\"]"u8.ToArray(), false), out _, out var error);

        Assert.That((result, error), Is.EqualTo((PacketDecodeResult.Invalid, "Could not parse")));
    }

    [Test]
    public void Binary_values_and_dates_are_inside_of_the_packet()
    {
        const string Json = """["a",{"_placeholder":true,"num":0},"2023-11-14T22:13:20.123Z",[{"_placeholder":true,"num":1}]]""";
        var message = Bytes("83a47479706502 a46461746194 a161 c403010203 d7000000018bcfe5687b 91c400 a36e7370a12f");
        var packet = new SocketIOPacket
        {
            Type = SocketIOPacketType.Event,
            Json = Encoding.UTF8.GetBytes(Json),
            Attachments = new List<ReadOnlyMemory<byte>> { new byte[] { 1, 2, 3 }, ReadOnlyMemory<byte>.Empty },
            Dates = new[] { Json.IndexOf("\"2023", StringComparison.Ordinal) },
        };

        var encoded = Encode(packet);
        _ = new MessagePackParser().CreateDecoder(s_limits).Decode(new EngineIOMessage(message, true), out var decoded, out _);
        Array.Clear(message, 20, message.Length - 20);

        Assert.That(Convert.ToHexStringLower(encoded), Is.EqualTo("83a47479706502a46461746194a161c403010203d7000000018bcfe5687b91c400a36e7370a12f"));
        Assert.That(Encoding.UTF8.GetString(decoded.Json.Span), Is.EqualTo(Json));
        Assert.That(decoded.Attachments.Select(data => data.ToArray()), Is.EqualTo(new byte[][] { [1, 2, 3], [] }));
    }

    [Test]
    public void The_limits_of_the_options_are_named()
    {
        var longName = Bytes("82a47479706500 a36e7370b5 2f*21");
        var large = Bytes("83a47479706502 a46461746193 a161 c501f4 00*500 c501f5 00*501 a36e7370a12f");
        var deep = Bytes("83a47479706502 a46461746192 a161 91*64 c0 a36e7370a12f");

        Assert.That(Decode(longName).Error, Is.EqualTo("the name of the namespace is too long (the limit is MaxNamespaceLength, 20)"));
        Assert.That(Decode(large).Error, Is.EqualTo("the attachments are too large (the limit is MaxAttachmentBytes, 1000)"));
        Assert.That(Decode(deep).Error, Is.EqualTo("invalid payload (the limit of its depth is MaxPayloadDepth, 64)"));
    }

    [Test]
    public void There_may_be_more_binary_values_than_JSON_packets_may_have()
    {
        var message = Bytes("83a47479706502 a4646174619d a161 " + string.Concat(Enumerable.Repeat("c400", 12)) + "a36e7370a12f");

        Assert.That(Decode(message).Error, Is.Null);
    }

    [Test]
    public void Every_beginning_of_a_packet_is_refused()
    {
        var message = Bytes("84a47479706502a46461746195a568656c6c6f0181a16193c3c0cb3ff8000000000000c403010203d7000000018bcfe5687ba36e7370a12fa2696405");

        Assert.That(Decode(message).Error, Is.Null);
        for (var length = 0; length < message.Length; length++)
        {
            Assert.That(Decode(message[..length]).Error, Is.EqualTo("Could not parse"), $"cut to {length}");
        }
    }

    [Test]
    public void Damaged_packets_are_read_without_an_exception()
    {
        var random = new Random(20260104);
        var message = Bytes("85a47479706502a46461746195a568656c6c6f0181a16193c3c0cb3ff8000000000000c403010203d7000000018bcfe5687ba36e7370a12fa2696405a76f7074696f6e7380");
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < 50_000; round++)
        {
            var damaged = message.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var (type, _, _, json, error) = Decode(damaged);
            if (error is null && type == SocketIOPacketType.Event && json.Length > 0)
            {
                using var document = System.Text.Json.JsonDocument.Parse(json);
                Assert.That(document.RootElement[0].ValueKind, Is.AnyOf(System.Text.Json.JsonValueKind.String, System.Text.Json.JsonValueKind.Number));
            }
        }

        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [TestCase("[1")]
    [TestCase("nothing")]
    public void A_payload_that_is_not_JSON_is_the_callers_mistake(string json)
    {
        var packet = new SocketIOPacket { Type = SocketIOPacketType.Event, Json = Encoding.UTF8.GetBytes(json) };

        Assert.That(() => Encode(packet), Throws.ArgumentException);
        Assert.That(Encode(new SocketIOPacket { Type = SocketIOPacketType.Disconnect }), Is.EqualTo(Bytes("82a47479706501a36e7370a12f")), "nothing of the failed packet is left");
    }

    private static byte[] Encode(in SocketIOPacket packet)
    {
        var message = new MessagePackParser().Encode(packet);
        Assert.That(message.PartCount, Is.EqualTo(1));
        var bytes = message.GetPart(0, out var isBinary).ToArray();
        Assert.That(isBinary, Is.True);
        return bytes;
    }

    private static (SocketIOPacketType Type, string Name, long? Id, string Json, string? Error) Decode(byte[] message)
    {
        var decoder = new MessagePackParser().CreateDecoder(s_limits);
        var result = decoder.Decode(new EngineIOMessage(message, true), out var packet, out var error);
        Assert.That(result, Is.EqualTo(error is null ? PacketDecodeResult.Packet : PacketDecodeResult.Invalid));
        Assert.That(decoder.IsIncomplete, Is.False);
        return (packet.Type, Encoding.UTF8.GetString(packet.Namespace.Span), packet.Id, Encoding.UTF8.GetString(packet.Json.Span), error);
    }
}
