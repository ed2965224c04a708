using static SocketIoSharp.Tests.Protocol.MessagePackWire;

namespace SocketIoSharp.Tests.Protocol;

public sealed class MessagePackToJsonTests
{
    private const string Placeholder = "{\"_placeholder\":true,\"num\":0}";

    [TestCase("d40000", "null")]
    [TestCase("d400ff", "null")]
    [TestCase("92d4000001", "[null,1]")]
    [TestCase("82a161d40000a16201", "{\"b\":1}")]
    [TestCase("82a16201a161d40000", "{\"b\":1}")]
    [TestCase("81a161d40000", "{}")]
    public void Undefined_is_null_in_arrays_and_no_member_in_objects(string message, string json)
    {
        Assert.That(JsonOf(message), Is.EqualTo(json));
    }

    [TestCase("c70000", "")]
    [TestCase("c7010009", "09")]
    [TestCase("c702000909", "0909")]
    [TestCase("c708000908070605040302", "0908070605040302")]
    [TestCase("c80003 00*1 010203", "010203")]
    [TestCase("c900000003 00*1 010203", "010203")]
    [TestCase("d5000102", "0102")]
    [TestCase("d60001020304", "01020304")]
    [TestCase("d800 07*16", "07*16")]
    public void An_array_buffer_is_binary(string message, string data)
    {
        var (json, attachments, _) = ToJson(Bytes(message));

        Assert.That(json, Is.EqualTo(Placeholder));
        Assert.That(attachments, Is.EqualTo(new[] { Bytes(data) }));
    }

    [TestCase("d40509", 5, "09")]
    [TestCase("d580 0908", -128, "0908")]
    [TestCase("c7007f", 127, "")]
    [TestCase("c703ff010203", -1, "010203")]
    [TestCase("d5ff0102", -1, "0102")]
    [TestCase("c704ff 00*4", -1, "00*4")]
    [TestCase("c70c05 00*12", 5, "00*12")]
    public void An_unknown_extension_is_its_type_and_its_bytes(string message, int type, string data)
    {
        var (json, attachments, _) = ToJson(Bytes(message));

        Assert.That(json, Is.EqualTo($"[{type},{Placeholder}]"));
        Assert.That(attachments, Is.EqualTo(new[] { Bytes(data) }));
    }

    [TestCase("d700001eb208c2dc0001", Description = "one millisecond too late")]
    [TestCase("d700ffe14df73d23ffff", Description = "one too early")]
    [TestCase("d7007fffffffffffffff")]
    [TestCase("d7008000000000000000")]
    [TestCase("c70cff000000007fffffffffffffff")]
    [TestCase("c70cff000000008000000000000000")]
    public void A_date_that_JavaScript_cannot_hold_is_null(string message)
    {
        Assert.That(JsonOf(message), Is.EqualTo("null"));
    }

    // Cut towards zero as in JavaScript, and nanoseconds beyond a second are simply added.
    [TestCase("d7ff773593fc00000000", "1970-01-01T00:00:00.499Z")]
    [TestCase("c70cff3b83e6a0ffffffffffffffff", "1969-12-31T23:59:59.999Z")]
    [TestCase("c70cff3b9ac9ffffffffffffffffff", "1970-01-01T00:00:00.000Z")]
    [TestCase("c70cffffffffff0000000000000000", "1970-01-01T00:00:04.294Z")]
    public void A_timestamp_is_cut_to_milliseconds(string message, string date)
    {
        Assert.That(JsonOf(message), Is.EqualTo($"\"{date}\""));
    }

    [TestCase("cb7ff8000000000000", "null")]
    [TestCase("cb7ff0000000000000", "null")]
    [TestCase("cafF800000", "null")]
    [TestCase("ca3fc00000", "1.5")]
    [TestCase("ca3dcccccd", "0.10000000149011612")]
    [TestCase("cb8000000000000000", "0")]
    [TestCase("cb4341c37937e08000", "10000000000000000")]
    [TestCase("cb444b1ae4d6e2ef50", "1e+21")]
    [TestCase("cfffffffffffffffff", "18446744073709551615")]
    [TestCase("cf0020000000000001", "9007199254740993")]
    [TestCase("d3ffdfffffffffffff", "-9007199254740993")]
    [TestCase("d38000000000000000", "-9223372036854775808")]
    [TestCase("d37fffffffffffffff", "9223372036854775807")]
    [TestCase("d0ff", "-1")]
    [TestCase("d105", null)]
    [TestCase("d07f", "127")]
    [TestCase("cf0000000000000001", "1")]
    public void Numbers_of_every_width_are_read(string message, string? json)
    {
        Assert.That(JsonOf(message), Is.EqualTo(json));
    }

    [TestCase("81 05 01", "{\"5\":1}")]
    [TestCase("81 ff 01", "{\"-1\":1}")]
    [TestCase("81 cfffffffffffffffff 01", "{\"18446744073709551615\":1}")]
    [TestCase("82 a16101 a16102", "{\"a\":1,\"a\":2}")]
    [TestCase("81 a0 01", "{\"\":1}")]
    [TestCase("81 a95f5f70726f746f5f5f 01", "{\"__proto__\":1}")]
    [TestCase("81 a122 01", "{\"\\\"\":1}")]
    public void Map_keys_are_strings_or_integers_as_they_come(string message, string json)
    {
        Assert.That(JsonOf(message), Is.EqualTo(json));
    }

    [Test]
    public void A_map_that_looks_like_a_placeholder_is_no_placeholder()
    {
        var message = Bytes("92 c40101 82 ac5f706c616365686f6c646572 c3 a36e756d 00");

        var (json, attachments, _) = ToJson(message);

        Assert.That(json, Is.EqualTo("[{\"_placeholder\":true,\"num\":0},{\"\\u005fplaceholder\":true,\"num\":0}]"));
        Assert.That(FromJson(json!, MessagePackDialect.Client, attachments), Is.EqualTo(message));
    }

    [TestCase("81 c0 01")]
    [TestCase("81 c3 01")]
    [TestCase("81 cb3ff8000000000000 01")]
    [TestCase("81 c40161 01")]
    [TestCase("81 90 01")]
    [TestCase("81 d40000 01")]
    public void Other_map_keys_are_refused(string message)
    {
        Assert.That(ToJson(Bytes(message)).Error, Is.EqualTo(MessagePackError.InvalidKey));
    }

    [TestCase("a161", "\"a\"")]
    [TestCase("a63c263e272b2f", "\"<&>'+/\"")]
    [TestCase("a5080c0a0d09", "\"\\b\\f\\n\\r\\t\"")]
    [TestCase("a2007f", "\"\\u0000\u007f\"")]
    [TestCase("a1ff", "\"\ufffd\"")]
    [TestCase("a561e282c362", "\"a\ufffd\ufffdb\"")]
    [TestCase("a3eda080", "\"\ufffd\ufffd\ufffd\"")]
    public void Strings_have_the_escapes_of_JavaScript_and_no_invalid_UTF8(string message, string json)
    {
        Assert.That(JsonOf(message), Is.EqualTo(json));
    }

    [Test]
    public void Attachments_are_numbered_in_the_order_of_the_message_and_are_copies()
    {
        var message = Bytes("93 c40101 81 a161 c40102 c7010003");

        var (json, attachments, _) = ToJson(message);
        Array.Clear(message);

        Assert.That(json, Is.EqualTo("[{\"_placeholder\":true,\"num\":0},{\"a\":{\"_placeholder\":true,\"num\":1}},{\"_placeholder\":true,\"num\":2}]"));
        Assert.That(attachments, Is.EqualTo(new byte[][] { [1], [2], [3] }));
    }

    [Test]
    public void More_binary_values_than_the_limit_are_refused()
    {
        var message = Bytes("93 c40101 81 a161 c40102 c7010003");

        Assert.That(ToJson(message, maxAttachments: 3).Error, Is.EqualTo(MessagePackError.None));
        Assert.That(ToJson(message, maxAttachments: 2).Error, Is.EqualTo(MessagePackError.TooManyAttachments));
    }

    [Test]
    public void One_value_is_read_and_the_next_one_is_left()
    {
        var (json, _, error) = ToJson(Bytes("0102"));

        Assert.That((json, error), Is.EqualTo(("1", MessagePackError.TrailingBytes)));
    }
}
