using System.Text.Json;
using NUnit.Framework;

namespace SocketIoSharp.TestKit;

/// <content>Binary values, which travel beside the JSON.</content>
public abstract partial class SerializerContract
{
    private const string First = """{"_placeholder":true,"num":0}""";
    private const string Second = """{"_placeholder":true,"num":1}""";

    [Test]
    public void Binary_values_of_every_type_travel_beside_the_JSON()
    {
        byte[] data = [1, 2, 3, 4];
        object[] values = [data, (ReadOnlyMemory<byte>)data, (Memory<byte>)data, new ArraySegment<byte>(data)];
        foreach (var value in values)
        {
            Assert.That(Write(value, out var attachments), Is.EqualTo(First), value.GetType().Name);
            Assert.That(attachments, Is.EqualTo(new[] { data }), value.GetType().Name);
        }

        Assert.That(Write(new ArraySegment<byte>(data, 1, 2), out var parts), Is.EqualTo(First));
        Assert.That(parts, Is.EqualTo(new[] { new byte[] { 2, 3 } }));
        Assert.That(Write(data.AsMemory(1, 2), out parts), Is.EqualTo(First));
        Assert.That(parts, Is.EqualTo(new[] { new byte[] { 2, 3 } }));
    }

    [Test]
    public void Binary_values_of_every_type_are_read()
    {
        byte[] data = [1, 2, 3];

        Assert.That(Read<byte[]>(First, data), Is.EqualTo(data));
        Assert.That(Read<ReadOnlyMemory<byte>>(First, data).ToArray(), Is.EqualTo(data));
        Assert.That(Read<Memory<byte>>(First, data).ToArray(), Is.EqualTo(data));
        Assert.That(Read<ArraySegment<byte>>(First, data).ToArray(), Is.EqualTo(data));
        Assert.That(Read<ReadOnlyMemory<byte>?>(First, data)!.Value.ToArray(), Is.EqualTo(data));
        Assert.That(Read<ReadOnlyMemory<byte>?>("null"), Is.Null);
        Assert.That(Read<object>(First, data), Is.EqualTo(data));
    }

    [Test]
    public void Empty_binary_values_count_too()
    {
        Assert.That(Write(Array.Empty<byte>(), out var attachments), Is.EqualTo(First));
        Assert.That(attachments, Has.Length.EqualTo(1));
        Assert.That(Write(default(ArraySegment<byte>), out attachments), Is.EqualTo(First));
        Assert.That(attachments, Has.Length.EqualTo(1));
        Assert.That(Read<byte[]>(First, Array.Empty<byte>()), Is.Empty);
    }

    [Test]
    public void Binary_values_may_be_anywhere()
    {
        var value = new object[]
        {
            "x",
            new Dictionary<string, object?> { ["data"] = new byte[] { 1 }, ["none"] = null },
            new Parcel { Name = "n", Data = [2], Parts = [new byte[] { 3 }, new byte[] { 4 }], Inner = new Parcel { Data = [5] } },
        };

        var json = Write(value, out var attachments);

        Assert.That(attachments.Select(attachment => attachment.Single()), Is.EquivalentTo(new[] { 1, 2, 3, 4, 5 }));
        using var document = JsonDocument.Parse(json);
        var parcel = document.RootElement[2];
        Assert.That(document.RootElement[1].GetProperty("data").GetRawText(), Is.EqualTo(First));
        Assert.That(attachments[Number(parcel.GetProperty("data"))], Is.EqualTo(new byte[] { 2 }));
        Assert.That(attachments[Number(parcel.GetProperty("parts")[1])], Is.EqualTo(new byte[] { 4 }));
        Assert.That(attachments[Number(parcel.GetProperty("inner").GetProperty("data"))], Is.EqualTo(new byte[] { 5 }));

        var received = Read<Parcel>(parcel.GetRawText(), attachments);
        Assert.That(received.Data, Is.EqualTo(new byte[] { 2 }));
        Assert.That(received.Parts.Select(part => part.ToArray()), Is.EqualTo(new[] { new byte[] { 3 }, [4] }));
        Assert.That(received.Inner!.Data, Is.EqualTo(new byte[] { 5 }));
    }

    [TestCase("""{"num":1,"_placeholder":true}""")]
    [TestCase(""" { "_placeholder" : true , "num" : 1 } """)]
    [TestCase("""{"_placeholder":true,"num":1,"more":{"_placeholder":true,"num":7}}""")]
    [TestCase("""{"_placeholder":true,"num":1.0}""")]
    [TestCase("""{"_placeholder":false,"_placeholder":true,"num":0,"num":1}""")]
    public void A_placeholder_may_look_as_JavaScript_allows(string placeholder)
    {
        Assert.That(Read<byte[]>(placeholder, [0], [1]), Is.EqualTo(new byte[] { 1 }));
        Assert.That(Read<byte[][]>($"[{placeholder}]", [0], [1]), Is.EqualTo(new[] { new byte[] { 1 } }));
    }

    [TestCase("""{"_placeholder":true,"num":2}""")]
    [TestCase("""{"_placeholder":true,"num":-1}""")]
    [TestCase("""{"_placeholder":true,"num":0.5}""")]
    [TestCase("""{"_placeholder":true,"num":1e99}""")]
    [TestCase("""{"_placeholder":true,"num":"0"}""")]
    [TestCase("""{"_placeholder":true,"num":[0]}""")]
    [TestCase("""{"_placeholder":true}""")]
    [TestCase("""{"_placeholder":1,"num":0}""")]
    [TestCase("""{"_placeholder":false,"num":0}""")]
    [TestCase("""{"num":0}""")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("1")]
    [TestCase("\"not base64\"")]
    public void What_stands_for_no_binary_value_is_refused(string json)
    {
        Assert.That(() => Read<byte[]>(json, [0], [1]), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<Parcel>($$"""{"data":{{json}}}""", [0], [1]), Throws.TypeOf<EventArgumentException>());
    }

    [Test]
    public void One_binary_value_may_be_read_twice_and_another_never()
    {
        var received = Read<byte[][]>($"[{Second},{Second}]", [0], [1]);

        Assert.That(received, Is.EqualTo(new[] { new byte[] { 1 }, [1] }));
    }

    [Test]
    public void Base64_is_read_where_binary_is_wanted()
    {
        Assert.That(Read<byte[]>("\"AQID\""), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Read<ReadOnlyMemory<byte>>("\"AQID\"").ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Read<byte[]>("\"\""), Is.Empty);
    }

    [Test]
    public void A_part_of_a_larger_buffer_is_not_the_buffer()
    {
        byte[] buffer = [0, 1, 2, 3];

        var read = Serializer.Read<byte[]>("{\"_placeholder\":true,\"num\":0}"u8, [buffer.AsMemory(1, 2)]);

        Assert.That(read, Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void Placeholders_stay_plain_objects_where_nobody_asked_for_binary()
    {
        Assert.That(Read<JsonElement>($"[{First}]", [1]).GetRawText(), Is.EqualTo($"[{First}]"));
        Assert.That(Write(JsonDocument.Parse(First).RootElement, out var attachments), Is.EqualTo(First));
        Assert.That(attachments, Is.Empty);
    }

    [Test]
    public void A_received_argument_is_passed_on_with_the_binary_values_that_it_uses_under_new_numbers()
    {
        var received = Read<EventArgument>("""[{"_placeholder":true,"num":2},"x",{"num":2,"_placeholder":true},{"_placeholder":false,"num":1}]""", [0], [1], [2]);
        var output = new ArgumentWriter();

        Serializer.Write(output, new byte[] { 9 });
        Serializer.Write(output, received);
        Serializer.Write(output, new object[] { received, new byte[] { 8 } });

        static string Copy(int number) =>
            $$"""[{"_placeholder":true,"num":{{number}}},"x",{"_placeholder":true,"num":{{number}}},{"_placeholder":false,"num":1}]""";
        var expected = $$"""{{First}}{{Copy(1)}}[{{Copy(2)}},{"_placeholder":true,"num":3}]""";
        Assert.That(System.Text.Encoding.UTF8.GetString(output.Written), Is.EqualTo(expected));
        Assert.That(output.Attachments.Select(attachment => attachment.Span[0]), Is.EqualTo(new byte[] { 9, 2, 2, 8 }));
    }

    [Test]
    public void A_received_argument_inside_another_is_read_at_its_type_later()
    {
        var received = Read<Envelope>($$"""{"content":[1,{{Second}}]}""", [0], [7]);

        Assert.That(received.Content!.Get<object[]>(), Has.Length.EqualTo(2));
        Assert.That(Write(received, out var attachments), Is.EqualTo($$"""{"content":[1,{{First}}]}"""));
        Assert.That(attachments, Is.EqualTo(new[] { new byte[] { 7 } }));
    }

    [Test]
    public void A_placeholder_that_stands_for_nothing_is_passed_on_as_null()
    {
        var received = Read<EventArgument>("""[{"_placeholder":true,"num":5},{"_placeholder":true,"num":0}]""", [1]);

        Assert.That(Write(received, out _), Is.EqualTo($"[null,{First}]"));
    }

    private static int Number(JsonElement placeholder) => placeholder.GetProperty("num").GetInt32();
}
