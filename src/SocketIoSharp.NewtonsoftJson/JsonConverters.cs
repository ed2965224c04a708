using System.Text;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace SocketIoSharp;

/// <summary>Binary values of every type: their bytes travel beside the JSON. Base64 text is read too.</summary>
internal sealed class BinaryJsonConverter : JsonConverter
{
    public override bool CanConvert(Type objectType)
    {
        var type = Nullable.GetUnderlyingType(objectType) ?? objectType;
        return type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>) || type == typeof(Memory<byte>) || type == typeof(ArraySegment<byte>);
    }

    public override void WriteJson(JsonWriter writer, object? value, Newtonsoft.Json.JsonSerializer serializer)
    {
        ReadOnlyMemory<byte> data = value switch
        {
            byte[] array => array,
            ReadOnlyMemory<byte> memory => memory,
            Memory<byte> memory => memory,
            ArraySegment<byte> segment => segment,
            _ => throw new JsonSerializationException("Only binary values are expected here."),
        };
        if (writer is ArgumentJsonWriter arguments)
        {
            arguments.WriteBinary(data);
        }
        else
        {
            writer.WriteValue(BinaryValue.ToArray(data));
        }
    }

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, Newtonsoft.Json.JsonSerializer serializer)
    {
        if (reader.TokenType == JsonToken.Null)
        {
            return objectType == typeof(byte[]) || Nullable.GetUnderlyingType(objectType) is not null ? null : Convert(default, objectType);
        }

        ReadOnlyMemory<byte> data = reader.TokenType switch
        {
            JsonToken.String => System.Convert.FromBase64String((string)reader.Value!),
            JsonToken.Bytes => (byte[])reader.Value!,
            JsonToken.StartObject => ReadPlaceholder(reader),
            _ => throw NotBinary(reader),
        };
        return Convert(data, objectType);
    }

    private static ReadOnlyMemory<byte> ReadPlaceholder(JsonReader reader)
    {
        var isPlaceholder = false;
        double number = -1;
        while (reader.Read() && reader.TokenType == JsonToken.PropertyName)
        {
            var name = (string)reader.Value!;
            reader.Read();
            if (name == "_placeholder")
            {
                isPlaceholder = reader.Value is true;
            }
            else if (name == "num")
            {
                number = reader.Value is long or double ? System.Convert.ToDouble(reader.Value, System.Globalization.CultureInfo.InvariantCulture) : -1;
            }

            reader.Skip();
        }

        var attachments = ArgumentScope.Attachments;
        return isPlaceholder && number >= 0 && number < attachments.Count && Math.Floor(number) == number
            ? attachments[(int)number]
            : throw NotBinary(reader);
    }

    private static object Convert(ReadOnlyMemory<byte> data, Type objectType)
    {
        var type = Nullable.GetUnderlyingType(objectType) ?? objectType;
        if (type == typeof(ReadOnlyMemory<byte>))
        {
            return data;
        }

        var array = BinaryValue.ToArray(data);
        if (type == typeof(byte[]))
        {
            return array;
        }

        return type == typeof(Memory<byte>) ? (object)new Memory<byte>(array) : new ArraySegment<byte>(array);
    }

    private static JsonSerializationException NotBinary(JsonReader reader)
        => new("A binary value is wanted here.", reader.Path, 0, 0, null);
}

/// <summary>A received argument inside another value, passed on with its binary values.</summary>
/// <param name="payloadSerializer">Reads such arguments later.</param>
internal sealed class EventArgumentJsonConverter(IPayloadSerializer payloadSerializer) : JsonConverter<EventArgument>
{
    public override void WriteJson(JsonWriter writer, EventArgument? value, Newtonsoft.Json.JsonSerializer serializer)
    {
        if (value is null)
        {
            writer.WriteNull();
        }
        else if (writer is ArgumentJsonWriter arguments && value.Attachments.Count > 0)
        {
            arguments.WriteArgument(value);
        }
        else
        {
            writer.WriteRawValue(value.ToString());
        }
    }

    public override EventArgument? ReadJson(JsonReader reader, Type objectType, EventArgument? existingValue, bool hasExistingValue, Newtonsoft.Json.JsonSerializer serializer)
        => reader.TokenType == JsonToken.Null
            ? null
            : new EventArgument(Encoding.UTF8.GetBytes(JRaw.Create(reader).ToString(System.Globalization.CultureInfo.InvariantCulture)), ArgumentScope.Attachments, payloadSerializer);
}

/// <summary>Lets a handler that was written for System.Text.Json take its arguments raw all the same.</summary>
internal sealed class JsonElementJsonConverter : JsonConverter<JsonElement>
{
    public override void WriteJson(JsonWriter writer, JsonElement value, Newtonsoft.Json.JsonSerializer serializer)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteRawValue(value.GetRawText());
        }
    }

    public override JsonElement ReadJson(JsonReader reader, Type objectType, JsonElement existingValue, bool hasExistingValue, Newtonsoft.Json.JsonSerializer serializer)
    {
        using var document = JsonDocument.Parse(JRaw.Create(reader).ToString(System.Globalization.CultureInfo.InvariantCulture));
        return document.RootElement.Clone();
    }
}
