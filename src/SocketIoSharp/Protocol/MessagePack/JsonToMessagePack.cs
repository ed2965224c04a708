using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// Turns JSON text with placeholders and its binary attachments into MessagePack. MessagePack puts the number of elements
/// in front of them, so the text is read twice: the first time to check and to count, the second time to write.
/// </summary>
internal static class JsonToMessagePack
{
    /// <summary>What the framework's own JSON writer allows.</summary>
    public const int DefaultMaxDepth = 1000;

    /// <summary>
    /// How many bytes more than all binary values together the message may hold of them. Serializers and stock clients use each
    /// once; in a relayed text of someone else a short placeholder, repeated, could stand for gigabytes.
    /// </summary>
    public const int MaxRepeatedBytes = 1_000_000;

    /// <summary>Transcodes one value; false, and nothing written, when that is not possible.</summary>
    /// <param name="json">The text.</param>
    /// <param name="attachments">What placeholders stand for. An object whose number is out of range, or with escapes in its names, is an ordinary one.</param>
    /// <param name="writer">Where the value goes.</param>
    /// <param name="error">Why the text was refused.</param>
    /// <param name="dateOffsets">Where the strings are that mean dates, ascending. A serializer that notes where it stands before it
    /// writes a value may stand at the comma in front of it, so one byte more or less is the same place.</param>
    /// <param name="maxDepth">How deep the text may nest.</param>
    public static bool TryTranscode(
        ReadOnlySpan<byte> json,
        ReadOnlySpan<ReadOnlyMemory<byte>> attachments,
        MessagePackWriter writer,
        out MessagePackError error,
        ReadOnlySpan<int> dateOffsets = default,
        int maxDepth = DefaultMaxDepth)
    {
        var containers = ArrayPool<Container>.Shared.Rent(16);
        try
        {
            var options = new JsonReaderOptions { MaxDepth = maxDepth };
            error = Count(json, attachments, options, ref containers);
            if (error != MessagePackError.None)
            {
                return false;
            }

            Write(json, attachments, writer, dateOffsets, options, containers);
            return true;
        }
        finally
        {
            ArrayPool<Container>.Shared.Return(containers);
        }
    }

    private static MessagePackError Count(
        ReadOnlySpan<byte> json, ReadOnlySpan<ReadOnlyMemory<byte>> attachments, JsonReaderOptions options, ref Container[] containers)
    {
        long repeatedBytes = 0;
        foreach (var attachment in attachments)
        {
            repeatedBytes -= attachment.Length;
        }

        var reader = new Utf8JsonReader(json, options);
        var count = 0;
        var current = -1;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                {
                    current = containers[current].Parent;
                    continue;
                }

                // A member counts by its name, an element by itself.
                if (current >= 0 && containers[current].IsArray != (reader.TokenType == JsonTokenType.PropertyName))
                {
                    containers[current].Count++;
                }

                if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
                {
                    continue;
                }

                if (count == containers.Length)
                {
                    Grow(ref containers);
                }

                var isArray = reader.TokenType == JsonTokenType.StartArray;
                if (!isArray && TryFindPlaceholder(json, reader, attachments.Length, out var attachment))
                {
                    containers[count++] = new Container { Attachment = attachment };
                    reader.Skip();
                    repeatedBytes += attachments[attachment].Length;
                    if (repeatedBytes > MaxRepeatedBytes)
                    {
                        return MessagePackError.TooLarge;
                    }
                }
                else
                {
                    containers[count] = new Container { Attachment = -1, IsArray = isArray, Parent = current };
                    current = count++;
                }
            }

            return MessagePackError.None;
        }
        catch (JsonException)
        {
            return MessagePackError.InvalidJson;
        }
    }

    // Nothing in here can fail: the text was read once to its end.
    private static void Write(
        ReadOnlySpan<byte> json,
        ReadOnlySpan<ReadOnlyMemory<byte>> attachments,
        MessagePackWriter writer,
        ReadOnlySpan<int> dateOffsets,
        JsonReaderOptions options,
        ReadOnlySpan<Container> containers)
    {
        var reader = new Utf8JsonReader(json, options);
        var count = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject when containers[count].Attachment >= 0:
                    writer.WriteBinary(attachments[containers[count++].Attachment].Span);
                    reader.Skip();
                    break;
                case JsonTokenType.StartObject:
                    writer.WriteMapHeader(containers[count++].Count);
                    break;
                case JsonTokenType.StartArray:
                    writer.WriteArrayHeader(containers[count++].Count);
                    break;
                case JsonTokenType.String when IsDate(reader.TokenStartIndex, ref dateOffsets):
                    WriteString(reader, writer, isDate: true);
                    break;
                case JsonTokenType.String or JsonTokenType.PropertyName:
                    WriteString(reader, writer, isDate: false);
                    break;
                case JsonTokenType.Number:
                    WriteNumber(reader.ValueSpan, writer);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    writer.WriteBoolean(reader.TokenType == JsonTokenType.True);
                    break;
                case JsonTokenType.Null:
                    writer.WriteNil();
                    break;
            }
        }
    }

    /// <summary>Whether the object that begins here is exactly a placeholder, in any order and with any spaces.</summary>
    private static bool TryFindPlaceholder(ReadOnlySpan<byte> json, Utf8JsonReader reader, int attachmentCount, out int attachment)
    {
        attachment = -1;

        // Most objects are none; then nothing is read twice.
        var content = json.Slice((int)reader.BytesConsumed).TrimStart(" \t\r\n"u8);
        if (!content.StartsWith("\"_placeholder\""u8) && !content.StartsWith("\"num\""u8))
        {
            return false;
        }

        var isMarked = false;
        for (var member = 0; member < 2; member++)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            {
                return false;
            }

            var isMark = reader.ValueSpan.SequenceEqual("_placeholder"u8);
            var isNumber = reader.ValueSpan.SequenceEqual("num"u8);
            _ = reader.Read();
            if (isMark && reader.TokenType == JsonTokenType.True)
            {
                isMarked = true;
            }
            else if (!isNumber || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out attachment))
            {
                return false;
            }
        }

        return isMarked && attachment >= 0 && attachment < attachmentCount && reader.Read() && reader.TokenType == JsonTokenType.EndObject;
    }

    private static bool IsDate(long start, ref ReadOnlySpan<int> dateOffsets)
    {
        while (!dateOffsets.IsEmpty && dateOffsets[0] < start - 1)
        {
            dateOffsets = dateOffsets.Slice(1);
        }

        return !dateOffsets.IsEmpty && dateOffsets[0] <= start + 1;
    }

    private static void WriteString(in Utf8JsonReader reader, MessagePackWriter writer, bool isDate)
    {
        if (!reader.ValueIsEscaped)
        {
            WriteString(reader.ValueSpan, writer, isDate);
            return;
        }

        // No escape is shorter than what it stands for.
        var buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        WriteString(buffer.AsSpan(0, JsonEscapes.Resolve(reader.ValueSpan, buffer)), writer, isDate);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void WriteString(ReadOnlySpan<byte> text, MessagePackWriter writer, bool isDate)
    {
        if (isDate && JavaScriptDate.TryParse(text, out var unixMilliseconds))
        {
            writer.WriteDate(unixMilliseconds);
        }
        else
        {
            writer.WriteString(Utf8.IsValid(text) ? text : Utf8Text.ReplaceInvalid(text.ToArray()).Span);
        }
    }

    private static void WriteNumber(ReadOnlySpan<byte> text, MessagePackWriter writer)
    {
        // 64 bits stay exact, though JavaScript would round them.
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed))
        {
            writer.WriteInteger(signed);
        }
        else if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned))
        {
            writer.WriteInteger(unsigned);
        }
        else
        {
            writer.WriteNumber(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        }
    }

    private static void Grow(ref Container[] containers)
    {
        var larger = ArrayPool<Container>.Shared.Rent(containers.Length * 2);
        containers.CopyTo(larger, 0);
        ArrayPool<Container>.Shared.Return(containers);
        containers = larger;
    }

    /// <summary>An array or an object, in the order in which they begin.</summary>
    private struct Container
    {
        public int Parent;
        public int Count;

        /// <summary>The attachment that the object is a placeholder of, or -1.</summary>
        public int Attachment;

        public bool IsArray;
    }
}
