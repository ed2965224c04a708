using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using static SocketIoSharp.Tests.Protocol.MessagePackWire;

namespace SocketIoSharp.Tests.Protocol;

public sealed class MessagePackRoundTripTests
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Gen<string> s_text = Gen.Elements("a", "_placeholder", "num", "\"", "\\", "\n", "\u0001", "é", "€", "😀", "\u2028", "</>", "0123456789012345678901234567890")
        .ArrayOf().Select(string.Concat);

    private static readonly Gen<long> s_anyInt64 = ArbMap.Default.GeneratorFor<DoNotSize<long>>().Select(value => value.Item);

    private static readonly Gen<JsonNode?> s_leaf = Gen.OneOf(
        Gen.Constant((JsonNode?)null),
        Gen.Elements(true, false).Select(value => (JsonNode?)JsonValue.Create(value)),
        s_anyInt64.Select(value => (JsonNode?)JsonValue.Create(value)),
        ArbMap.Default.GeneratorFor<int>().Select(value => (JsonNode?)JsonValue.Create(value)),
        ArbMap.Default.GeneratorFor<ulong>().Select(value => (JsonNode?)JsonValue.Create(value)),
        ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite).Select(value => (JsonNode?)JsonValue.Create(value)),
        s_text.Select(value => (JsonNode?)JsonValue.Create(value)));

    [Test]
    public void JSON_comes_back_from_MessagePack_as_it_was()
        => Check(Gen.Sized(Value), json =>
        {
            foreach (var dialect in Enum.GetValues<MessagePackDialect>())
            {
                var (text, attachments, error) = ToJson(FromJson(Text(json), dialect));

                Assert.That(error, Is.EqualTo(MessagePackError.None));
                Assert.That(attachments, Is.Empty);
                Assert.That(JsonNode.DeepEquals(Numbers(JsonNode.Parse(text!)), Numbers(JsonNode.Parse(Text(json)))), Is.True, text);
            }
        });

    [Test]
    public void Attachments_come_back_in_their_places()
        => Check(ArbMap.Default.GeneratorFor<byte[]>().NonEmptyListOf().Select(list => list.ToArray()), attachments =>
        {
            var json = $"[{string.Join(',', attachments.Select((_, index) => $"{{\"{index}\":{{\"_placeholder\":true,\"num\":{index}}}}}"))}]";

            var (text, read, error) = ToJson(FromJson(json, MessagePackDialect.Client, attachments));

            Assert.That((text, error), Is.EqualTo((json, MessagePackError.None)));
            Assert.That(read, Is.EqualTo(attachments));
        });

    [Test]
    public void Dates_come_back_to_the_millisecond_in_both_dialects()
        => Check(Gen.OneOf(s_anyInt64.Select(value => value % (JavaScriptDate.MaxMilliseconds + 1)), s_anyInt64.Select(value => value % 5000), s_anyInt64.Select(value => value % (1L << 44))), milliseconds =>
        {
            var text = new byte[JavaScriptDate.MaxLength];
            var json = $"\"{System.Text.Encoding.ASCII.GetString(text, 0, JavaScriptDate.Format(text, milliseconds))}\"";
            foreach (var dialect in Enum.GetValues<MessagePackDialect>())
            {
                var message = FromJson(json, dialect, dateOffsets: [0])!;

                Assert.That(message[0], Is.GreaterThanOrEqualTo(0xC7).And.LessThan(0xD9), "an extension");
                Assert.That(ToJson(message).Json, Is.EqualTo(json));
            }
        });

    [Test]
    public void Any_double_has_a_text_that_is_read_back_as_the_same_number()
        => Check(s_anyInt64.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite), value =>
        {
            var text = new byte[JavaScriptNumber.MaxLength];

            var length = JavaScriptNumber.Format(text, value);

            Assert.That(double.Parse(text.AsSpan(0, length), NumberStyles.Float, CultureInfo.InvariantCulture), Is.EqualTo(value));
        });

    private static Gen<JsonNode?> Value(int size)
    {
        if (size <= 1)
        {
            return s_leaf;
        }

        var inner = Value(size / 4);
        return Gen.OneOf(
            s_leaf,
            inner.ArrayOf(size / 2).Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            from names in s_text.ArrayOf(size / 3)
            from items in inner.ArrayOf(names.Length)
            select (JsonNode?)new JsonObject(names.Zip(items).DistinctBy(pair => pair.First).Select(pair => KeyValuePair.Create(pair.First, pair.Second?.DeepClone()))));
    }

    // 1E+20 and 100000000000000000000 are the same number in two texts.
    private static JsonNode? Numbers(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                return new JsonArray([.. array.Select(item => Numbers(item?.DeepClone()))]);
            case JsonObject members:
                return new JsonObject(members.Select(pair => KeyValuePair.Create(pair.Key, Numbers(pair.Value?.DeepClone()))));
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number && !value.TryGetValue<long>(out _) && !value.TryGetValue<ulong>(out _):
                return JsonValue.Create(value.GetValue<double>());
            default:
                return node;
        }
    }

    private static string Text(JsonNode? json) => json?.ToJsonString(s_plain) ?? "null";

    private static void Check<T>(Gen<T> values, Action<T> property)
        => Prop.ForAll(values.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
