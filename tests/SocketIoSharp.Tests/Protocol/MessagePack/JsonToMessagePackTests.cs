using System.Buffers;
using System.Globalization;
using System.Text;
using static SocketIoSharp.Tests.Protocol.MessagePackWire;

namespace SocketIoSharp.Tests.Protocol;

public sealed class JsonToMessagePackTests
{
    private static readonly byte[][] s_attachments = [[1], [2, 2]];

    [TestCase("1.0", "01")]
    [TestCase("1e3", "cd03e8")]
    [TestCase("-1.5e1", "f1")]
    [TestCase("-0", "00")]
    [TestCase("-0.0", "00")]
    [TestCase("0e9", "00")]
    [TestCase("9007199254740993", "cf0020000000000001")]
    [TestCase("18446744073709551615", "cfffffffffffffffff")]
    [TestCase("1e19", "cf8ac7230489e80000")]
    [TestCase("18446744073709551616", "cb43f0000000000000")]
    [TestCase("-9223372036854775809", "d38000000000000000")]
    [TestCase("-1e19", "cbc3e158e460913d00")]
    [TestCase("1e300", "cb7e37e43c8800759c")]
    [TestCase("1e400", "cb7ff0000000000000")]
    [TestCase("1e-400", "00")]
    [TestCase("0.1", "cb3fb999999999999a")]
    public void A_number_is_the_shortest_integer_or_a_double(string json, string bytes)
    {
        Assert.That(HexFromJson(json), Is.EqualTo(bytes));
    }

    [TestCase("""{"_placeholder":true,"num":1}""", "c4020202")]
    [TestCase(""" { "num" : 0 , "_placeholder" : true } """, "c40101")]
    [TestCase("""[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]""", "92c4020202c40101")]
    public void A_placeholder_is_binary(string json, string bytes)
    {
        Assert.That(HexFromJson(json, attachments: s_attachments), Is.EqualTo(bytes));
    }

    [TestCase("""{"_placeholder":true,"num":2}""")]
    [TestCase("""{"_placeholder":true,"num":-1}""")]
    [TestCase("""{"_placeholder":true,"num":0.5}""")]
    [TestCase("""{"_placeholder":true,"num":4294967296}""")]
    [TestCase("""{"_placeholder":true,"num":"0"}""")]
    [TestCase("""{"_placeholder":false,"num":0}""")]
    [TestCase("""{"_placeholder":true}""")]
    [TestCase("""{"num":0}""")]
    [TestCase("""{"num":0,"num":0}""")]
    [TestCase("""{"_placeholder":true,"_placeholder":true}""")]
    [TestCase("""{"_placeholder":true,"num":0,"a":1}""")]
    [TestCase("""{"_placeholder":{},"num":0}""")]
    [TestCase("""{"\u005fplaceholder":true,"num":0}""")]
    [TestCase("""{"num":[0],"_placeholder":true}""")]
    public void What_only_looks_like_a_placeholder_is_an_ordinary_object(string json)
    {
        var message = FromJson(json, MessagePackDialect.Client, s_attachments);

        Assert.That(ToJson(message).Json, Is.EqualTo(json.Replace("\"_p", "\"\\u005fp", StringComparison.Ordinal)));
    }

    [TestCase("""a\"\\\/\b\f\n\r\tz""", "ad 61225c2f080c0a0d097a")]
    [TestCase("""\u0041\u00e9\u20AC\ud83d\uDE00""", "aa 41c3a9e282acf09f9880")]
    [TestCase("""\ud83d""", "a3 efbfbd")]
    [TestCase("""\ude00x""", "a4 efbfbd78")]
    [TestCase("""\ud83d\u0041""", "a4 efbfbd41")]
    [TestCase("""\ud83d\ud83d\ude00""", "a7 efbfbdf09f9880")]
    [TestCase("""\ud83d\n""", "a4 efbfbd0a")]
    public void Escapes_are_resolved_and_lone_surrogates_replaced(string text, string bytes)
    {
        var expected = Bytes(bytes);
        expected[0] = (byte)(0xA0 | (expected.Length - 1));

        Assert.That(FromJson($"\"{text}\"", MessagePackDialect.Client), Is.EqualTo(expected));
        Assert.That(FromJson($"{{\"{text}\":1}}", MessagePackDialect.Client), Is.EqualTo((byte[])[0x81, .. expected, 1]));
    }

    [Test]
    public void Invalid_UTF8_in_the_text_is_replaced()
    {
        var output = new ArrayBufferWriter<byte>();

        var isWritten = JsonToMessagePack.TryTranscode([(byte)'"', 0xFF, (byte)'"'], [], new MessagePackWriter(output, MessagePackDialect.Client), out _);

        Assert.That(isWritten, Is.True);
        Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo(Bytes("a3efbfbd")));
    }

    [TestCase("2023-11-14T22:13:20.123Z", 1700000000123)]
    [TestCase("2023-11-14T22:13:20.1239999Z", 1700000000123)]
    [TestCase("2023-11-14T23:13:20.1230000+01:00", 1700000000123)]
    [TestCase("2023-11-14T23:13:20.123\\u002B01:00", 1700000000123)]
    [TestCase("2023-11-14T21:43:20.1-00:30", 1700000000100)]
    [TestCase("2023-11-14T22:13:20", 1700000000000)]
    [TestCase("2023-11-14T22:13Z", 1699999980000)]
    [TestCase("2023-11-14", 1699920000000)]
    [TestCase("2000-02-29T00:00:00Z", 951782400000)]
    [TestCase("0001-01-01T00:00:00", -62135596800000)]
    [TestCase("9999-12-31T23:59:59.9999999Z", 253402300799999)]
    public void A_date_is_read_in_the_forms_of_serializers(string text, long milliseconds)
    {
        Assert.That(HexFromJson($"\"{text}\"", dateOffsets: [0]), Is.EqualTo("d700" + milliseconds.ToString("x16", CultureInfo.InvariantCulture)));
    }

    [TestCase("")]
    [TestCase("now")]
    [TestCase("2023")]
    [TestCase("2023-11")]
    [TestCase("2023-13-01")]
    [TestCase("2023-02-29")]
    [TestCase("2023-01-00")]
    [TestCase("2023-11-14T")]
    [TestCase("2023-11-14T24:00:00Z")]
    [TestCase("2023-11-14T22:60Z")]
    [TestCase("2023-11-14T22:13:60Z")]
    [TestCase("2023-11-14T22:13:20.Z")]
    [TestCase("2023-11-14T22:13:20z")]
    [TestCase("2023-11-14T22:13:20+01")]
    [TestCase("2023-11-14T22:13:20+01:00Z")]
    [TestCase("2023-11-14T22:13:20+24:00")]
    [TestCase("+275760-09-13T00:00:00.001Z")]
    [TestCase("+02023-11-14")]
    [TestCase("2023-1a-14")]
    public void What_is_no_date_stays_a_string(string text)
    {
        var message = FromJson($"\"{text}\"", MessagePackDialect.Client, dateOffsets: [0]);

        Assert.That(message?[1..], Is.EqualTo(Encoding.UTF8.GetBytes(text)));
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(1)]
    public void The_place_of_a_date_may_be_one_byte_off(int error)
    {
        const string Json = """["2023-11-14","2023-11-14",{"a":"2023-11-14","2023-11-14":1},"2023-11-14"]""";
        int[] offsets = [Json.IndexOf(",\"2023", StringComparison.Ordinal) + 1 + error, Json.IndexOf(":\"2023", StringComparison.Ordinal) + 1 + error];

        var (json, _, _) = ToJson(FromJson(Json, MessagePackDialect.Redis, dateOffsets: offsets));

        Assert.That(json, Is.EqualTo("""["2023-11-14","2023-11-14T00:00:00.000Z",{"a":"2023-11-14T00:00:00.000Z","2023-11-14":1},"2023-11-14"]"""));
    }

    [TestCase("")]
    [TestCase("[")]
    [TestCase("[1")]
    [TestCase("{\"a\"}")]
    [TestCase("{\"a\":1")]
    [TestCase("1 2")]
    [TestCase("nul")]
    [TestCase("\"\\u12\"")]
    [TestCase("[1,]")]
    [TestCase("{\"_placeholder\":true,\"num\":0")]
    [TestCase("{\"_placeholder\":")]
    [TestCase("{\"num\":0]")]
    public void Text_that_is_not_JSON_is_refused_before_anything_is_written(string json)
    {
        Assert.That(FromJson(json, MessagePackDialect.Client, s_attachments), Is.Null);
    }

    [TestCase(101, true)]
    [TestCase(102, false)]
    public void Binary_values_may_be_repeated_up_to_a_bound(int times, bool isWritten)
    {
        var data = new byte[10_000];
        var json = $"[{string.Join(',', Enumerable.Repeat("""{"_placeholder":true,"num":0}""", times))}]";
        var output = new ArrayBufferWriter<byte>();

        var isTranscoded = JsonToMessagePack.TryTranscode(Encoding.UTF8.GetBytes(json), [data], new MessagePackWriter(output, MessagePackDialect.Redis), out var error);

        Assert.That((isTranscoded, error), Is.EqualTo((isWritten, isWritten ? MessagePackError.None : MessagePackError.TooLarge)));
        Assert.That(output.WrittenCount, isWritten ? Is.GreaterThan(1_000_000) : Is.Zero);
    }

    [Test]
    public void Text_may_nest_as_deep_as_the_limit()
    {
        var deep = new string('[', 1000) + new string(']', 1000);

        Assert.That(FromJson(deep, MessagePackDialect.Client), Has.Length.EqualTo(1000));
        Assert.That(FromJson($"[{deep}]", MessagePackDialect.Client), Is.Null);
    }

    [Test]
    public void Many_small_arrays_and_maps_are_counted_right()
    {
        var json = $"[{string.Join(',', Enumerable.Repeat("""[],{},{"a":[1]}""", 1000))}]";

        Assert.That(ToJson(FromJson(json, MessagePackDialect.Client)).Json, Is.EqualTo(json));
    }
}
