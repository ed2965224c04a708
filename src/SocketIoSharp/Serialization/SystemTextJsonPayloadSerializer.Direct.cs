using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SocketIoSharp;

/// <content>The simplest values need no JSON reader or writer, as long as the application has not changed their rules.</content>
internal sealed partial class SystemTextJsonPayloadSerializer
{
    private const int LongestNumber = 32;

    private readonly DirectTypes _direct;

    [Flags]
    private enum DirectTypes
    {
        None = 0,
        Boolean = 1,
        Int32 = 2,
        Int64 = 4,
        Double = 8,
        TextWritten = 16,
        TextRead = 32,
        Element = 64,
        Bytes = 128,
    }

    private DirectTypes FindDirectTypes()
    {
        var direct = DirectTypes.None;
        if (HasConverter<bool>(JsonMetadataServices.BooleanConverter))
        {
            direct |= DirectTypes.Boolean;
        }

        if (!_options.NumberHandling.HasFlag(JsonNumberHandling.WriteAsString))
        {
            direct |= HasConverter<int>(JsonMetadataServices.Int32Converter) ? DirectTypes.Int32 : DirectTypes.None;
            direct |= HasConverter<long>(JsonMetadataServices.Int64Converter) ? DirectTypes.Int64 : DirectTypes.None;
            direct |= HasConverter<double>(FindConverter<FloatingPointConverter<double>>()) ? DirectTypes.Double : DirectTypes.None;
        }

        if (HasConverter<JsonElement>(FindConverter<RawElementConverter>()) && _options.AllowDuplicateProperties)
        {
            direct |= DirectTypes.Element;
        }

        if (HasConverter<byte[]>(FindConverter<ByteArrayConverter>()) && HasConverter<ReadOnlyMemory<byte>>(FindConverter<ReadOnlyMemoryConverter>()))
        {
            direct |= DirectTypes.Bytes;
        }

        if (HasConverter<string>(FindConverter<TextConverter>()))
        {
            direct |= DirectTypes.TextRead;
            direct |= ReferenceEquals(_options.Encoder, JavaScriptStringEncoder.Instance) ? DirectTypes.TextWritten : DirectTypes.None;
        }

        return direct;
    }

    private JsonConverter? FindConverter<TConverter>() => _options.Converters.FirstOrDefault(static converter => converter is TConverter);

    private bool HasConverter<T>(JsonConverter? expected)
        => expected is not null
            && _options.TryGetTypeInfo(typeof(T), out var typeInfo)
            && typeInfo.NumberHandling is null
            && typeInfo.Converter.GetType() == expected.GetType();

    private bool TryWriteDirectly(ArgumentWriter output, object value)
    {
        switch (value)
        {
            case string text when Has(DirectTypes.TextWritten):
                JsonText.WriteString(output, text);
                return true;
            case int number:
                return TryWriteDirectly<int>(output, number);
            case long number:
                return TryWriteDirectly<long>(output, number);
            case double number:
                return TryWriteDirectly<double>(output, number);
            case bool flag:
                return TryWriteDirectly<bool>(output, flag);
            case JsonElement element:
                return TryWriteDirectly<JsonElement>(output, element);
            case byte[] data when Has(DirectTypes.Bytes):
                BinaryPlaceholders.Write(output, output.AddAttachment(data));
                return true;
            case ReadOnlyMemory<byte> data:
                return TryWriteDirectly<ReadOnlyMemory<byte>>(output, data);
            default:
                return false;
        }
    }

    private bool TryWriteDirectly<T>(ArgumentWriter output, T value)
    {
        int length;
        if (typeof(T) == typeof(int) && Has(DirectTypes.Int32))
        {
            Utf8Formatter.TryFormat((int)(object)value!, output.GetSpan(LongestNumber), out length);
        }
        else if (typeof(T) == typeof(long) && Has(DirectTypes.Int64))
        {
            Utf8Formatter.TryFormat((long)(object)value!, output.GetSpan(LongestNumber), out length);
        }
        else if (typeof(T) == typeof(double) && Has(DirectTypes.Double))
        {
            length = JavaScriptNumber.Format(output.GetSpan(JavaScriptNumber.MaxLength), (double)(object)value!);
        }
        else if (typeof(T) == typeof(bool) && Has(DirectTypes.Boolean))
        {
            var text = (bool)(object)value! ? "true"u8 : "false"u8;
            text.CopyTo(output.GetSpan(text.Length));
            length = text.Length;
        }
        else if (typeof(T) == typeof(JsonElement) && Has(DirectTypes.Element))
        {
            var element = (JsonElement)(object)value!;
            output.Write(element.ValueKind == JsonValueKind.Undefined ? "null"u8 : JsonMarshal.GetRawUtf8Value(element));
            return true;
        }
        else if (typeof(T) == typeof(ReadOnlyMemory<byte>) && Has(DirectTypes.Bytes))
        {
            BinaryPlaceholders.Write(output, output.AddAttachment((ReadOnlyMemory<byte>)(object)value!));
            return true;
        }
        else
        {
            return false;
        }

        output.Advance(length);
        return true;
    }

    /// <summary>Only what is certain is read here: anything odd, a mistake included, is left to the serializer.</summary>
    private bool TryReadDirectly<T>(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, out T value)
    {
        value = default!;
        if (json.IsEmpty)
        {
            return false;
        }

        if (typeof(T) == typeof(int) && Has(DirectTypes.Int32))
        {
            return BeginsNumber(json) && Utf8Parser.TryParse(json, out Unsafe.As<T, int>(ref value), out int consumed) && consumed == json.Length;
        }

        if (typeof(T) == typeof(long) && Has(DirectTypes.Int64))
        {
            return BeginsNumber(json) && Utf8Parser.TryParse(json, out Unsafe.As<T, long>(ref value), out int consumed) && consumed == json.Length;
        }

        if (typeof(T) == typeof(double) && Has(DirectTypes.Double))
        {
            return BeginsNumber(json) && Utf8Parser.TryParse(json, out Unsafe.As<T, double>(ref value), out int consumed) && consumed == json.Length;
        }

        if (typeof(T) == typeof(bool) && Has(DirectTypes.Boolean))
        {
            Unsafe.As<T, bool>(ref value) = json.SequenceEqual("true"u8);
            return json.SequenceEqual("true"u8) || json.SequenceEqual("false"u8);
        }

        if (typeof(T) == typeof(string) && Has(DirectTypes.TextRead) && json.Length >= 2 && json[0] == '"' && json[^1] == '"')
        {
            value = (T)(object)JsonText.Unescape(json[1..^1]);
            return true;
        }

        if (typeof(T) == typeof(JsonElement) && Has(DirectTypes.Element))
        {
            return TryParse(json, out Unsafe.As<T, JsonElement>(ref value));
        }

        if ((typeof(T) == typeof(byte[]) || typeof(T) == typeof(ReadOnlyMemory<byte>)) && attachments.Count > 0 && Has(DirectTypes.Bytes)
            && BinaryPlaceholders.IsPlaceholder(json, out var number) && (uint)number < (uint)attachments.Count)
        {
            if (typeof(T) == typeof(byte[]))
            {
                value = (T)(object)BinaryValue.ToArray(attachments[number]);
            }
            else
            {
                Unsafe.As<T, ReadOnlyMemory<byte>>(ref value) = attachments[number];
            }

            return true;
        }

        return false;
    }

    private bool TryParse(ReadOnlySpan<byte> json, out JsonElement element)
    {
        try
        {
            element = JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = _options.MaxDepth });
            return true;
        }
        catch (JsonException)
        {
            element = default;
            return false;
        }
    }

    private static bool BeginsNumber(ReadOnlySpan<byte> json)
        => char.IsAsciiDigit((char)json[0]) || (json[0] == '-' && json.Length > 1 && char.IsAsciiDigit((char)json[1]));

    private bool Has(DirectTypes type) => (_direct & type) != DirectTypes.None;
}
