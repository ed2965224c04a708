using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SocketIoSharp;

/// <summary>Writes packets as the text of one Engine.IO message.</summary>
internal static class PacketEncoder
{
    private static readonly JsonWriterOptions s_writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>40{"sid":"..."}</c></summary>
    public static void WriteConnect(IBufferWriter<byte> output, string sid)
    {
        output.Write("0"u8);
        using var json = new Utf8JsonWriter(output, s_writerOptions);
        json.WriteStartObject();
        json.WriteString("sid"u8, sid);
        json.WriteEndObject();
    }

    /// <summary><c>44/nsp,{"message":"..."}</c></summary>
    public static void WriteConnectError(IBufferWriter<byte> output, string? name, string message)
    {
        output.Write("4"u8);
        if (name is not null)
        {
            output.Write(System.Text.Encoding.UTF8.GetBytes(name));
            output.Write(","u8);
        }

        using var json = new Utf8JsonWriter(output, s_writerOptions);
        json.WriteStartObject();
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    }

    /// <summary><c>42["event",arguments...]</c></summary>
    public static void WriteEvent(IBufferWriter<byte> output, string eventName, ReadOnlySpan<object?> arguments, JsonSerializerOptions options)
    {
        output.Write("2"u8);
        WriteArray(output, eventName, arguments, options);
    }

    /// <summary><c>43id[arguments...]</c></summary>
    public static void WriteAck(IBufferWriter<byte> output, long id, ReadOnlySpan<object?> arguments, JsonSerializerOptions options)
    {
        output.Write("3"u8);
        var span = output.GetSpan(20);
        id.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
        WriteArray(output, null, arguments, options);
    }

    private static void WriteArray(IBufferWriter<byte> output, string? first, ReadOnlySpan<object?> arguments, JsonSerializerOptions options)
    {
        using var json = new Utf8JsonWriter(output, s_writerOptions);
        json.WriteStartArray();
        if (first is not null)
        {
            json.WriteStringValue(first);
        }

        foreach (var argument in arguments)
        {
            if (argument is null)
            {
                json.WriteNullValue();
            }
            else
            {
                JsonSerializer.Serialize(json, argument, options.GetTypeInfo(argument.GetType()));
            }
        }

        json.WriteEndArray();
    }
}
