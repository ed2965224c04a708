using System.Buffers;

namespace SocketIoSharp;

/// <summary>Events and values of the application inside of messages.</summary>
internal static class WirePayload
{
    private static ReadOnlySpan<byte> PlaceholderName => "\"_placeholder\""u8;

    /// <summary>Takes an event from a message.</summary>
    public static EncodedPacket ToPacket(string namespaceName, ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, long? id)
    {
        var value = ToValue(json, attachments);
        return new EncodedPacket(namespaceName, value.Json, value.Attachments, id);
    }

    /// <summary>Takes a value from a message; null when it is not there.</summary>
    public static ClusterValue? ToValueOrNull(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
        => json.IsEmpty ? null : ToValue(json, attachments);

    /// <summary>Takes a value from a message, with its own binary values only.</summary>
    public static ClusterValue ToValue(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        var output = WireBuffer.Rent();
        try
        {
            if (attachments.Count == 0)
            {
                WriteWithoutPlaceholders(output, json.Span);
                return new ClusterValue(output.WrittenSpan.ToArray(), []);
            }

            List<ReadOnlyMemory<byte>>? own = null;
            BinaryPlaceholders.Copy(json.Span, attachments, output, attachment =>
            {
                (own ??= []).Add(attachment);
                return own.Count - 1;
            });
            return new ClusterValue(output.WrittenSpan.ToArray(), own is null ? [] : own.ToArray());
        }
        finally
        {
            WireBuffer.Return(output);
        }
    }

    /// <summary>Writes the arguments of an event, the only payload of its message.</summary>
    public static void Write(ArgumentWriter output, EncodedPacket packet)
    {
        foreach (var date in packet.Dates ?? [])
        {
            output.MarkDate(output.Length + date);
        }

        foreach (var attachment in packet.Attachments)
        {
            output.AddAttachment(attachment);
        }

        output.Write(packet.Json.Span);
    }

    /// <summary>Writes a value, one of any number in its message.</summary>
    public static void Write(ArgumentWriter output, ClusterValue value)
    {
        if (value.Attachments.Count == 0)
        {
            WriteWithoutPlaceholders(output, value.Json.Span);
        }
        else
        {
            BinaryPlaceholders.Copy(value.Json.Span, value.Attachments, output, output.AddAttachment);
        }
    }

    /// <summary>
    /// Copies JSON that came without binary values: what looks like a placeholder in it is data of the application, and remains
    /// that wherever it is passed on to, for an escape in its name tells it from ours.
    /// </summary>
    public static void WriteWithoutPlaceholders(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        while (json.IndexOf(PlaceholderName) is >= 0 and var index)
        {
            output.Write(json[..index]);
            output.Write("\"\\u005fplaceholder\""u8);
            json = json[(index + PlaceholderName.Length)..];
        }

        output.Write(json);
    }
}
