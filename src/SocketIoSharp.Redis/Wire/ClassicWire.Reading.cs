using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SocketIoSharp;

/// <summary>Reads broadcasts: most of what servers hear from each other.</summary>
internal sealed partial class ClassicWire
{
    private const int MaxOffsetLength = 64;

    private static readonly string[] s_packetMembers = ["nsp"];

    private enum PacketMember : byte
    {
        Other,
        Type,
        Data,
        Namespace,
        Id,
    }

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
            if (!MessagePackToJson.TryTranscode(ref reader, output, values, out _, ClusterMessageCheck.MaxDepth, WireText.MaxAttachments))
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

            var isAbsent = value.Type == MessagePackType.Nil || IsUndefined(value);
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
        MessagePackType.Extension => !IsUndefined(value),
        _ => true,
    };

    private static bool IsUndefined(in MessagePackToken value)
        => value.Type == MessagePackType.Extension && value.ExtensionType == 0 && value.IsFixedExtension && value.Payload.Length == 1;

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
