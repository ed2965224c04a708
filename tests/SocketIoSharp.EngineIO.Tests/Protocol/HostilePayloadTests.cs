using System.Buffers;
using System.Diagnostics;
using static SocketIoSharp.EngineIO.Tests.Protocol.PacketText;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

public sealed class HostilePayloadTests
{
    private const int Megabyte = 1_000_000;

    // A quadratic reader needs minutes for any of these; the margin is for a busy machine.
    private static readonly TimeSpan s_linear = TimeSpan.FromSeconds(10);

    private static IEnumerable<TestCaseData> Bodies()
    {
        (string Name, byte[] Body)[] bodies =
        [
            ("digits", Repeat("1"u8)),
            ("zeros", Repeat("0"u8)),
            ("separators", Repeat("\x1e"u8)),
            ("messages", Repeat("4\x1e"u8)),
            ("zero lengths", Repeat("0:"u8)),
            ("tiny v3 messages", Repeat("1:4"u8)),
            ("tiny v3 base64", Repeat("2:b4"u8)),
            ("emoji behind a length", [.. "400001:4"u8, .. Repeat("😀"u8)]),
            ("half an emoji behind a length", [.. "400000:4"u8, .. Repeat("😀"u8)]),
            ("base64 junk", [.. "b"u8, .. Repeat("!"u8)]),
            ("base64 padding", [.. "b"u8, .. Repeat("="u8)]),
            ("base64 with a bad end", [.. "b"u8, .. Repeat("A"u8), (byte)'!']),
            ("not utf8", Repeat([0xFF])),
            ("continuations", Repeat([0x80])),
            ("surrogates", [.. "4"u8, .. Repeat([0xED, 0xA0, 0x80])]),
            ("octet zeros", Repeat([0])),
            ("octet empty strings", Repeat([0, 0, 255])),
            ("octet empty binaries", Repeat([1, 0, 255])),
            ("octet long lengths", Repeat([1, .. new byte[311], 255])),
            ("octet surrogates", [0, 9, 9, 9, 9, 9, 9, 255, .. "4"u8, .. Repeat([0xED, 0xA0, 0x80])]),
        ];
        return bodies.Select(body => new TestCaseData(body.Body).SetArgDisplayNames(body.Name));
    }

    [TestCaseSource(nameof(Bodies))]
    public void A_megabyte_of_anything_is_read_in_linear_time_and_memory(byte[] body)
    {
        var started = Stopwatch.GetTimestamp();
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        Drain(body, 4, isOctetStream: false);
        Drain(body, 3, isOctetStream: false);
        Drain(body, 3, isOctetStream: true);

        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_linear));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - allocated, Is.LessThan(16 * Megabyte));
    }

    [Test]
    public void A_megabyte_of_form_fields_is_read_in_linear_time()
    {
        var started = Stopwatch.GetTimestamp();

        foreach (var body in new[] { Repeat("&"u8), Repeat("d="u8), Repeat("d&"u8), Repeat("%"u8), [.. "d="u8, .. Repeat("\\"u8), (byte)'n'], [.. "d="u8, .. Repeat("\\n"u8)] })
        {
            _ = Jsonp.TryReadBody(body, new ArrayBufferWriter<byte>());
        }

        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_linear));
    }

    [Test]
    public void Any_bytes_are_read_without_an_exception()
    {
        var random = new Random(20260101);
        byte[] alphabet = [.. "0123456789b:=4\x1e\\n%&d+"u8, 0, 1, 2, 0xFF, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xA0, 0xE2];
        for (var round = 0; round < 20_000; round++)
        {
            var body = random.GetItems(alphabet, random.Next(24));
            ReadEveryWay(body);
        }
    }

    [Test]
    public void A_body_cut_or_damaged_anywhere_is_read_without_an_exception()
    {
        byte[][] bodies =
        [
            Utf8("42[\"m\",0]\u001e42[\"h€llo😀\"]\u001ebAQID"),
            Utf8("20:42[\"echo\",\"h€llo😀\"]6:b4AQL/0:1:2"),
            [0, 6, 255, .. Utf8("4h€a"), 1, 4, 255, 4, 1, 2, 255],
            Utf8("d=4%5Cn%5C%5Cn+%F0%9F%98%80&e=1"),
        ];
        foreach (var body in bodies)
        {
            for (var position = 0; position <= body.Length; position++)
            {
                ReadEveryWay(body[..position]);
                ReadEveryWay(body[position..]);
            }

            for (var position = 0; position < body.Length; position++)
            {
                foreach (var value in new byte[] { 0, 1, 0x1E, (byte)'9', (byte)':', 0x80, 0xF0, 0xFF })
                {
                    var damaged = body.ToArray();
                    damaged[position] = value;
                    ReadEveryWay(damaged);
                }
            }
        }
    }

    private static void ReadEveryWay(byte[] body)
    {
        Drain(body, 4, isOctetStream: false);
        Drain(body, 3, isOctetStream: false);
        Drain(body, 3, isOctetStream: true);
        foreach (var protocol in new[] { 3, 4 })
        {
            _ = EngineIOPacketCodec.TryDecode(body, isBinaryFrame: false, protocol, out _);
            _ = EngineIOPacketCodec.TryDecode(body, isBinaryFrame: true, protocol, out _);
        }

        _ = Jsonp.TryReadBody(body, new ArrayBufferWriter<byte>());
        Jsonp.WriteResponse(new ArrayBufferWriter<byte>(), "0", body);
    }

    private static void Drain(byte[] body, int protocol, bool isOctetStream)
    {
        var reader = new PayloadReader(body, protocol, isOctetStream);
        var packets = 0;
        while (reader.Read(out _) == PayloadReadResult.Packet)
        {
            packets++;
        }

        Assert.That(packets, Is.LessThanOrEqualTo(body.Length));
    }

    private static byte[] Repeat(ReadOnlySpan<byte> pattern)
    {
        var body = new byte[Megabyte / pattern.Length * pattern.Length];
        for (var position = 0; position < body.Length; position += pattern.Length)
        {
            pattern.CopyTo(body.AsSpan(position));
        }

        return body;
    }
}
