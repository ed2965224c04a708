using System.Buffers;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Reads packets that are MessagePack maps. Holds nothing from one message to the next, for every message is a whole packet.</summary>
internal sealed class MessagePackPacketDecoder(PacketLimits limits) : ISocketIOPacketDecoder
{
    private const string InvalidType = "invalid packet type";
    private const string InvalidNamespace = "invalid namespace";
    private const string InvalidPayload = "invalid payload";
    private const string InvalidId = "invalid packet id";
    private const string Unreadable = "Could not parse";

    private const int LargestKept = 64 * 1024;

    // Doubles from here on are no 64-bit integers.
    private const double IntegerBound = 9223372036854775808d;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_json;

    public bool IsIncomplete => false;

    public PacketDecodeResult Decode(EngineIOMessage message, out SocketIOPacket packet, out string? error)
    {
        packet = default;
        error = message.IsBinary ? Read(message.Data, out packet) : Unreadable;
        return error is null ? PacketDecodeResult.Packet : PacketDecodeResult.Invalid;
    }

    private string? Read(ReadOnlyMemory<byte> message, out SocketIOPacket packet)
    {
        packet = default;
        if (FindMembers(message, out var members) is { } error)
        {
            return error;
        }

        // The checks come in the order of the Node server, and have its words.
        if (!TryReadType(members.Type.Span, out var type))
        {
            return InvalidType;
        }

        if (ReadNamespace(members.Namespace, out var name) is { } nameError)
        {
            return nameError;
        }

        var data = members.Data.Span;
        var isEmptyArray = false;
        if (!IsPayloadValid(type, data, ref isEmptyArray))
        {
            return InvalidPayload;
        }

        if (!TryReadId(members.Id.Span, out var id))
        {
            return InvalidId;
        }

        var json = Array.Empty<byte>();
        ReadOnlyMemory<byte>[] attachments = [];

        // An event without even a name is what JSON has as a packet without a payload.
        if (!data.IsEmpty && !(isEmptyArray && type == SocketIOPacketType.Event) && Transcode(data, out json, out attachments) is { } dataError)
        {
            return dataError;
        }

        packet = new SocketIOPacket { Type = type, Namespace = name, Id = id, Json = json, Attachments = attachments };
        return null;
    }

    /// <summary>Finds the values of the members, in any order. As in JavaScript the last of one name counts, and undefined is as good as none.</summary>
    private static string? FindMembers(ReadOnlyMemory<byte> message, out Members members)
    {
        members = default;
        var reader = new MessagePackReader(message.Span);
        if (!reader.TryReadToken(out var map))
        {
            return Unreadable;
        }

        if (map.Type != MessagePackType.Map)
        {
            return InvalidType;
        }

        for (var count = map.Count; count > 0; count--)
        {
            if (!reader.TryReadToken(out var key) || key.Type is not (MessagePackType.String or MessagePackType.Integer))
            {
                return Unreadable;
            }

            var start = reader.Position;
            var isDefined = !reader.TryReadUndefined();
            if (isDefined && !reader.TrySkip())
            {
                return Unreadable;
            }

            var value = isDefined ? message[start..reader.Position] : default;
            switch (key.Payload)
            {
                case var name when name.SequenceEqual("type"u8):
                    members.Type = value;
                    break;
                case var name when name.SequenceEqual("nsp"u8):
                    members.Namespace = value;
                    break;
                case var name when name.SequenceEqual("data"u8):
                    members.Data = value;
                    break;
                case var name when name.SequenceEqual("id"u8):
                    members.Id = value;
                    break;
            }
        }

        return reader.IsAtEnd ? null : $"{message.Length - reader.Position} trailing bytes";
    }

    private static bool TryReadType(ReadOnlySpan<byte> value, out SocketIOPacketType type)
    {
        type = default;
        if (!TryReadInteger(value, out var number) || number is < (long)SocketIOPacketType.Connect or > (long)SocketIOPacketType.ConnectError)
        {
            return false;
        }

        type = (SocketIOPacketType)number;
        return true;
    }

    private string? ReadNamespace(ReadOnlyMemory<byte> value, out ReadOnlyMemory<byte> name)
    {
        name = default;
        var reader = new MessagePackReader(value.Span);

        // A name without a letter would mean the main namespace further on, but is none that exists.
        if (!reader.TryReadString(out var text) || text.IsEmpty)
        {
            return InvalidNamespace;
        }

        if (text.Length > limits.MaxNamespaceLength)
        {
            return $"the name of the namespace is too long (the limit is {nameof(SocketIOOptions.MaxNamespaceLength)}, {limits.MaxNamespaceLength})";
        }

        if (!text.SequenceEqual("/"u8))
        {
            name = Utf8Text.ReplaceInvalid(value[^text.Length..]);
        }

        return null;
    }

    private static bool IsPayloadValid(SocketIOPacketType type, ReadOnlySpan<byte> data, ref bool isEmptyArray)
    {
        if (data.IsEmpty)
        {
            return type is SocketIOPacketType.Connect or SocketIOPacketType.Disconnect;
        }

        var reader = new MessagePackReader(data);
        _ = reader.TryReadToken(out var value);
        isEmptyArray = value.Type == MessagePackType.Array && value.Count == 0;
        return type switch
        {
            SocketIOPacketType.Connect => value.Type == MessagePackType.Map,
            SocketIOPacketType.Disconnect => false,
            SocketIOPacketType.Event => value.Type == MessagePackType.Array && (isEmptyArray || IsEventNameValid(ref reader)),
            SocketIOPacketType.Ack => value.Type == MessagePackType.Array,
            _ => value.Type is MessagePackType.Map or MessagePackType.String,
        };
    }

    /// <summary>The name is a number, or a string that does not belong to the library. Node's parser forgets to look here.</summary>
    private static bool IsEventNameValid(ref MessagePackReader reader)
    {
        _ = reader.TryReadToken(out var name);
        return name.Type switch
        {
            MessagePackType.String => !ReservedEvents.Contains(name.Payload),
            MessagePackType.Integer => true,
            MessagePackType.Float => double.IsFinite(name.Float),
            _ => false,
        };
    }

    private static bool TryReadId(ReadOnlySpan<byte> value, out long? id)
    {
        id = null;
        if (value.IsEmpty)
        {
            return true;
        }

        var isRead = TryReadInteger(value, out var number);
        id = number;
        return isRead;
    }

    // JavaScript has one kind of number: a double without a fraction is an integer.
    private static bool TryReadInteger(ReadOnlySpan<byte> value, out long number)
    {
        var reader = new MessagePackReader(value);
        if (reader.TryReadInt64(out number))
        {
            return true;
        }

        var isInteger = reader.TryReadDouble(out var real) && real == Math.Floor(real) && real is >= -IntegerBound and < IntegerBound;
        number = isInteger ? (long)real : 0;
        return isInteger;
    }

    private string? Transcode(ReadOnlySpan<byte> data, out byte[] json, out ReadOnlyMemory<byte>[] attachments)
    {
        json = [];
        attachments = [];
        var output = t_json ??= new ArrayBufferWriter<byte>(1024);
        try
        {
            // As in Node the number of binary values has no limit of its own: all of them came in this one message.
            var values = new List<ReadOnlyMemory<byte>>();
            var reader = new MessagePackReader(data);
            if (!MessagePackToJson.TryTranscode(ref reader, output, values, out var error, limits.MaxDepth))
            {
                return error == MessagePackError.TooDeep
                    ? $"{InvalidPayload} (the limit of its depth is {nameof(SocketIOOptions.MaxPayloadDepth)}, {limits.MaxDepth})"
                    : InvalidPayload;
            }

            var bytes = 0L;
            foreach (var value in values)
            {
                bytes += value.Length;
            }

            if (bytes > limits.MaxAttachmentBytes)
            {
                return $"the attachments are too large (the limit is {nameof(SocketIOOptions.MaxAttachmentBytes)}, {limits.MaxAttachmentBytes})";
            }

            json = output.WrittenSpan.ToArray();
            attachments = [.. values];
            return null;
        }
        finally
        {
            output.ResetWrittenCount();
            if (output.Capacity > LargestKept)
            {
                t_json = null;
            }
        }
    }

    /// <summary>The bytes of the members' values; empty where there is none.</summary>
    private struct Members
    {
        public ReadOnlyMemory<byte> Type;
        public ReadOnlyMemory<byte> Namespace;
        public ReadOnlyMemory<byte> Data;
        public ReadOnlyMemory<byte> Id;
    }
}
