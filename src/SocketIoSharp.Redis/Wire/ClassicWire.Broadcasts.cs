using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SocketIoSharp;

/// <summary>Broadcasts: [uid, {type, data, id?, nsp}, {rooms, except, flags}], read and written without a detour over JSON.</summary>
internal sealed partial class ClassicWire
{
    private const int Elements = 3;
    private const int MaxOffsetLength = 64;

    // The binary values in an event.
    private const int MaxAttachments = 1_000_000;

    private static readonly string[] s_packetMembers = ["nsp"];

    private enum PacketMember : byte
    {
        Other,
        Type,
        Data,
        Namespace,
        Id,
    }

    public byte[] EncodeBroadcast(BroadcastMessage message) => EncodeBroadcast(message, Elements);

    /// <summary>The beginning of a broadcast with a place in the recovery log: of its four elements the last one follows elsewhere. Node passes over it.</summary>
    public byte[] EncodeBroadcastHead(BroadcastMessage message)
        => codec is null ? EncodeBroadcast(message, Elements + 1) : throw new InvalidOperationException("The recovery log cannot be kept with a codec: remove one of them from the options of the Redis adapter.");

    /// <summary>Reads a broadcast, and its place in the recovery log when it has one.</summary>
    public bool TryDecodeBroadcast(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out BroadcastMessage? message, out string? offset)
    {
        offset = null;
        message = null;
        if (bytes.Length > maxMessageSize)
        {
            return false;
        }

        message = codec is null ? ReadBroadcast(bytes.Span, out offset)
            : TryReadWithCodec(codec, bytes, out var text) ? ReadBroadcast(text)
            : null;
        return message is not null;
    }

    private byte[] EncodeBroadcast(BroadcastMessage message, int elements)
    {
        if (codec is not null)
        {
            return EncodeBroadcastWithCodec(message);
        }

        var output = WireBuffer.Rent();
        try
        {
            var writer = new MessagePackWriter(output, MessagePackDialect.Redis);
            writer.WriteArrayHeader(elements);
            writer.WriteString(message.Uid);
            WritePacket(writer, message.Packet);
            WriteOptions(writer, message.Options, message.Uid == EmitterUid);
            return output.WrittenSpan.ToArray();
        }
        finally
        {
            WireBuffer.Return(output);
        }
    }

    private byte[] EncodeBroadcastWithCodec(BroadcastMessage message)
    {
        var output = ArgumentWriter.Rent();
        try
        {
            output.Write("["u8);
            WireWriter.WriteString(output, message.Uid);
            output.Write(","u8);
            WritePacket(output, message.Packet);
            output.Write(","u8);
            WireOptions.Write(output, message.Options, message.Uid == EmitterUid);
            output.Write("]"u8);
            return ToBytes(output);
        }
        finally
        {
            output.Return();
        }
    }

    /// <summary>{type, data, id, nsp}.</summary>
    private static void WritePacket(ArgumentWriter output, EncodedPacket packet)
    {
        output.Write("{\"type\":2,\"data\":"u8);
        WirePayload.Write(output, packet);
        if (packet.Id is { } id)
        {
            output.Write(",\"id\":"u8);
            WireWriter.WriteInteger(output, id);
        }

        output.Write(",\"nsp\":"u8);
        WireWriter.WriteString(output, packet.Namespace);
        output.Write("}"u8);
    }

    private static void WritePacket(MessagePackWriter writer, EncodedPacket packet)
    {
        writer.WriteMapHeader(packet.Id is null ? 3 : 4);
        writer.WriteString("type"u8);
        writer.WriteInteger((long)SocketIOPacketType.Event);
        writer.WriteString("data"u8);
        var attachments = packet.Attachments as ReadOnlyMemory<byte>[] ?? [.. packet.Attachments];
        WireWriter.Transcode(packet.Json.Span, attachments, writer, packet.Dates);
        if (packet.Id is { } id)
        {
            writer.WriteString("id"u8);
            writer.WriteInteger(id);
        }

        writer.WriteString("nsp"u8);
        writer.WriteString(packet.Namespace);
    }

    private static void WriteOptions(MessagePackWriter writer, BroadcastOptions options, bool isOfEmitter)
    {
        writer.WriteMapHeader(3);
        writer.WriteString("rooms"u8);
        WriteRooms(writer, options.Rooms);
        if (isOfEmitter)
        {
            WriteFlags(writer, options);
        }

        writer.WriteString("except"u8);
        WriteRooms(writer, options.Except);
        if (!isOfEmitter)
        {
            WriteFlags(writer, options);
        }
    }

    private static void WriteFlags(MessagePackWriter writer, BroadcastOptions options)
    {
        var hasTimeout = WireOptions.HasTimeout(options, out var timeout);
        writer.WriteString("flags"u8);
        writer.WriteMapHeader((options.ExpectsSingleResponse ? 1 : 0) + (options.IsVolatile ? 1 : 0) + (options.Compress ? 0 : 1) + (hasTimeout ? 1 : 0));
        if (options.ExpectsSingleResponse)
        {
            writer.WriteString("expectSingleResponse"u8);
            writer.WriteBoolean(true);
        }

        if (options.IsVolatile)
        {
            writer.WriteString("volatile"u8);
            writer.WriteBoolean(true);
        }

        if (!options.Compress)
        {
            writer.WriteString("compress"u8);
            writer.WriteBoolean(false);
        }

        if (hasTimeout)
        {
            writer.WriteString("timeout"u8);
            writer.WriteNumber(timeout);
        }
    }

    private static void WriteRooms(MessagePackWriter writer, ImmutableArray<string> rooms)
    {
        writer.WriteArrayHeader(rooms.Length);
        foreach (var room in rooms)
        {
            writer.WriteString(room);
        }
    }

    private BroadcastMessage? ReadBroadcast(WireText text)
    {
        if (WireReader.ReadElements(text.Json) is not [var uidJson, var packetJson, var optionsJson, ..]
            || WireReader.ReadId(uidJson) is not { } uid
            || WireReader.ReadMembers(packetJson, s_packetMembers) is not [var nsp]
            || (WireReader.IsAbsent(nsp) ? NamespaceName.Main : WireReader.ReadString(nsp)) is not { } name
            || ClusterMessageJson.ReadPacket(name, packetJson, text.Attachments) is not { } packet
            || WireOptions.Read(optionsJson) is not { } options)
        {
            return null;
        }

        return new BroadcastMessage { Uid = uid, Namespace = name, Packet = packet, Options = options };
    }

    private BroadcastMessage? ReadBroadcast(ReadOnlySpan<byte> bytes, out string? offset)
    {
        offset = null;
        var reader = new MessagePackReader(bytes);
        if (!reader.TryReadArrayHeader(out var count)
            || count < Elements
            || !reader.TryReadString(out var uidBytes)
            || ToText(uidBytes) is not { } uid
            || !ClusterMessageCheck.IsId(uid)
            || ReadPacket(ref reader) is not { } packet
            || ReadOptions(ref reader) is not { } options)
        {
            return null;
        }

        for (var index = Elements; index < count; index++)
        {
            if (index == Elements && reader.TryReadString(out var text))
            {
                offset = text.Length <= MaxOffsetLength ? Encoding.UTF8.GetString(text) : null;
            }
            else if (!reader.TrySkip())
            {
                return null;
            }
        }

        return reader.IsAtEnd ? new BroadcastMessage { Uid = uid, Namespace = packet.Namespace, Packet = packet, Options = options } : null;
    }

    private EncodedPacket? ReadPacket(ref MessagePackReader reader)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return null;
        }

        var name = NamespaceName.Main;
        byte[]? json = null;
        ReadOnlyMemory<byte>[] attachments = [];
        double? type = null;
        double? id = null;
        for (; count > 0; count--)
        {
            if (!TryReadKey(ref reader, out var key))
            {
                return null;
            }

            if (reader.TryReadUndefined())
            {
                continue;
            }

            var isRead = Identify(key) switch
            {
                PacketMember.Type => TryReadNumber(ref reader, out type),
                PacketMember.Data => TryReadData(ref reader, out json, out attachments),
                PacketMember.Namespace => TryReadName(ref reader, ref name),
                PacketMember.Id => TryReadNumber(ref reader, out id),
                _ => reader.TrySkip(),
            };
            if (!isRead)
            {
                return null;
            }
        }

        return json is not null && ClusterMessageJson.IsEvent(type)
            ? new EncodedPacket(name, json, attachments, id is >= 0 and <= WireReader.LargestInteger && Math.Floor(id.Value) == id ? (long)id : null) { IsWellFormed = true }
            : null;
    }

    private static PacketMember Identify(ReadOnlySpan<byte> key)
        => key.SequenceEqual("type"u8) ? PacketMember.Type
            : key.SequenceEqual("data"u8) ? PacketMember.Data
            : key.SequenceEqual("nsp"u8) ? PacketMember.Namespace
            : key.SequenceEqual("id"u8) ? PacketMember.Id
            : PacketMember.Other;

    private bool TryReadName(ref MessagePackReader reader, ref string name)
    {
        if (!reader.TryReadString(out var text))
        {
            return reader.TryReadNil();
        }

        name = Ascii.Equals(text, namespaceName) ? namespaceName : ToText(text);
        return true;
    }

    private static bool TryReadNumber(ref MessagePackReader reader, out double? number)
    {
        number = reader.TryReadDouble(out var value) ? value : null;
        return number is not null || reader.TryReadNil();
    }

    private static bool TryReadData(ref MessagePackReader reader, out byte[]? json, out ReadOnlyMemory<byte>[] attachments)
    {
        json = null;
        attachments = [];
        if (!reader.TryPeekType(out var type) || type != MessagePackType.Array)
        {
            return false;
        }

        var output = WireBuffer.Rent();
        var values = WireAttachments.Rent();
        try
        {
            if (!MessagePackToJson.TryTranscode(ref reader, output, values, out _, ClusterMessageCheck.MaxDepth, MaxAttachments))
            {
                return false;
            }

            json = output.WrittenSpan.ToArray();
            attachments = values.Count == 0 ? [] : [.. values];
            return true;
        }
        finally
        {
            WireAttachments.Return(values);
            WireBuffer.Return(output);
        }
    }

    private static BroadcastOptions? ReadOptions(ref MessagePackReader reader)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return null;
        }

        var rooms = ImmutableArray<string>.Empty;
        var except = ImmutableArray<string>.Empty;
        var flags = BroadcastOptions.Everybody;
        for (; count > 0; count--)
        {
            if (!TryReadKey(ref reader, out var key))
            {
                return null;
            }

            var isRead = key.SequenceEqual("rooms"u8) ? TryReadRooms(ref reader, out rooms)
                : key.SequenceEqual("except"u8) ? TryReadRooms(ref reader, out except)
                : key.SequenceEqual("flags"u8) ? TryReadFlags(ref reader, ref flags)
                : reader.TrySkip();
            if (!isRead)
            {
                return null;
            }
        }

        return rooms.IsEmpty && except.IsEmpty ? flags : flags with { Rooms = rooms, Except = except };
    }

    private static bool TryReadRooms(ref MessagePackReader reader, out ImmutableArray<string> rooms)
    {
        rooms = [];
        if (!reader.TryReadArrayHeader(out var count))
        {
            return reader.TryReadNil() || reader.TryReadUndefined();
        }

        if (count == 0)
        {
            return true;
        }

        var names = new string[count];
        for (var index = 0; index < count; index++)
        {
            if (reader.TryReadString(out var text))
            {
                names[index] = ToText(text);
            }
            else if (reader.TryReadDouble(out var number))
            {
                names[index] = WireReader.ToText(number);
            }
            else
            {
                return false;
            }
        }

        rooms = System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(names);
        return true;
    }

    private static bool TryReadFlags(ref MessagePackReader reader, ref BroadcastOptions options)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return reader.TrySkip();
        }

        for (; count > 0; count--)
        {
            if (!TryReadKey(ref reader, out var key) || !reader.TryReadToken(out var value) || !TryPassOver(ref reader, value))
            {
                return false;
            }

            var isAbsent = value.Type == MessagePackType.Nil;
            if (key.SequenceEqual("volatile"u8))
            {
                options = options with { IsVolatile = IsTruthy(value) };
            }
            else if (key.SequenceEqual("compress"u8))
            {
                options = options with { Compress = isAbsent || IsTruthy(value) };
            }
            else if (key.SequenceEqual("timeout"u8))
            {
                options = options with { Timeout = WireReader.ToTimeout(ToNumber(value)) };
            }
            else if (key.SequenceEqual("expectSingleResponse"u8))
            {
                options = options with { ExpectsSingleResponse = IsTruthy(value) };
            }
        }

        return true;
    }

    // Only the head of a list or an object is read so far.
    private static bool TryPassOver(ref MessagePackReader reader, in MessagePackToken value)
    {
        for (var left = value.Type == MessagePackType.Map ? 2L * value.Count : value.Count; left > 0; left--)
        {
            if (!reader.TrySkip())
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTruthy(in MessagePackToken value) => value.Type switch
    {
        MessagePackType.Nil => false,
        MessagePackType.Boolean or MessagePackType.Integer => value.Bits != 0,
        MessagePackType.Float => value.Float != 0 && !double.IsNaN(value.Float),
        MessagePackType.String => !value.Payload.IsEmpty,
        MessagePackType.Extension => value.ExtensionType != 0,
        _ => true,
    };

    private static double? ToNumber(in MessagePackToken value) => value.Type switch
    {
        MessagePackType.Integer => value.IsNegative ? (long)value.Bits : value.Bits,
        MessagePackType.Float => value.Float,
        _ => null,
    };

    /// <summary>Reads the name of a member; one that is a number is no name that means anything here.</summary>
    private static bool TryReadKey(ref MessagePackReader reader, out ReadOnlySpan<byte> key)
    {
        var isRead = reader.TryReadToken(out var token);
        key = token.Payload;
        return isRead && token.Type is MessagePackType.String or MessagePackType.Integer;
    }

    private static string ToText(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}

/// <summary>Lists that threads use again and again.</summary>
internal static class WireAttachments
{
    private const int LargestKept = 64;

    [ThreadStatic]
    private static List<ReadOnlyMemory<byte>>? t_spare;

    public static List<ReadOnlyMemory<byte>> Rent()
    {
        var values = t_spare ?? [];
        t_spare = null;
        return values;
    }

    public static void Return(List<ReadOnlyMemory<byte>> values)
    {
        values.Clear();
        if (values.Capacity <= LargestKept)
        {
            t_spare = values;
        }
    }
}
