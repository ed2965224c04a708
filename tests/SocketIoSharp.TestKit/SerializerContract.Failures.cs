using System.Text;
using NUnit.Framework;

namespace SocketIoSharp.TestKit;

/// <content>What happens when a value cannot be read or written.</content>
public abstract partial class SerializerContract
{
    [Test]
    public void A_value_that_does_not_fit_is_an_argument_exception()
    {
        Assert.That(() => Read<int>("\"secret\""), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<int>("null"), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<int>("{}"), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<int>("99999999999"), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<bool>("[]"), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<string>("{}"), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<string[]>("\"secret\""), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<Person>("[]"), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<Guid>("\"secret\""), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<DateTime>("\"secret\""), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<IDisposable>("{}"), Throws.TypeOf<EventArgumentException>());
    }

    [Test]
    public void The_message_names_the_place_and_not_what_the_client_sent()
    {
        var exception = Assert.Throws<EventArgumentException>(() => Read<Person[]>("""[{"name":"a","age":1},{"name":"hidden","age":"secret"}]"""));

        Assert.That(exception!.Message, Does.Contain("[1].age").And.Contain("Person"));
        Assert.That(exception.Message, Does.Not.Contain("secret").And.Not.Contain("hidden"));
    }

    [Test]
    public void A_path_from_the_client_does_not_make_a_message_without_end()
    {
        var exception = Assert.Throws<EventArgumentException>(() => Read<Dictionary<string, int>>($$"""{"{{new string('a', 10_000)}}":"x"}"""));

        Assert.That(exception!.Message, Has.Length.LessThan(400));
    }

    [Test]
    public void What_the_type_itself_refuses_does_not_fit()
        => Assert.That(() => Read<Strict>("""{"value":-1}"""), Throws.TypeOf<EventArgumentException>().With.Message.Not.Contain("-1"));

    [Test]
    public void Values_that_are_nested_too_deep_are_refused()
    {
        var deep = new string('[', 100) + new string(']', 100);

        Assert.That(() => Read<object>(deep), Throws.TypeOf<EventArgumentException>());
        Assert.That(() => Read<object>(deep[40..160]), Throws.Nothing);
    }

    [Test]
    public void A_failure_to_read_leaves_nothing_behind()
    {
        Assert.That(() => Read<Parcel>($$"""{"data":{{First}},"number":"x"}""", [1]), Throws.TypeOf<EventArgumentException>());

        // Had the binary value of the first packet stayed, the placeholder of the second would find it.
        Assert.That(() => Read<Parcel>($$"""{"data":{{First}}}"""), Throws.TypeOf<EventArgumentException>());
        Assert.That(Write(new Parcel { Name = "next", Data = [1] }, out var attachments), Does.Contain("next"));
        Assert.That(attachments, Has.Length.EqualTo(1));
    }

    [Test]
    public void A_failure_to_write_reaches_the_caller_and_leaves_nothing_behind()
    {
        var failing = new Parcel { Data = [1], Inner = new Unwritable() };

        Assert.That(() => Write(failing), Throws.Exception);

        Assert.That(Write(new object[] { "next", new byte[] { 2 } }, out var attachments), Is.EqualTo($"[\"next\",{First}]"));
        Assert.That(attachments, Is.EqualTo(new[] { new byte[] { 2 } }));
    }

    [Test]
    public void A_value_may_have_another_packet_written_while_it_is_being_written()
    {
        var inner = new ArgumentWriter();
        var value = new Chatty { Before = [1], After = [2], WhenRead = () => Serializer.Write(inner, new object[] { new byte[] { 3 }, new Person("Ann", 1, Colour.Red) }) };

        var json = Write(value, out var attachments);

        Assert.That(json, Is.EqualTo($$"""{"before":{{First}},"middle":"here","after":{{Second}}}"""));
        Assert.That(attachments, Is.EqualTo(new[] { new byte[] { 1 }, [2] }));
        Assert.That(Encoding.UTF8.GetString(inner.Written), Is.EqualTo($$"""[{{First}},{"name":"Ann","age":1,"colour":0}]"""));
        Assert.That(inner.AttachmentCount, Is.EqualTo(1));
    }
}
