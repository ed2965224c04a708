using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Writes messages as JSON, to the letter as JSON.stringify does, and turns them into the other forms that travel.</summary>
internal static class WireWriter
{
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x60).Select(static code => (char)code).Where(static code => code is not ('"' or '\\' or '\u007F'))]);

    public static void WriteString(IBufferWriter<byte> output, string text)
    {
        if (text.AsSpan().ContainsAnyExcept(s_plain))
        {
            JsonString.Write(output, text);
            return;
        }

        var span = output.GetSpan(text.Length + 2);
        span[0] = (byte)'"';
        Encoding.ASCII.GetBytes(text, span[1..]);
        span[text.Length + 1] = (byte)'"';
        output.Advance(text.Length + 2);
    }

    public static void WriteInteger(IBufferWriter<byte> output, long number)
    {
        _ = number.TryFormat(output.GetSpan(20), out var length, default, CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    public static void WriteNumber(IBufferWriter<byte> output, double number)
        => output.Advance(JavaScriptNumber.Format(output.GetSpan(JavaScriptNumber.MaxLength), number));

    public static void WriteBoolean(IBufferWriter<byte> output, bool value) => output.Write(value ? "true"u8 : "false"u8);

    public static void WriteStrings(IBufferWriter<byte> output, ImmutableArray<string> texts) => WriteStrings(output, texts.AsEnumerable());

    public static void WriteStrings(IBufferWriter<byte> output, IEnumerable<string> texts)
    {
        output.Write("["u8);
        var isFirst = true;
        foreach (var text in texts)
        {
            if (!isFirst)
            {
                output.Write(","u8);
            }

            isFirst = false;
            WriteString(output, text);
        }

        output.Write("]"u8);
    }

    /// <summary>Gives the message as JSON; binary values become what a Buffer is in it.</summary>
    public static byte[] ToJson(ArgumentWriter message)
    {
        if (message.AttachmentCount == 0)
        {
            return message.Written.ToArray();
        }

        var output = WireBuffer.Rent();
        try
        {
            WriteBuffers(output, message.Written, message.Attachments);
            return output.WrittenSpan.ToArray();
        }
        finally
        {
            WireBuffer.Return(output);
        }
    }

    /// <summary>Gives the message as MessagePack, in which binary values and dates are what they are.</summary>
    public static byte[] ToMessagePack(ArgumentWriter message)
    {
        var output = WireBuffer.Rent();
        try
        {
            Transcode(message.Written, message.TakeAttachments(), new MessagePackWriter(output, MessagePackDialect.Redis), message.Dates);
            return output.WrittenSpan.ToArray();
        }
        finally
        {
            WireBuffer.Return(output);
        }
    }

    public static void Transcode(ReadOnlySpan<byte> json, ReadOnlySpan<ReadOnlyMemory<byte>> attachments, MessagePackWriter writer, ReadOnlySpan<int> dates)
    {
        if (!JsonToMessagePack.TryTranscode(json, attachments, writer, out var error, dates))
        {
            throw new ArgumentException(
                error == MessagePackError.TooLarge
                    ? "The payload uses its binary values so often that the message would be far longer than they are."
                    : $"The payload is not JSON, or nested deeper than {JsonToMessagePack.DefaultMaxDepth} levels.",
                nameof(json));
        }
    }

    // A Buffer has a method toJSON, which gives {"type":"Buffer","data":[1,2,3]}.
    private static void WriteBuffers(IBufferWriter<byte> output, ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.StartObject || !IsMarked(json[(int)reader.BytesConsumed..]))
            {
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            if (BinaryPlaceholders.TryRead(ref reader, out var number) && (uint)number < (uint)attachments.Count)
            {
                output.Write(json[copied..start]);
                copied = (int)reader.BytesConsumed;
                WriteBuffer(output, attachments[number].Span);
            }
        }

        output.Write(json[copied..]);
    }

    // Whoever writes placeholders begins them so.
    private static bool IsMarked(ReadOnlySpan<byte> content) => content.StartsWith("\"_placeholder\":true,\"num\":"u8);

    private static void WriteBuffer(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        output.Write("{\"type\":\"Buffer\",\"data\":["u8);
        for (var index = 0; index < data.Length; index++)
        {
            if (index > 0)
            {
                output.Write(","u8);
            }

            WriteInteger(output, data[index]);
        }

        output.Write("]}"u8);
    }
}
