using System.Buffers;
using System.Globalization;
using System.Text;

namespace SocketIoSharp.Tests.Protocol;

/// <summary>Bytes as hexadecimal text, and the two ways between them and JSON.</summary>
internal static class MessagePackWire
{
    /// <summary>Reads <c>d9ff 61*255</c>: words of hexadecimal digits, of which the last byte may be repeated.</summary>
    public static byte[] Bytes(string notation)
    {
        var bytes = new List<byte>();
        foreach (var word in notation.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split('*');
            var data = Convert.FromHexString(parts[0]);
            bytes.AddRange(data);
            for (var repeated = 1; parts.Length == 2 && repeated < int.Parse(parts[1], CultureInfo.InvariantCulture); repeated++)
            {
                bytes.Add(data[^1]);
            }
        }

        return [.. bytes];
    }

    /// <summary>The JSON of one value and its attachments, or the reason why there is none.</summary>
    public static (string? Json, byte[][] Attachments, MessagePackError Error) ToJson(
        ReadOnlySpan<byte> message, int maxDepth = MessagePackToJson.DefaultMaxDepth, int? maxAttachments = null)
    {
        var reader = new MessagePackReader(message);
        var json = new ArrayBufferWriter<byte>();
        var attachments = new List<ReadOnlyMemory<byte>>();
        if (!MessagePackToJson.TryTranscode(ref reader, json, attachments, out var error, maxDepth, maxAttachments))
        {
            Assert.That(error, Is.Not.EqualTo(MessagePackError.None));
            return (null, [], error);
        }

        return (
            Encoding.UTF8.GetString(json.WrittenSpan),
            [.. attachments.Select(data => data.ToArray())],
            reader.IsAtEnd ? MessagePackError.None : MessagePackError.TrailingBytes);
    }

    public static string? JsonOf(string notation) => ToJson(Bytes(notation)).Json;

    public static byte[]? FromJson(string json, MessagePackDialect dialect, byte[][]? attachments = null, int[]? dateOffsets = null)
    {
        var output = new ArrayBufferWriter<byte>();
        ReadOnlyMemory<byte>[] data = [.. (attachments ?? []).Select(bytes => new ReadOnlyMemory<byte>(bytes))];
        if (JsonToMessagePack.TryTranscode(Encoding.UTF8.GetBytes(json), data, new MessagePackWriter(output, dialect), out var error, dateOffsets))
        {
            Assert.That(error, Is.EqualTo(MessagePackError.None));
            return output.WrittenSpan.ToArray();
        }

        Assert.That(error, Is.EqualTo(MessagePackError.InvalidJson));
        Assert.That(output.WrittenCount, Is.Zero);
        return null;
    }

    /// <summary>Hexadecimal digits of what a writer wrote.</summary>
    public static string? HexFromJson(string json, MessagePackDialect dialect = MessagePackDialect.Client, byte[][]? attachments = null, int[]? dateOffsets = null)
        => FromJson(json, dialect, attachments, dateOffsets) is { } bytes ? Convert.ToHexStringLower(bytes) : null;
}
