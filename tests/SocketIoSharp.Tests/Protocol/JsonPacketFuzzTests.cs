using System.Text;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Tests;

/// <summary>Random packets, right and wrong: what is encoded is decoded again, and nothing makes the decoder throw.</summary>
public sealed class JsonPacketFuzzTests
{
    private const string Alphabet = "0123456789[]{}\",:-/\\u_placehdrnmtxyz .eE+\u00e9\u20ac\U0001f600";

    private static readonly PacketLimits s_limits = new(MaxAttachments: 10, MaxAttachmentBytes: 1_000, MaxDepth: 64, MaxNamespaceLength: 512);

    private static readonly string[] s_valid =
    [
        "0{\"token\":\"abc\"}", "0/admin,{\"t\":1}", "1/admin,", "213[\"x\",1,[true,null],{\"a\":\"\\u00e9\"}]", "2/a,7[1.5e3,\"x\"]", "31[{\"a\":[]}]",
        "4/a,{\"message\":\"no\",\"data\":{\"code\":1}}", "52-/a,3[\"x\",{\"_placeholder\":true,\"num\":0},[{\"_placeholder\":true,\"num\":1}]]",
        "61-4[{\"_placeholder\":true,\"num\":0}]", "51-[\"\\ud83d\\ude00\",{\"\\ud800\":{\"\\ud83d\\ude00\\ud83d\":1,\"num\":0,\"_placeholder\":true}}]",
    ];

    [Test]
    public void Random_bytes_never_make_the_decoder_throw([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && random.Next(2) == 0)
            {
                bytes[0] = (byte)('0' + random.Next(8));
            }

            Feed(bytes, random);
        }
    }

    [Test]
    public void Random_texts_of_the_grammars_letters_never_make_the_decoder_throw([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5_000; i++)
        {
            var text = new StringBuilder().Append(random.Next(7));
            for (var length = random.Next(30); length > 0; length--)
            {
                text.Append(Alphabet[random.Next(Alphabet.Length)]);
            }

            Feed(Encoding.UTF8.GetBytes(text.ToString()), random);
        }
    }

    [Test]
    public void Packets_with_a_few_wrong_bytes_never_make_the_decoder_throw([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(s_valid[random.Next(s_valid.Length)]).ToList();
            for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveAt(at);
                        break;
                    case 2:
                        bytes.Insert(at, (byte)Alphabet[random.Next(40)]);
                        break;
                    default:
                        bytes.RemoveRange(at, bytes.Count - at);
                        break;
                }
            }

            Feed([.. bytes], random);
        }
    }

    [Test]
    public void A_packet_that_breaks_off_anywhere_never_makes_the_decoder_throw()
    {
        foreach (var bytes in s_valid.Select(Encoding.UTF8.GetBytes))
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Feed(bytes[..length], new Random(length));
            }
        }
    }

    [Test]
    public void What_is_encoded_is_decoded_again([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        var parser = new JsonPacketParser();
        for (var i = 0; i < 2_000; i++)
        {
            var attachments = Enumerable.Range(0, random.Next(4)).Select(_ => (ReadOnlyMemory<byte>)CreateBytes(random)).ToArray();
            var isEvent = random.Next(2) == 0;
            var arguments = Enumerable.Range(0, random.Next(3)).Select(_ => CreateValue(random, 0))
                .Concat(attachments.Select(static (_, number) => $"{{\"_placeholder\":true,\"num\":{number}}}"));
            var packet = new SocketIOPacket
            {
                Type = isEvent ? SocketIOPacketType.Event : SocketIOPacketType.Ack,
                Namespace = random.Next(2) == 0 ? default : Encoding.UTF8.GetBytes("/n" + random.Next()),
                Id = isEvent && random.Next(2) == 0 ? null : random.NextInt64(1_000_000_000_000_000_000),
                Json = Encoding.UTF8.GetBytes($"[{string.Join(',', isEvent ? arguments.Prepend("\"name\"") : arguments)}]"),
                Attachments = attachments,
            };

            var message = parser.Encode(packet);
            var decoder = new JsonPacketDecoder(s_limits);
            SocketIOPacket decoded = default;
            for (var part = 0; part < message.PartCount; part++)
            {
                var bytes = message.GetPart(part, out var isBinary);
                var result = decoder.Decode(new EngineIOMessage(bytes, isBinary), out decoded, out var error);
                Assert.That(result, Is.EqualTo(part == message.PartCount - 1 ? PacketDecodeResult.Packet : PacketDecodeResult.Incomplete), error);
            }

            Assert.That(decoded.Type, Is.EqualTo(packet.Type));
            Assert.That(decoded.Namespace.Span.SequenceEqual(packet.Namespace.Span));
            Assert.That(decoded.Id, Is.EqualTo(packet.Id));
            Assert.That(decoded.Json.Span.SequenceEqual(packet.Json.Span));
            Assert.That(decoded.Attachments.Select(static bytes => Convert.ToHexString(bytes.Span)), Is.EqualTo(attachments.Select(static bytes => Convert.ToHexString(bytes.Span))));
        }
    }

    /// <summary>Gives the decoder a text and, as long as it asks for them, attachments; what comes out must be whole.</summary>
    private static void Feed(byte[] bytes, Random random)
    {
        var decoder = new JsonPacketDecoder(s_limits);
        var result = decoder.Decode(new EngineIOMessage(bytes, IsBinary: false), out var packet, out var error);
        for (var i = 0; result == PacketDecodeResult.Incomplete; i++)
        {
            Assert.That(i, Is.LessThan(10));
            result = decoder.Decode(new EngineIOMessage(CreateBytes(random), IsBinary: true), out packet, out error);
        }

        Assert.That(error is null, Is.EqualTo(result == PacketDecodeResult.Packet));
        if (result == PacketDecodeResult.Packet && !packet.Json.IsEmpty)
        {
            using var document = System.Text.Json.JsonDocument.Parse(packet.Json);
        }
    }

    private static byte[] CreateBytes(Random random)
    {
        var bytes = new byte[random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string CreateValue(Random random, int depth) => random.Next(depth > 4 ? 4 : 6) switch
    {
        0 => "null",
        1 => random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture),
        2 => "\"\u00e9\u20ac \\\" \\ud83d\\ude00\"",
        3 => "-1.5e-7",
        4 => $"[{CreateValue(random, depth + 1)},{CreateValue(random, depth + 1)}]",
        _ => $"{{\"a\":{CreateValue(random, depth + 1)},\"b\":{CreateValue(random, depth + 1)}}}",
    };
}
