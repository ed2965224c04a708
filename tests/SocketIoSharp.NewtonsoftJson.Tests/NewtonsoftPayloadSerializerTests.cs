using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.NewtonsoftJson.Tests;

/// <summary>The contract, and what is Newtonsoft.Json's own.</summary>
public sealed class NewtonsoftPayloadSerializerTests : SerializerContract
{
    protected override string UntypedHalfPair => "\ufffd";

    [Test]
    public void The_settings_of_the_application_are_used()
    {
        var settings = NewtonsoftPayloadSerializer.CreateSettings();
        settings.ContractResolver = new DefaultContractResolver();
        settings.NullValueHandling = NullValueHandling.Ignore;
        settings.FloatFormatHandling = FloatFormatHandling.String;
        settings.Converters.Add(new ShoutingConverter());

        Assert.That(Write(settings, new Note { Text = "a" }), Is.EqualTo("""{"Text":"A"}"""));
        Assert.That(Write(settings, new Animal()), Is.EqualTo("{}"));
        Assert.That(Write(settings, double.NaN), Is.EqualTo("\"NaN\""));
    }

    [Test]
    public void A_converter_of_the_application_for_binary_values_comes_first()
    {
        var settings = NewtonsoftPayloadSerializer.CreateSettings();
        settings.Converters.Add(new HexConverter());

        Assert.That(Write(settings, new[] { new byte[] { 1, 255 } }), Is.EqualTo("[\"01FF\"]"));
    }

    [Test]
    public void Trees_are_passed_on_and_their_binary_values_too()
    {
        var tree = JToken.Parse("""{"a":[1,2.5,"x",null]}""");
        tree["data"] = new JValue(new byte[] { 1 });

        Assert.That(Write(tree, out var attachments), Is.EqualTo("""{"a":[1,2.5,"x",null],"data":{"_placeholder":true,"num":0}}"""));
        Assert.That(attachments, Is.EqualTo(new[] { new byte[] { 1 } }));
        Assert.That(Read<JObject>("""{"a":1}""")["a"]!.Value<int>(), Is.EqualTo(1));
    }

    [Test]
    public void A_converter_that_goes_by_a_tree_keeps_binary_values()
    {
        var settings = NewtonsoftPayloadSerializer.CreateSettings();
        settings.Converters.Add(new TreeConverter());
        var serializer = new NewtonsoftPayloadSerializer(settings);

        var read = serializer.Read<Wrapped>("""{"_placeholder":true,"num":0}"""u8, [new byte[] { 4 }]);

        Assert.That(read.Data, Is.EqualTo(new byte[] { 4 }));
        var output = new ArgumentWriter();
        serializer.Write(output, read);
        Assert.That(Encoding.UTF8.GetString(output.Written), Is.EqualTo("""{"_placeholder":true,"num":0}"""));
        Assert.That(output.Attachments[0].ToArray(), Is.EqualTo(new byte[] { 4 }));
    }

    [Test]
    public void Type_names_from_clients_are_not_followed()
    {
        var read = Read<object>("""{"$type":"System.IO.FileInfo, System.IO.FileSystem","fileName":"x"}""");

        Assert.That(read, Is.TypeOf<JObject>());
    }

    [Test]
    public void Text_that_looks_like_a_date_stays_text_unless_a_type_asks_for_a_date()
        => Assert.That(Read<JToken>("\"2026-01-02T03:04:05Z\"").Type, Is.EqualTo(JTokenType.String));

    [Test]
    public void Long_text_is_written_whole_wherever_a_pair_falls_on_the_end_of_a_buffer()
    {
        for (var length = 1000; length < 1050; length++)
        {
            var text = new string('a', length) + "😀😀";

            Assert.That(Write(text), Is.EqualTo($"\"{text}\""));
        }
    }

    protected override IPayloadSerializer CreateSerializer() => new NewtonsoftPayloadSerializer();

    private static string Write(JsonSerializerSettings settings, object value)
    {
        var output = new ArgumentWriter();
        new NewtonsoftPayloadSerializer(settings).Write(output, value);
        return Encoding.UTF8.GetString(output.Written);
    }

    private sealed record Wrapped(byte[] Data);

    private sealed class ShoutingConverter : JsonConverter<string>
    {
        public override void WriteJson(JsonWriter writer, string? value, JsonSerializer serializer) => writer.WriteValue(value?.ToUpperInvariant());

        public override string? ReadJson(JsonReader reader, Type objectType, string? existingValue, bool hasExistingValue, JsonSerializer serializer) => (string?)reader.Value;
    }

    private sealed class HexConverter : JsonConverter<byte[]>
    {
        public override void WriteJson(JsonWriter writer, byte[]? value, JsonSerializer serializer) => writer.WriteValue(Convert.ToHexString(value!));

        public override byte[]? ReadJson(JsonReader reader, Type objectType, byte[]? existingValue, bool hasExistingValue, JsonSerializer serializer) => Convert.FromHexString((string)reader.Value!);
    }

    private sealed class TreeConverter : JsonConverter<Wrapped>
    {
        public override void WriteJson(JsonWriter writer, Wrapped? value, JsonSerializer serializer) => JToken.FromObject(value!.Data, serializer).WriteTo(writer);

        public override Wrapped? ReadJson(JsonReader reader, Type objectType, Wrapped? existingValue, bool hasExistingValue, JsonSerializer serializer)
            => new(JToken.Load(reader).ToObject<byte[]>(serializer)!);
    }
}
