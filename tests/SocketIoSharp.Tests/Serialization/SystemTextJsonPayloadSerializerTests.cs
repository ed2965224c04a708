using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>The contract, and what is System.Text.Json's own.</summary>
public sealed class SystemTextJsonPayloadSerializerTests : SerializerContract
{
    [TestCase("\u2028\u2029")]
    [TestCase("\u0085\u00ad\ue000")]
    public void Characters_that_other_encoders_escape_are_written_as_they_are(string text)
        => Assert.That(Write(new Dictionary<string, string> { [text] = text }), Is.EqualTo($$"""{"{{text}}":"{{text}}"}"""));

    [Test]
    public void Names_of_types_and_of_their_members_are_not_needed_for_what_is_always_known()
    {
        var serializer = WithoutReflection();

        Assert.That(Write(serializer, new object?[] { 1, "x", null, 2.5, new byte[] { 1 }, Guid.Empty, new[] { 1L } }), Is.EqualTo(
            """[1,"x",null,2.5,{"_placeholder":true,"num":0},"00000000-0000-0000-0000-000000000000",[1]]"""));
        Assert.That(Write(serializer, new Dictionary<string, object> { ["a"] = TimeSpan.Zero }), Is.EqualTo("""{"a":"00:00:00"}"""));
        Assert.That(Write(serializer, new JsonObject { ["a"] = 5 }), Is.EqualTo("""{"a":5}"""));
        Assert.That(Write<object>(serializer, JsonValue.Create(5)), Is.EqualTo("5"));
        Assert.That(Write(serializer, Enumerable.Range(1, 2)), Is.EqualTo("[1,2]"));
        Assert.That(serializer.Read<Half?>("1.5"u8, []), Is.EqualTo((Half)1.5));
        Assert.That(serializer.Read<List<byte[]>>("[\"AQ==\"]"u8, []), Has.Count.EqualTo(1));
        Assert.That(serializer.Read<Dictionary<string, JsonElement>>("{\"a\":1}"u8, []), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_type_that_is_not_known_is_named_with_the_place_to_add_it()
    {
        var serializer = WithoutReflection();

        Assert.That(() => Write(serializer, new Person("Ann", 1, Colour.Red)), Throws.TypeOf<NotSupportedException>()
            .With.Message.Contain(nameof(Person)).And.Message.Contain("JsonSerializerContext").And.Message.Contain("SocketIOOptions.JsonSerializerOptions.TypeInfoResolverChain"));
        Assert.That(() => Write<object>(serializer, new object[] { new Person("Ann", 1, Colour.Red) }), Throws.TypeOf<NotSupportedException>()
            .With.Message.Contain(nameof(Person)).And.Message.Contain("JsonSerializerContext"));
        Assert.That(() => serializer.Read<Person>("{}"u8, []), Throws.TypeOf<EventArgumentException>()
            .With.Message.Contain(nameof(Person)).And.Message.Contain("JsonSerializerContext"));
    }

    [Test]
    public void A_context_of_the_application_makes_its_types_known()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(PrimitiveJsonContext.Default);
        options.TypeInfoResolverChain.Insert(0, SampleJsonContext.Default);
        var serializer = new SystemTextJsonPayloadSerializer(options);
        var output = new ArgumentWriter();

        serializer.Write(output, new Parcel { Name = "😀", Data = [1], Parts = [new byte[] { 2 }], Inner = new Parcel() });

        var read = serializer.Read<Parcel>(output.Written, output.Attachments);
        Assert.That(read.Name, Is.EqualTo("😀"));
        Assert.That(read.Data, Is.EqualTo(new byte[] { 1 }));
        Assert.That(read.Parts[0].ToArray(), Is.EqualTo(new byte[] { 2 }));
        Assert.That(Encoding.UTF8.GetString(output.Written), Does.StartWith("""{"name":"😀","data":{"_placeholder":true,"num":0},"parts":[{"_placeholder":true,"num":1}]"""));
    }

    [Test]
    public void The_options_of_the_application_are_used()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new JsonStringEnumConverter<Colour>());
        options.NumberHandling = JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString;
        var serializer = new SystemTextJsonPayloadSerializer(options);

        Assert.That(Write(serializer, new Person(null!, 1, Colour.Green)), Is.EqualTo("""{"AGE":"1","COLOUR":"Green"}"""));
        Assert.That(Write(serializer, 5), Is.EqualTo("\"5\""));
        Assert.That(Write(serializer, 1.5), Is.EqualTo("\"1.5\""));
        Assert.That(Write<object>(serializer, 5L), Is.EqualTo("\"5\""));
        Assert.That(serializer.Read<double>("\"2.5\""u8, []), Is.EqualTo(2.5));
        Assert.That(serializer.Read<int>("\"2\""u8, []), Is.EqualTo(2));
    }

    [Test]
    public void Converters_of_the_application_come_first()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        options.Converters.Add(new ShoutingConverter());
        options.Converters.Add(new DoublingConverter());
        options.Converters.Add(new HexConverter());
        var serializer = new SystemTextJsonPayloadSerializer(options);

        Assert.That(Write(serializer, "a"), Is.EqualTo("\"A\""));
        Assert.That(Write(serializer, 5), Is.EqualTo("10"));
        Assert.That(serializer.Read<int>("5"u8, []), Is.EqualTo(10));
        Assert.That(serializer.Read<string>("\"a\""u8, []), Is.EqualTo("A"));
        Assert.That(Write(serializer, new object[] { 5, new byte[] { 255 } }), Is.EqualTo("[10,\"FF\"]"));
    }

    [Test]
    public void Another_encoder_is_respected()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default;

        Assert.That(Write(new SystemTextJsonPayloadSerializer(options), "<é>"), Is.EqualTo(@"""\u003C\u00E9\u003E"""));
    }

    [Test]
    public void Two_servers_with_different_options_may_take_turns_on_one_thread()
    {
        var indented = SystemTextJsonPayloadSerializer.CreateOptions();
        indented.WriteIndented = true;
        indented.NewLine = "\n";
        var second = new SystemTextJsonPayloadSerializer(indented);

        for (var round = 0; round < 3; round++)
        {
            Assert.That(Write(new[] { "a" }), Is.EqualTo("[\"a\"]"));
            Assert.That(Write(second, new[] { "a" }), Is.EqualTo("[\n  \"a\"\n]"));
        }
    }

    [Test]
    public void Numbers_that_JSON_does_not_have_are_named_where_the_application_wants_that()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        options.NumberHandling |= JsonNumberHandling.AllowNamedFloatingPointLiterals;
        var serializer = new SystemTextJsonPayloadSerializer(options);

        Assert.That(Write(serializer, double.NaN), Is.EqualTo("\"NaN\""));
        Assert.That(serializer.Read<double>("\"Infinity\""u8, []), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Write(new Measures { Named = double.NaN, Maybe = float.NaN, FromText = double.NaN, Half = Half.NaN }), Is.EqualTo("""{"named":"NaN","maybe":"NaN","fromText":null,"half":null}"""));
        Assert.That(Read<Measures>("""{"named":"Infinity","maybe":null,"fromText":"1.5"}""").FromText, Is.EqualTo(1.5));
        Assert.That(() => Read<double>("\"NaN\""), Throws.TypeOf<EventArgumentException>());
    }

    [Test]
    public void Members_that_take_the_rest_work()
    {
        var read = Read<Open>("""{"known":1,"a":"\ud83d","b":[1]}""");

        Assert.That(Write(read), Is.EqualTo("""{"known":1,"a":"\ud83d","b":[1]}"""));
        Assert.That(Read<OpenObject>("""{"a":1,"b":[1]}""").Rest!["b"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Trees_are_passed_on_and_what_was_put_in_follows_the_rules()
    {
        var tree = Read<JsonNode>("""{"a":"\ud83d","n":1.0}""")!.AsObject();
        tree["nan"] = double.NaN;
        tree["data"] = JsonValue.Create(new byte[] { 1 });

        Assert.That(Write(tree, out var attachments), Is.EqualTo("""{"a":"\ud83d","n":1.0,"nan":null,"data":{"_placeholder":true,"num":0}}"""));
        Assert.That(Write(new Holder { Tree = tree }), Is.EqualTo("""{"tree":{"a":"\ud83d","n":1.0,"nan":null,"data":{"_placeholder":true,"num":0}}}"""));
        Assert.That(attachments, Is.EqualTo(new[] { new byte[] { 1 } }));
        Assert.That(() => Read<JsonObject>("[]"), Throws.TypeOf<EventArgumentException>());
        Assert.That(Read<JsonArray>("[1]"), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_declared_type_with_kinds_says_which_kind_it_is()
    {
        Assert.That(Write<Shape>(new Circle { Radius = 1 }), Is.EqualTo("""{"kind":"circle","radius":1}"""));
        Assert.That(Read<Shape>("""{"kind":"circle","radius":1}"""), Is.TypeOf<Circle>());
    }

    [Test]
    public void Half_a_surrogate_pair_is_no_character()
        => Assert.That(() => Read<char>(@"""\ud83d"""), Throws.TypeOf<EventArgumentException>());

    [Test]
    public void The_options_outside_of_packets_are_as_ever()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        _ = new SystemTextJsonPayloadSerializer(options);

        Assert.That(JsonSerializer.Serialize(new Parcel { Data = [1, 2, 3] }, options), Does.Contain("\"AQID\""));
        Assert.That(() => options.WriteIndented = true, Throws.InvalidOperationException, "Changes would come too late.");
    }

    [Test]
    public void The_depth_is_that_of_the_options()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        options.MaxDepth = 3;
        var serializer = new SystemTextJsonPayloadSerializer(options);

        Assert.That(() => serializer.Read<JsonElement>("[[[]]]"u8, []), Throws.Nothing);
        Assert.That(() => serializer.Read<JsonElement>("[[[[]]]]"u8, []), Throws.TypeOf<EventArgumentException>());
    }

    [Test]
    public void A_received_array_is_handed_on_and_not_copied()
    {
        byte[] received = [1, 2, 3];

        Assert.That(Read<byte[]>("""{"_placeholder":true,"num":0}""", received), Is.SameAs(received));
    }

    protected override IPayloadSerializer CreateSerializer() => new SystemTextJsonPayloadSerializer(SystemTextJsonPayloadSerializer.CreateOptions());

    private static SystemTextJsonPayloadSerializer WithoutReflection()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(PrimitiveJsonContext.Default);
        return new SystemTextJsonPayloadSerializer(options);
    }

    private static string Write<T>(SystemTextJsonPayloadSerializer serializer, T value)
    {
        var output = new ArgumentWriter();
        serializer.Write(output, value);
        return Encoding.UTF8.GetString(output.Written);
    }

    private sealed class Measures
    {
        [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
        public double Named { get; set; }

        [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
        public float? Maybe { get; set; }

        [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
        public double FromText { get; set; }

        public Half Half { get; set; }
    }

    private sealed class Open
    {
        public int Known { get; set; }

        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Rest { get; set; }
    }

    private sealed class OpenObject
    {
        [JsonExtensionData]
        public JsonObject? Rest { get; set; }
    }

    private sealed class Holder
    {
        public JsonObject? Tree { get; set; }
    }

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Circle), "circle")]
    private class Shape
    {
    }

    private sealed class Circle : Shape
    {
        public int Radius { get; set; }
    }

    private sealed class ShoutingConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()?.ToUpperInvariant();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToUpperInvariant());
    }

    private sealed class DoublingConverter : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetInt32() * 2;

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value * 2);
    }

    private sealed class HexConverter : JsonConverter<byte[]>
    {
        public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Convert.FromHexString(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteStringValue(Convert.ToHexString(value));
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Parcel))]
[JsonSerializable(typeof(Person))]
internal sealed partial class SampleJsonContext : JsonSerializerContext;
