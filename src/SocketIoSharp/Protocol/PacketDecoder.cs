using System.Text;

namespace SocketIoSharp;

/// <summary>Reads the header of a packet; whether the JSON is valid shows when it is used.</summary>
internal static class PacketDecoder
{
    // More digits than any counter of a client reaches.
    private const int MaxIdDigits = 18;

    // packet = type [ attachments "-" ] [ nsp "," ] [ id ] [ json ]
    public static bool TryDecode(ReadOnlyMemory<byte> message, out SocketIOPacket packet)
    {
        packet = default;
        var text = message.Span;
        if (text.IsEmpty || text[0] is < (byte)'0' or > (byte)'6')
        {
            return false;
        }

        var type = (SocketIOPacketType)(text[0] - '0');
        if (type is SocketIOPacketType.BinaryEvent or SocketIOPacketType.BinaryAck)
        {
            return false;
        }

        var position = 1;
        string? name = null;
        if (position < text.Length && text[position] == (byte)'/')
        {
            // The namespace ends at a comma or with the packet.
            var comma = text[position..].IndexOf((byte)',');
            var end = comma < 0 ? text.Length : position + comma;
            name = Encoding.UTF8.GetString(text[position..end]);
            position = comma < 0 ? end : end + 1;
        }

        var digits = text[position..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length - position : digits;
        if (digits > MaxIdDigits)
        {
            return false;
        }

        long? id = null;
        if (digits > 0)
        {
            id = long.Parse(text.Slice(position, digits), System.Globalization.CultureInfo.InvariantCulture);
        }

        packet = new SocketIOPacket
        {
            Type = type,
            Namespace = name is "/" ? null : name,
            Id = id,
            Json = message[(position + digits)..],
        };
        return true;
    }
}
