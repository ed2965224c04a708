using System.Buffers;
using System.Text;
using static SocketIoSharp.EngineIO.Tests.Protocol.PacketText;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

public sealed class JsonpTests
{
    [TestCase(null, "")]
    [TestCase("", "")]
    [TestCase("0", "0")]
    [TestCase("12", "12")]
    [TestCase("1);alert(2", "12")]
    [TestCase("٣x", "", Description = "only the ASCII digits")]
    public void The_index_is_the_digits_of_the_query_value(string? j, string expected)
        => Assert.That(Jsonp.ReadIndex(j), Is.EqualTo(expected));

    [TestCase("42[\"m\"]", "___eio[0](\"42[\\\"m\\\"]\");")]
    [TestCase("6\u001e1", "___eio[0](\"6\\u001e1\");")]
    [TestCase("\b\f\n\r\t\\\u0000", "___eio[0](\"\\b\\f\\n\\r\\t\\\\\\u0000\");")]
    [TestCase("a\u2028b\u2029", "___eio[0](\"a\\u2028b\\u2029\");")]
    [TestCase("</é€😀\u007f\u2027\u20a8'&", "___eio[0](\"</é€😀\u007f\u2027\u20a8'&\");")]
    public void An_answer_is_a_call_with_a_string_literal(string payload, string expected)
    {
        var output = new ArrayBufferWriter<byte>();

        Jsonp.WriteResponse(output, "0", Utf8(payload));

        Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Is.EqualTo(expected));
    }

    [TestCase("d=4hello", "4hello")]
    [TestCase("d=", "")]
    [TestCase("d", "")]
    [TestCase("%64=4", "4")]
    [TestCase("a=1&&d=4&b=2", "4")]
    [TestCase("d=a=b", "a=b")]
    [TestCase("d=4a+b%2Bc%20d", "4a b+c d")]
    [TestCase("d=4%F0%9F%98%80%e2%82%ac", "4😀€")]
    [TestCase("d=4é", "4é")]
    [TestCase("d=%zz%4%", "%zz%4%")]
    [TestCase("d=%1E", "\u001e")]
    public void The_payload_is_field_d_of_the_form(string body, string expected)
        => Assert.That(ReadBody(body), Is.EqualTo(expected));

    [TestCase("d=a\\nb", "a\nb")]
    [TestCase("d=a%5Cnb", "a\nb")]
    [TestCase("d=a%5C%6Eb", "a\nb")]
    [TestCase("d=a\\\\nb", "a\\nb")]
    [TestCase("d=a\\\\\\nb", "a\\\\nb")]
    [TestCase("d=\\n\\n\\\\n", "\n\n\\n")]
    [TestCase("d=\\\\", "\\\\")]
    [TestCase("d=\\t", "\\t")]
    [TestCase("d=\\%0An", "\\\nn")]
    public void A_single_backslash_makes_a_newline_and_of_several_one_goes(string body, string expected)
        => Assert.That(ReadBody(body), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("4hello")]
    [TestCase("e=4&dd=1&D=2")]
    [TestCase("=d")]
    [TestCase("d=4&d=5", Description = "a repeated field is a list in Node, and no payload")]
    [TestCase("d=4&%64=5")]
    public void A_form_without_one_field_d_has_no_payload(string body)
        => Assert.That(ReadBody(body), Is.Null);

    [TestCase(999, true)]
    [TestCase(1000, false)]
    public void Only_the_first_thousand_fields_are_looked_at(int before, bool expected)
        => Assert.That(ReadBody(new string('&', before) + "d=4"), expected ? Is.EqualTo("4") : Is.Null);

    private static string? ReadBody(string body)
    {
        var output = new ArrayBufferWriter<byte>();
        var found = Jsonp.TryReadBody(Utf8(body), output);
        var payload = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.That(found || payload.Length == 0, Is.True);
        return found ? payload : null;
    }
}
