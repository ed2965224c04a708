using static SocketIoSharp.Tests.Protocol.MessagePackWire;

namespace SocketIoSharp.Tests.Protocol;

/// <summary>Values of every format, in the bytes that notepack.io 2.2.0 (clients) and 3.0.1 (Redis) made of them.</summary>
public sealed class MessagePackGoldenTests
{
    private static IEnumerable<TestCaseData> SameInBothDialects()
    {
        (string Json, string Bytes)[] cases =
        [
            ("null", "c0"), ("true", "c3"), ("false", "c2"),
            ("0", "00"), ("127", "7f"), ("128", "cc80"), ("255", "ccff"), ("256", "cd0100"), ("65535", "cdffff"), ("65536", "ce00010000"),
            ("4294967295", "ceffffffff"), ("4294967296", "cf0000000100000000"), ("9007199254740991", "cf001fffffffffffff"),
            ("-1", "ff"), ("-32", "e0"), ("-33", "d0df"), ("-128", "d080"), ("-129", "d1ff7f"), ("-32768", "d18000"),
            ("-32769", "d2ffff7fff"), ("-2147483648", "d280000000"), ("-2147483649", "d3ffffffff7fffffff"),
            ("-9007199254740991", "d3ffe0000000000001"), ("-9223372036854775808", "d38000000000000000"),
            ("1.5", "cb3ff8000000000000"), ("-0.1", "cbbfb999999999999a"), ("5e-324", "cb0000000000000001"), ("1e-7", "cb3e7ad7f29abcaf48"),
            ("\"\"", "a0"), (Text(1), "a161"), (Text(31), "bf 61*31"), (Text(32), "d920 61*32"), (Text(255), "d9ff 61*255"),
            (Text(256), "da0100 61*256"), (Text(65535), "daffff 61*65535"), (Text(65536), "db00010000 61*65536"),
            ("\"h€llo😀\u2028\\\"\\\\\\n\\u0001\"", "b268e282ac6c6c6ff09f9880e280a8225c0a01"),
            ("[]", "90"), (Zeros(15), "9f 00*15"), (Zeros(16), "dc0010 00*16"), (Zeros(65535), "dcffff 00*65535"), (Zeros(65536), "dd0001 00*65538"),
            ("{}", "80"), ("{\"a\":0}", "81a16100"),
            (Members(15), "8fa16100a16200a16300a16400a16500a16600a16700a16800a16900a16a00a16b00a16c00a16d00a16e00a16f00"),
            (Members(16), "de0010a16100a16200a16300a16400a16500a16600a16700a16800a16900a16a00a16b00a16c00a16d00a16e00a16f00a17000"),
        ];
        return cases.Select(item => new TestCaseData(item.Json, item.Bytes).SetArgDisplayNames(item.Bytes));
    }

    private static readonly string[] s_binaries = ["c400", "c403 07*3", "c4ff 07*255", "c50100 07*256", "c5ffff 07*65535", "c600010000 07*65536"];

    [TestCaseSource(nameof(SameInBothDialects))]
    public void A_value_has_the_bytes_of_Node_in_both_dialects(string json, string bytes)
    {
        Assert.That(FromJson(json, MessagePackDialect.Client), Is.EqualTo(Bytes(bytes)));
        Assert.That(FromJson(json, MessagePackDialect.Redis), Is.EqualTo(Bytes(bytes)));
    }

    [TestCaseSource(nameof(SameInBothDialects))]
    public void The_bytes_of_Node_are_read_as_the_value(string json, string bytes)
    {
        var (text, attachments, error) = ToJson(Bytes(bytes));

        Assert.That((text, error), Is.EqualTo((json, MessagePackError.None)));
        Assert.That(attachments, Is.Empty);
    }

    [TestCaseSource(nameof(s_binaries))]
    public void Binary_is_a_placeholder_and_an_attachment_on_the_side_of_JSON(string bytes)
    {
        const string Json = "[{\"_placeholder\":true,\"num\":0}]";
        byte[] message = [0x91, .. Bytes(bytes)];

        var (text, attachments, error) = ToJson(message);

        Assert.That((text, error), Is.EqualTo((Json, MessagePackError.None)));
        Assert.That(attachments, Has.Length.EqualTo(1));
        Assert.That(attachments[0], Is.All.EqualTo(7));
        Assert.That(FromJson(Json, MessagePackDialect.Client, attachments), Is.EqualTo(message));
        Assert.That(FromJson(Json, MessagePackDialect.Redis, attachments), Is.EqualTo(message));
    }

    [TestCase("1970-01-01T00:00:00.000Z", "d700 00*8", "d6ff00000000")]
    [TestCase("1970-01-01T00:00:00.999Z", "d70000000000000003e7", "d7ffee2e1f0000000000")]
    [TestCase("2023-11-14T22:13:20.000Z", "d7000000018bcfe56800", "d6ff6553f100")]
    [TestCase("2023-11-14T22:13:20.123Z", "d7000000018bcfe5687b", "d7ff1d5353006553f100")]
    [TestCase("1969-12-31T23:59:59.999Z", "d700ffffffffffffffff", "c70cff3b8b87c0ffffffffffffffff")]
    [TestCase("1969-12-31T23:59:58.500Z", "d700fffffffffffffa24", "c70cff1dcd6500fffffffffffffffe")]
    [TestCase("2106-02-07T06:28:15.000Z", "d700000003e7fffffc18", "d6ffffffffff")]
    [TestCase("2106-02-07T06:28:16.000Z", "d700000003e800000000", "d7ff0000000100000000")]
    [TestCase("2514-05-30T01:53:03.999Z", "d70000000f9fffffffff", "d7ffee2e1f03ffffffff")]
    [TestCase("2514-05-30T01:53:04.000Z", "d70000000fa000000000", "c70cff000000000000000400000000")]
    [TestCase("0001-01-01T00:00:00.000Z", "d700ffffc77cedd32800", "c70cff00000000fffffff1886e0900")]
    [TestCase("+275760-09-13T00:00:00.000Z", "d700001eb208c2dc0000", "c70cff00000000000007dba8218000")]
    [TestCase("-271821-04-20T00:00:00.000Z", "d700ffe14df73d240000", "c70cff00000000fffff82457de8000")]
    public void A_date_has_the_bytes_of_Node_in_each_dialect(string text, string client, string redis)
    {
        var json = $"\"{text}\"";

        Assert.That(FromJson(json, MessagePackDialect.Client, dateOffsets: [0]), Is.EqualTo(Bytes(client)));
        Assert.That(FromJson(json, MessagePackDialect.Redis, dateOffsets: [0]), Is.EqualTo(Bytes(redis)));
        Assert.That(JsonOf(client), Is.EqualTo(json));
        Assert.That(JsonOf(redis), Is.EqualTo(json));
    }

    // What notepack.io 2.2.0 makes of {type:2, data:["hello", 1, {a:[true, null, 1.5]}, Buffer, Date], nsp:"/", id:5}; 3.0.1 writes another date.
    [TestCase(nameof(MessagePackDialect.Client), "d7000000018bcfe5687b")]
    [TestCase(nameof(MessagePackDialect.Redis), "d7ff1d5353006553f100")]
    public void A_packet_with_everything_in_it_has_the_bytes_of_Node(string dialect, string date)
    {
        const string Json = "{\"type\":2,\"data\":[\"hello\",1,{\"a\":[true,null,1.5]},{\"_placeholder\":true,\"num\":0},\"2023-11-14T22:13:20.123Z\"],\"nsp\":\"/\",\"id\":5}";
        var message = Bytes("84a47479706502a46461746195a568656c6c6f0181a16193c3c0cb3ff8000000000000c403010203" + date + "a36e7370a12fa2696405");

        var (json, attachments, _) = ToJson(message);

        Assert.That(json, Is.EqualTo(Json));
        Assert.That(attachments, Is.EqualTo(new byte[][] { [1, 2, 3] }));
        Assert.That(FromJson(Json, Enum.Parse<MessagePackDialect>(dialect), attachments, [Json.IndexOf("\"2023", StringComparison.Ordinal)]), Is.EqualTo(message));
    }

    private static string Text(int length) => $"\"{new string('a', length)}\"";

    private static string Zeros(int count) => $"[{string.Join(',', Enumerable.Repeat('0', count))}]";

    private static string Members(int count) => $"{{{string.Join(',', Enumerable.Range(0, count).Select(index => $"\"{(char)('a' + index)}\":0"))}}}";
}
