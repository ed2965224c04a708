using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SocketIoSharp;

/// <summary>The entries of the streams adapter, and the sessions beside them.</summary>
internal static class StreamWire
{
    // As long as the messages on channels may be.
    private const int MaxSessionSize = 64 * 1024 * 1024;

    // Whoever writes into the stream may write names of any length.
    private const int MaxNameSize = 64 * 1024;

    private static readonly RedisArgument s_uid = "uid";
    private static readonly RedisArgument s_namespace = "nsp";
    private static readonly RedisArgument s_type = "type";
    private static readonly RedisArgument s_data = "data";
    private static readonly string[] s_session = ["sid", "pid", "rooms", "data", "connectOffset", "hasOwnUser", "requestUser"];

    /// <summary>The fields of an entry in Node's order, each a name and a value. Data with binary values are MessagePack as base64.</summary>
    public static RedisArgument[] EncodeEntry(ClusterMessage message, bool onlyPlaintext)
    {
        RedisArgument[] fields = [s_uid, message.Uid, s_namespace, message.Namespace, s_type, (int)message.Type];
        if (!ClusterMessageJson.HasData(message))
        {
            return fields;
        }

        var output = ArgumentWriter.Rent();
        try
        {
            ClusterMessageJson.WriteData(output, message, writesUndefined: false);
            var isPlain = onlyPlaintext || output.AttachmentCount == 0;
            return [.. fields, s_data, isPlain ? WireWriter.ToJson(output) : ToBase64(WireWriter.ToMessagePack(output))];
        }
        finally
        {
            output.Return();
        }
    }

    public static bool TryDecodeEntry(IReadOnlyList<RedisReply> fields, int maxMessageSize, [NotNullWhen(true)] out ClusterMessage? message)
    {
        message = null;
        var data = Find(fields, "data"u8);
        var attachments = (IReadOnlyList<ReadOnlyMemory<byte>>)[];
        if (data.Length > maxMessageSize
            || ToId(Find(fields, "uid"u8)) is not { } uid
            || ReadNamespace(fields) is not { } name
            || !int.TryParse(Find(fields, "type"u8).Span, NumberStyles.None, CultureInfo.InvariantCulture, out var type))
        {
            return false;
        }

        if (!data.IsEmpty)
        {
            if (!TryReadText(data, out var text))
            {
                return false;
            }

            data = text.Json;
            attachments = text.Attachments;
        }

        message = ClusterMessageJson.Read((ClusterMessageType)type, uid, name, data, attachments);
        return message is not null;
    }

    /// <summary>For which namespace an entry is; null when it does not say.</summary>
    public static string? ReadNamespace(IReadOnlyList<RedisReply> fields)
        => Find(fields, "nsp"u8) is { Length: > 0 and <= MaxNameSize } name ? Encoding.UTF8.GetString(name.Span) : null;

    /// <summary>Whether an entry is of this server.</summary>
    public static bool IsFrom(IReadOnlyList<RedisReply> fields, string uid) => Ascii.Equals(Find(fields, "uid"u8).Span, uid);

    /// <summary>The stream of a namespace.</summary>
    public static string GetStreamName(string name, int count, string namespaceName)
    {
        if (count == 1)
        {
            return name;
        }

        // The remainder keeps the sign of the number, and so does Node's: some names have two dashes.
        var hash = 0;
        foreach (var character in namespaceName)
        {
            hash = unchecked((hash * 31) + character);
        }

        return Numbered(name, (int)((long)hash % count));
    }

    /// <summary>The streams that every server reads.</summary>
    public static IEnumerable<string> GetStreamNames(string name, int count)
        => count == 1 ? [name] : Enumerable.Range(0, count).Select(number => Numbered(name, number));

    /// <summary>{sid, pid, rooms, data} as Node has it, and behind that what it passes over.</summary>
    public static byte[] EncodeSession(RecoverySession session, Func<SocketData, ClusterValue> writeData)
    {
        var data = writeData(session.Data);
        var output = ArgumentWriter.Rent();
        try
        {
            output.Write("{\"sid\":"u8);
            WireWriter.WriteString(output, session.Id);
            output.Write(",\"pid\":"u8);
            WireWriter.WriteString(output, session.PrivateId);
            output.Write(",\"rooms\":"u8);
            WireWriter.WriteStrings(output, session.Rooms);
            output.Write(",\"data\":"u8);
            WirePayload.Write(output, data);
            if (session.ConnectOffset is { } offset)
            {
                output.Write(",\"connectOffset\":"u8);
                WireWriter.WriteString(output, offset);
            }

            if (session.HasOwnUser)
            {
                output.Write(",\"hasOwnUser\":true"u8);
            }

            if ((session.RequestUser?.CreateDigest() ?? session.RequestUserDigest) is { } user)
            {
                output.Write(",\"requestUser\":"u8);
                WireWriter.WriteString(output, user);
            }

            output.Write("}"u8);
            return ToBase64(WireWriter.ToMessagePack(output));
        }
        finally
        {
            output.Return();
        }
    }

    public static bool TryDecodeSession(ReadOnlyMemory<byte> text, [NotNullWhen(true)] out StoredSession? session)
    {
        session = null;
        if (text.Length > MaxSessionSize
            || FromBase64(text.Span) is not { } bytes
            || !WireText.TryReadMessagePack(bytes, out var message)
            || WireReader.ReadMembers(message.Json, s_session)
                is not [var sid, var pid, var roomsJson, var data, var offset, var hasOwnUser, var requestUser]
            || WireReader.ReadId(sid) is not { } id
            || WireReader.ReadId(pid) is not { } privateId
            || !WireReader.TryReadRooms(roomsJson, out var rooms)
            || !(WireReader.IsAbsent(requestUser) || WireReader.ReadString(requestUser) is not null))
        {
            return false;
        }

        var values = WireReader.IsObject(data) ? WirePayload.ToValue(data, message.Attachments) : new ClusterValue("{}"u8.ToArray(), []);
        session = new StoredSession(
            id, privateId, rooms, values, WireReader.ReadString(offset), WireReader.IsTruthy(hasOwnUser), WireReader.ReadString(requestUser));
        return true;
    }

    private static bool TryReadText(ReadOnlyMemory<byte> data, out WireText text)
    {
        text = default;
        return WireText.IsJson(data.Span)
            ? WireText.TryRead(data, out text)
            : FromBase64(data.Span) is { } bytes && WireText.TryReadMessagePack(bytes, out text);
    }

    private static ReadOnlyMemory<byte> Find(IReadOnlyList<RedisReply> fields, ReadOnlySpan<byte> name)
    {
        for (var index = 0; index + 1 < fields.Count; index += 2)
        {
            if (fields[index].Bytes.Span.SequenceEqual(name))
            {
                return fields[index + 1].Bytes;
            }
        }

        return default;
    }

    private static string? ToId(ReadOnlyMemory<byte> text) => text.Length <= MaxNameSize && Encoding.UTF8.GetString(text.Span) is var id && ClusterMessageCheck.IsId(id) ? id : null;

    private static byte[] ToBase64(ReadOnlySpan<byte> bytes)
    {
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        _ = Base64.EncodeToUtf8(bytes, text, out _, out _);
        return text;
    }

    private static byte[]? FromBase64(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, bytes, out _, out var length) == OperationStatus.Done ? bytes[..length] : null;
    }

    private static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
}
