using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SocketIoSharp;

/// <summary>JSON that is passed on as it came, half surrogate pairs included: taking strings apart would refuse those.</summary>
internal sealed class RawElementConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => WriteRaw(writer, value);

    public static void WriteRaw(Utf8JsonWriter writer, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        }
    }
}

/// <summary>A document is passed on as it came.</summary>
internal sealed class RawDocumentConverter : JsonConverter<JsonDocument>
{
    public override JsonDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => JsonDocument.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonDocument value, JsonSerializerOptions options)
        => RawElementConverter.WriteRaw(writer, value.RootElement);
}

/// <summary>A tree: what it has from the wire is passed on as it came, what the application put in follows the rules of arguments.</summary>
internal sealed class NodeConverter<T> : JsonConverter<T>
    where T : JsonNode
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var node = JsonNode.Parse(ref reader, new JsonNodeOptions { PropertyNameCaseInsensitive = options.PropertyNameCaseInsensitive });
        return node switch
        {
            null => null,
            T wanted => wanted,
            _ => throw new JsonException(),
        };
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => WriteNode(writer, value, options);

    private static void WriteNode(Utf8JsonWriter writer, JsonNode? node, JsonSerializerOptions options)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members)
                {
                    writer.WritePropertyName(name);
                    WriteNode(writer, value, options);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteNode(writer, item, options);
                }

                writer.WriteEndArray();
                break;
            case JsonValue value:
                WriteValue(writer, value, options);
                break;
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, JsonValue value, JsonSerializerOptions options)
    {
        if (value.TryGetValue(out JsonElement element))
        {
            RawElementConverter.WriteRaw(writer, element);
        }
        else if (value.TryGetValue(out byte[]? data))
        {
            BinaryValue.Write(writer, data);
        }
        else if (value.TryGetValue(out double number))
        {
            WriteNumber(writer, number);
        }
        else if (value.TryGetValue(out float single))
        {
            WriteNumber(writer, single);
        }
        else
        {
            value.WriteTo(writer, options);
        }
    }

    private static void WriteNumber<TNumber>(Utf8JsonWriter writer, TNumber number)
        where TNumber : struct, System.Numerics.IFloatingPointIeee754<TNumber>
    {
        Span<byte> text = stackalloc byte[JavaScriptNumber.MaxLength];
        writer.WriteRawValue(text[..JavaScriptNumber.Format(text, number)], skipInputValidation: true);
    }
}
