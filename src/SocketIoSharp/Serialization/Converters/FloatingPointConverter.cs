using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocketIoSharp;

/// <summary>Numbers as JavaScript writes them: those that JSON does not have are null, and there is no negative zero.</summary>
/// <param name="standard">Does the rest.</param>
/// <param name="handling">The rules of the member; <see langword="null"/>: those of the options.</param>
internal sealed class FloatingPointConverter<T>(JsonConverter<T> standard, JsonNumberHandling? handling = null) : JsonConverter<T>
    where T : struct, IFloatingPointIeee754<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return standard.Read(ref reader, typeToConvert, options);
        }

        if (Has(options, JsonNumberHandling.AllowReadingFromString)
            && T.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
            && T.IsFinite(value))
        {
            return value;
        }

        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (!T.IsFinite(value))
        {
            writer.WriteNullValue();
            return;
        }

        Span<byte> text = stackalloc byte[JavaScriptNumber.MaxLength];
        var length = JavaScriptNumber.Format(text, value);
        if (Has(options, JsonNumberHandling.WriteAsString))
        {
            writer.WriteStringValue(text[..length]);
        }
        else
        {
            writer.WriteRawValue(text[..length], skipInputValidation: true);
        }
    }

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => standard.ReadAsPropertyName(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        => standard.WriteAsPropertyName(writer, value, options);

    private bool Has(JsonSerializerOptions options, JsonNumberHandling rule) => ((handling ?? options.NumberHandling) & rule) != JsonNumberHandling.Strict;
}
