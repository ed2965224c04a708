using System.Globalization;
using System.Text.Json;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Reads the packets of one client; holds a packet with binary values until all of them are there.</summary>
internal sealed class JsonPacketDecoder(PacketLimits limits) : ISocketIOPacketDecoder
{
    // More digits than any counter of a client reaches.
    private const int MaxIdDigits = 18;
    private const int MaxCountDigits = 9;

    private PendingPacket? _pending;

    public bool IsIncomplete => _pending is not null;

    public PacketDecodeResult Decode(EngineIOMessage message, out SocketIOPacket packet, out string? error)
    {
        packet = default;
        error = message.IsBinary ? TakeAttachment(message.Data, out packet) : ReadText(message.Data, out packet);
        return error is not null
            ? PacketDecodeResult.Invalid
            : _pending is not null ? PacketDecodeResult.Incomplete : PacketDecodeResult.Packet;
    }

    private string? ReadText(ReadOnlyMemory<byte> message, out SocketIOPacket packet)
    {
        packet = default;
        if (_pending is not null)
        {
            return "got plaintext data when reconstructing a packet";
        }

        var text = message.Span;
        if (text.IsEmpty || text[0] is < (byte)'0' or > (byte)'6')
        {
            return $"unknown packet type {(text is [>= (byte)'0' and <= (byte)'9', ..] ? (char)text[0] : "NaN")}";
        }

        var wireType = text[0] - '0';
        var type = (SocketIOPacketType)(wireType >= 5 ? wireType - 3 : wireType);
        var position = 1;
        var attachments = 0;
        if (wireType >= 5 && ReadAttachmentCount(text, ref position, out attachments) is { } countError)
        {
            return countError;
        }

        var nameStart = position;
        var nameLength = 0;
        if (position < text.Length && text[position] == (byte)'/')
        {
            // The namespace ends at a comma or with the packet.
            var comma = text[position..].IndexOf((byte)',');
            nameLength = comma < 0 ? text.Length - position : comma;
            position += comma < 0 ? nameLength : comma + 1;
            if (nameLength > limits.MaxNamespaceLength)
            {
                return $"the name of the namespace is too long (the limit is {nameof(SocketIOOptions.MaxNamespaceLength)}, {limits.MaxNamespaceLength})";
            }
        }

        var digits = text[position..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length - position : digits;
        if (digits > MaxIdDigits)
        {
            return "invalid packet id";
        }

        long? id = digits == 0 ? null : long.Parse(text.Slice(position, digits), CultureInfo.InvariantCulture);
        position += digits;
        if (!IsPayloadValid(type, text[position..]))
        {
            return IsTooDeep(text[position..])
                ? $"invalid payload (the limit of its depth is {nameof(SocketIOOptions.MaxPayloadDepth)}, {limits.MaxDepth})"
                : "invalid payload";
        }

        // The main namespace may be named, too.
        var name = nameLength > 1 ? message.Slice(nameStart, nameLength) : default;
        packet = new SocketIOPacket { Type = type, Namespace = name, Id = id, Json = message[position..] };
        if (attachments > 0)
        {
            // The receive buffer is not ours after this call.
            _pending = new PendingPacket(type, name.ToArray(), id, packet.Json.ToArray(), attachments);
            packet = default;
        }

        return null;
    }

    private string? ReadAttachmentCount(ReadOnlySpan<byte> text, ref int position, out int count)
    {
        count = 0;
        var digits = text[position..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is <= 0 or > MaxCountDigits || text[position + digits] != (byte)'-')
        {
            return "Illegal attachments";
        }

        count = int.Parse(text.Slice(position, digits), CultureInfo.InvariantCulture);
        position += digits + 1;
        return count == 0
            ? "Illegal attachments"
            : count > limits.MaxAttachments ? $"too many attachments (the limit is {nameof(SocketIOOptions.MaxAttachments)}, {limits.MaxAttachments})" : null;
    }

    private string? TakeAttachment(ReadOnlyMemory<byte> data, out SocketIOPacket packet)
    {
        packet = default;
        if (_pending is not { } pending)
        {
            return "got binary data when not reconstructing a packet";
        }

        pending.Bytes += data.Length;
        if (pending.Bytes > limits.MaxAttachmentBytes)
        {
            return $"the attachments are too large (the limit is {nameof(SocketIOOptions.MaxAttachmentBytes)}, {limits.MaxAttachmentBytes})";
        }

        if (!pending.TryComplete(data, out var attachments))
        {
            return null;
        }

        _pending = null;
        if (pending.Json.Length > 0 && !BinaryPlaceholders.AreValid(pending.Json, pending.Expected))
        {
            return "illegal attachments";
        }

        packet = new SocketIOPacket
        {
            Type = pending.Type,
            Namespace = pending.Name,
            Id = pending.Id,
            Json = pending.Json,
            Attachments = attachments,
        };
        return null;
    }

    /// <summary>A payload that is present must be well-formed, and of the kind that belongs to the type.</summary>
    private bool IsPayloadValid(SocketIOPacketType type, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
            reader.Read();
            var isValid = type switch
            {
                SocketIOPacketType.Connect => reader.TokenType == JsonTokenType.StartObject,
                SocketIOPacketType.Disconnect => false,
                SocketIOPacketType.Event => reader.TokenType == JsonTokenType.StartArray && IsEventNameValid(ref reader),
                SocketIOPacketType.Ack => reader.TokenType == JsonTokenType.StartArray,
                _ => reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String,
            };
            while (isValid && reader.Read())
            {
                // Reading to the end is the check.
            }

            return isValid;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether depth is what is wrong with a payload.</summary>
    private bool IsTooDeep(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1 });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject && reader.CurrentDepth >= limits.MaxDepth)
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // Something else is wrong with it.
        }

        return false;
    }

    /// <summary>The name is a number, or a string that does not belong to the library.</summary>
    private static bool IsEventNameValid(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number
            || (reader.TokenType == JsonTokenType.String
                && !(reader.ValueIsEscaped ? ReservedEvents.Contains(EventName.Unescape(ref reader)) : ReservedEvents.Contains(reader.ValueSpan)));
    }

    private sealed class PendingPacket(SocketIOPacketType type, byte[] name, long? id, byte[] json, int expected)
    {
        // A client may announce many and send none.
        private const int MostAtFirst = 4;

        private ReadOnlyMemory<byte>[] _attachments = new ReadOnlyMemory<byte>[Math.Min(expected, MostAtFirst)];
        private int _count;

        public SocketIOPacketType Type => type;

        public byte[] Name => name;

        public long? Id => id;

        public byte[] Json => json;

        public int Expected => expected;

        public long Bytes { get; set; }

        /// <summary>Adds a copy of a binary value; gives all of them when it was the last.</summary>
        public bool TryComplete(ReadOnlyMemory<byte> data, out ReadOnlyMemory<byte>[] attachments)
        {
            if (_count == _attachments.Length)
            {
                Array.Resize(ref _attachments, Math.Min(expected, _count * 2));
            }

            _attachments[_count++] = data.ToArray();
            attachments = _attachments;
            return _count == expected;
        }
    }
}
