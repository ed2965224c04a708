using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocketIoSharp;

/// <summary>A received argument inside another value, passed on with its binary values.</summary>
/// <param name="serializer">Reads such arguments later.</param>
internal sealed class EventArgumentConverter(IPayloadSerializer serializer) : JsonConverter<EventArgument>
{
    public override EventArgument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        return new EventArgument(JsonMarshal.GetRawUtf8Value(element).ToArray(), ArgumentScope.Attachments, serializer);
    }

    public override void Write(Utf8JsonWriter writer, EventArgument value, JsonSerializerOptions options)
    {
        if (ArgumentScope.Output is not { } output || value.Attachments.Count == 0)
        {
            writer.WriteRawValue(value.Utf8Json.Span, skipInputValidation: true);
            return;
        }

        var text = ArgumentWriter.Rent();
        BinaryPlaceholders.Copy(value.Utf8Json.Span, value.Attachments, text, output.AddAttachment);
        writer.WriteRawValue(text.Written, skipInputValidation: true);
        text.Return();
    }
}
