using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace SocketIoSharp;

/// <summary>Broadcasts: [uid, {type, data, id?, nsp}, {rooms, except, flags}], written without a detour over JSON.</summary>
internal sealed partial class ClassicWire
{
    private const int Elements = 3;

    // A text of MessagePack up to this length has its length in one byte together with its type.
    private const int MaxShortText = 31;

    public byte[] EncodeBroadcast(BroadcastMessage message) => EncodeBroadcast(message, Elements);

    /// <summary>The beginning of a broadcast with a place in the recovery log: of its four elements the last one follows elsewhere. Node passes over it.</summary>
    public byte[] EncodeBroadcastHead(BroadcastMessage message)
        => codec is null ? EncodeBroadcast(message, Elements + 1) : throw new InvalidOperationException("The recovery log cannot be kept with a codec: remove one of them from the options of the Redis adapter.");

    /// <summary>Puts a place in the recovery log behind the head of a broadcast.</summary>
    public static byte[] CompleteHead(ReadOnlySpan<byte> head, string place)
    {
        var text = Encoding.UTF8.GetBytes(place);
        return text.Length <= MaxShortText ? [.. head, (byte)(0xA0 + text.Length), .. text] : [.. head, 0xD9, (byte)text.Length, .. text];
    }

    /// <summary>The head of a broadcast that was read with this place.</summary>
    public static ReadOnlySpan<byte> GetHead(ReadOnlySpan<byte> bytes, string place)
    {
        var length = Encoding.UTF8.GetByteCount(place);
        return bytes[..^(length + (length <= MaxShortText ? 1 : 2))];
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
}
