using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocketIoSharp;

/// <summary>Dates as ever, but their places are noted for the wire formats that have dates of their own.</summary>
/// <param name="standard">Reads and writes them.</param>
internal sealed class DateConverter<T>(JsonConverter<T> standard) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => standard.Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentScope.MarkDate(writer);
        standard.Write(writer, value, options);
    }

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => standard.ReadAsPropertyName(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        => standard.WriteAsPropertyName(writer, value, options);
}
