using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace SocketIoSharp.TestKit;

/// <summary>What every serializer of arguments must do, whatever does the work: the JSON is that of <c>JSON.stringify</c>.</summary>
public abstract partial class SerializerContract
{
    private IPayloadSerializer _serializer = null!;

    /// <summary>Half of a surrogate pair in a string, as the serializer gives it to those who take JSON untyped.</summary>
    protected virtual string UntypedHalfPair => @"\ud83d";

    protected IPayloadSerializer Serializer => _serializer;

    [SetUp]
    public void CreateTheSerializer() => _serializer = CreateSerializer();

    [Test]
    public void Null_is_null() => Assert.That(Write<object?>(null), Is.EqualTo("null"));

    [TestCase(true, "true")]
    [TestCase(false, "false")]
    [TestCase(0, "0")]
    [TestCase(-1, "-1")]
    [TestCase(int.MinValue, "-2147483648")]
    [TestCase(9007199254740993L, "9007199254740993")]
    [TestCase(ulong.MaxValue, "18446744073709551615")]
    [TestCase(1.5, "1.5")]
    [TestCase(5.0, "5")]
    [TestCase(0.1, "0.1")]
    [TestCase(-0.0, "0")]
    [TestCase(1e15, "1000000000000000")]
    [TestCase(1e-5, "0.00001")]
    [TestCase(1e-7, "1e-7")]
    [TestCase(1e21, "1e+21")]
    [TestCase(12345678901234567890d, "12345678901234567000")]
    [TestCase(5e-324, "5e-324")]
    [TestCase(double.MaxValue, "1.7976931348623157e+308")]
    [TestCase(double.NaN, "null")]
    [TestCase(double.PositiveInfinity, "null")]
    [TestCase(double.NegativeInfinity, "null")]
    [TestCase(0.1f, "0.1")]
    [TestCase(float.NaN, "null")]
    [TestCase("", "\"\"")]
    [TestCase("héllo 日本語", "\"héllo 日本語\"")]
    [TestCase("😀", "\"😀\"")]
    [TestCase("<>&'+/`", "\"<>&'+/`\"")]
    [TestCase("\"\\\b\f\n\r\t\0\u001f\u007f", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\"")]
    [TestCase("\u00a0\ufeff\u200b", "\"\u00a0\ufeff\u200b\"")]
    public void Simple_values_are_written_as_JavaScript_does(object value, string json)
    {
        Assert.That(Write(value), Is.EqualTo(json));
        Assert.That(Write(new[] { value, value }), Is.EqualTo($"[{json},{json}]"));
    }

    [Test]
    public void Values_of_a_declared_type_are_written_like_any_other()
    {
        Assert.That(Write(5), Is.EqualTo("5"));
        Assert.That(Write(5L), Is.EqualTo("5"));
        Assert.That(Write(double.NaN), Is.EqualTo("null"));
        Assert.That(Write(-0.0), Is.EqualTo("0"));
        Assert.That(Write(true), Is.EqualTo("true"));
        Assert.That(Write("text"), Is.EqualTo("\"text\""));
        Assert.That(Write<int?>(null), Is.EqualTo("null"));
        Assert.That(Write<string?>(null), Is.EqualTo("null"));
        Assert.That(Write(1.50m), Is.EqualTo("1.50"));
    }

    // As a test case, half a pair would not survive the way to the test's name.
    [Test]
    public void Half_surrogate_pairs_are_written_as_escapes()
    {
        Assert.That(Write("\ud83d"), Is.EqualTo(@"""\ud83d"""));
        Assert.That(Write("a\ud83d\ud83d\ude00\ude00x"), Is.EqualTo(@"""a\ud83d😀\ude00x"""));
        Assert.That(Write(new Dictionary<string, string> { ["\ud83d"] = "\ude00" }), Is.EqualTo(@"{""\ud83d"":""\ude00""}"));
    }

    [Test]
    public void Half_surrogate_pairs_are_read_as_replacement_characters()
    {
        Assert.That(Read<string>(@"""a\ud83d""") == "a\ufffd", Is.True);
        Assert.That(Read<string>(@"""\ude00\ud83d\ude00\ud83d\n""") == "\ufffd😀\ufffd\n", Is.True);
        Assert.That(Read<Dictionary<string, string>>(@"{""\ud83d"":""\ude00""}"), Is.EqualTo(new Dictionary<string, string> { ["\ufffd"] = "\ufffd" }));
        Assert.That(Read<Person>(@"{""\ud83d"":1,""name"":""\ud83d""}").Name == "\ufffd", Is.True);
    }

    [Test]
    public void Half_surrogate_pairs_stay_where_nobody_asked_for_text()
    {
        const string Json = @"{""a"":""\ud83d""}";

        Assert.That(Read<EventArgument>(Json).ToString(), Is.EqualTo(Json));
        Assert.That(Write(Read<EventArgument>(Json)), Is.EqualTo(Json));
        Assert.That(Read<JsonElement>(Json).GetRawText(), Is.EqualTo($@"{{""a"":""{UntypedHalfPair}""}}"));
        Assert.That(Write(JsonDocument.Parse(Json).RootElement), Is.EqualTo(Json));
    }

    [TestCase("\u2028\u2029")]
    [TestCase("\u0085")]
    public void Line_separators_come_back_as_they_were(string text)
    {
        var json = Write(text);

        Assert.That(JsonDocument.Parse(json).RootElement.GetString(), Is.EqualTo(text));
        Assert.That(Read<string>(json), Is.EqualTo(text));
    }

    [Test]
    public void Long_text_with_characters_of_every_kind_comes_back()
    {
        var text = string.Concat(Enumerable.Repeat("aé日😀\"\\\n\u2028", 5_000));

        Assert.That(Read<string>(Write(text)) == text, Is.True);
        Assert.That(Read<string[]>(Write(new[] { text }))[0] == text, Is.True);
    }

    [Test]
    public void Simple_values_are_read()
    {
        Assert.That(Read<int>("-5"), Is.EqualTo(-5));
        Assert.That(Read<long>("9007199254740993"), Is.EqualTo(9007199254740993));
        Assert.That(Read<ulong>("18446744073709551615"), Is.EqualTo(ulong.MaxValue));
        Assert.That(Read<double>("-1.5e3"), Is.EqualTo(-1500));
        Assert.That(Read<double>("0"), Is.EqualTo(0));
        Assert.That(Read<float>("0.1"), Is.EqualTo(0.1f));
        Assert.That(Read<decimal>("0.1000000000000000055511151231"), Is.EqualTo(0.1000000000000000055511151231m));
        Assert.That(Read<bool>("true"), Is.True);
        Assert.That(Read<bool>("false"), Is.False);
        Assert.That(Read<string>("\"héllo 😀\""), Is.EqualTo("héllo 😀"));
        Assert.That(Read<string>(@"""\u0041\/\""\\\b\f\n\r\t\u00e9\ud83d\ude00"""), Is.EqualTo("A/\"\\\b\f\n\r\té😀"));
        Assert.That(Read<char>("\"x\""), Is.EqualTo('x'));
        Assert.That(Read<Guid>("\"6f9619ff-8b86-d011-b42d-00cf4fc964ff\""), Is.EqualTo(Guid.Parse("6f9619ff-8b86-d011-b42d-00cf4fc964ff")));
    }

    [Test]
    public void Null_is_read_where_the_type_has_null()
    {
        Assert.That(Read<string?>("null"), Is.Null);
        Assert.That(Read<int?>("null"), Is.Null);
        Assert.That(Read<Person?>("null"), Is.Null);
        Assert.That(Read<object?>("null"), Is.Null);
        Assert.That(Read<byte[]?>("null"), Is.Null);
        Assert.That(Read<int?>("5"), Is.EqualTo(5));
    }

    [Test]
    public void Names_of_members_are_in_camel_case_and_those_of_dictionaries_are_as_they_are()
    {
        var value = new Dictionary<string, Person> { ["Boss"] = new("Ann", 30, Colour.Green) };

        Assert.That(Write(value), Is.EqualTo("""{"Boss":{"name":"Ann","age":30,"colour":1}}"""));
    }

    [Test]
    public void Members_that_are_missing_are_left_alone_and_others_are_ignored()
    {
        Assert.That(Read<Person>("""{"name":"Ann","extra":{"deep":[1,2]}}"""), Is.EqualTo(new Person("Ann", 0, Colour.Red)));
        Assert.That(Read<Note>("""{"x":1}""").Text, Is.EqualTo("none"));
    }

    [Test]
    public void Records_and_enums_come_back()
    {
        var person = new Person("Ann", 30, Colour.Green);

        Assert.That(Read<Person>(Write(person)), Is.EqualTo(person));
        Assert.That(Read<Person[]>(Write(new[] { person, person })), Is.EqualTo(new[] { person, person }));
        Assert.That(Write(Colour.Green), Is.EqualTo("1"));
        Assert.That(Read<Colour>("1"), Is.EqualTo(Colour.Green));
    }

    [Test]
    public void The_type_at_run_time_decides()
    {
        Assert.That(Write<Animal>(new Dog { Name = "Rex", Tricks = 3 }), Does.Contain("\"tricks\":3"));
        Assert.That(Write<IEnumerable<int>>(Enumerable.Range(1, 3).Where(value => value != 2)), Is.EqualTo("[1,3]"));
    }

    [Test]
    public void Dates_are_text_in_the_form_of_ISO_8601()
    {
        var date = new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);

        Assert.That(Write(date), Is.EqualTo("\"2026-01-02T03:04:05.678Z\""));
        Assert.That(Read<DateTime>("\"2026-01-02T03:04:05.678Z\""), Is.EqualTo(date));
        Assert.That(Read<DateTimeOffset>("\"2026-01-02T03:04:05.678Z\""), Is.EqualTo(new DateTimeOffset(date)));
        Assert.That(Read<string>("\"2026-01-02T03:04:05.678Z\""), Is.EqualTo("2026-01-02T03:04:05.678Z"));
    }

    [Test]
    public void The_places_of_dates_are_noted()
    {
        var date = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var output = new ArgumentWriter();

        _serializer.Write(output, "x");
        _serializer.Write(output, new object[] { date, "2026-01-02T03:04:05Z", new Dictionary<string, object> { ["at"] = new DateTimeOffset(date) }, new DateTime?[] { null, date } });
        _serializer.Write(output, date);

        var json = Encoding.UTF8.GetString(output.Written);
        var places = output.Dates.ToArray();
        Assert.That(places, Is.Ordered);
        Assert.That(places.Select(place => json[place] == ',' ? json[(place + 1)..][..6] : json[place..][..6]), Is.EqualTo(Enumerable.Repeat("\"2026-", 4)));
    }

    [Test]
    public void Untyped_values_keep_their_JSON()
    {
        const string Json = """{"a":[1,2.5,"x",null,true,{}],"b":{"c":[]}}""";

        Assert.That(Read<JsonElement>(Json).GetRawText(), Is.EqualTo(Json));
        Assert.That(Write(Read<JsonElement>(Json)), Is.EqualTo(Json));
        Assert.That(Write(new { inside = Read<JsonElement>(Json) }), Is.EqualTo($$"""{"inside":{{Json}}}"""));
    }

    [Test]
    public void One_serializer_serves_many_threads()
    {
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number =>
        {
            for (var round = 0; round < 50; round++)
            {
                var sent = new Parcel { Name = $"{number}", Data = [(byte)number, (byte)round], Number = round };
                var output = new ArgumentWriter();
                _serializer.Write(output, sent);
                var received = _serializer.Read<Parcel>(output.Written, output.Attachments);

                Assert.That(received.Name, Is.EqualTo(sent.Name));
                Assert.That(received.Data, Is.EqualTo(sent.Data));
                Assert.That(output.AttachmentCount, Is.EqualTo(1));
            }
        });
    }

    /// <summary>A new serializer with the settings that applications get when they change none.</summary>
    protected abstract IPayloadSerializer CreateSerializer();

    protected string Write<T>(T value) => Write(value, out _);

    protected string Write<T>(T value, out byte[][] attachments)
    {
        var output = new ArgumentWriter();
        _serializer.Write(output, value);
        attachments = [.. output.Attachments.Select(attachment => attachment.ToArray())];
        return Encoding.UTF8.GetString(output.Written);
    }

    protected T Read<T>(string json, params byte[][] attachments)
        => _serializer.Read<T>(Encoding.UTF8.GetBytes(json), [.. attachments.Select(attachment => (ReadOnlyMemory<byte>)attachment)]);
}
