using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocketIoSharp;

/// <summary>Binary values: beside the JSON inside a packet, base64 elsewhere. Both are read.</summary>
internal abstract class BinaryConverter<T> : JsonConverter<T>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return FromArray(reader.GetBytesFromBase64());
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.StartObject when BinaryPlaceholders.TryRead(ref reader, out var number):
                var attachments = ArgumentScope.Attachments;
                return (uint)number < (uint)attachments.Count
                    ? FromMemory(attachments[number])
                    : throw new JsonException();
            default:
                throw new JsonException();
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        => BinaryValue.Write(writer, ToMemory(value));

    protected abstract T FromMemory(ReadOnlyMemory<byte> data);

    protected abstract T FromArray(byte[] data);

    protected abstract ReadOnlyMemory<byte> ToMemory(T value);
}

internal static class BinaryValue
{
    /// <summary>Writes a binary value in the way that fits the place.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> data)
    {
        if (ArgumentScope.Output is not { } output)
        {
            writer.WriteBase64StringValue(data.Span);
            return;
        }

        var text = ArgumentWriter.Rent();
        BinaryPlaceholders.Write(text, output.AddAttachment(data));
        writer.WriteRawValue(text.Written, skipInputValidation: true);
        text.Return();
    }

    /// <summary>The bytes as an array: the very one that was received, if it holds nothing else.</summary>
    public static byte[] ToArray(ReadOnlyMemory<byte> data)
        => MemoryMarshal.TryGetArray(data, out var segment) && segment.Array is { } array && array.Length == segment.Count ? array : data.ToArray();
}

internal sealed class ByteArrayConverter : BinaryConverter<byte[]>
{
    protected override byte[] FromMemory(ReadOnlyMemory<byte> data) => BinaryValue.ToArray(data);

    protected override byte[] FromArray(byte[] data) => data;

    protected override ReadOnlyMemory<byte> ToMemory(byte[] value) => value;
}

internal sealed class ReadOnlyMemoryConverter : BinaryConverter<ReadOnlyMemory<byte>>
{
    public override bool HandleNull => true;

    protected override ReadOnlyMemory<byte> FromMemory(ReadOnlyMemory<byte> data) => data;

    protected override ReadOnlyMemory<byte> FromArray(byte[] data) => data;

    protected override ReadOnlyMemory<byte> ToMemory(ReadOnlyMemory<byte> value) => value;
}

internal sealed class MemoryConverter : BinaryConverter<Memory<byte>>
{
    public override bool HandleNull => true;

    protected override Memory<byte> FromMemory(ReadOnlyMemory<byte> data) => BinaryValue.ToArray(data);

    protected override Memory<byte> FromArray(byte[] data) => data;

    protected override ReadOnlyMemory<byte> ToMemory(Memory<byte> value) => value;
}

internal sealed class ArraySegmentConverter : BinaryConverter<ArraySegment<byte>>
{
    public override bool HandleNull => true;

    protected override ArraySegment<byte> FromMemory(ReadOnlyMemory<byte> data) => BinaryValue.ToArray(data);

    protected override ArraySegment<byte> FromArray(byte[] data) => data;

    protected override ReadOnlyMemory<byte> ToMemory(ArraySegment<byte> value) => value;
}
