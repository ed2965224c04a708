using System.Buffers.Binary;

namespace SocketIoSharp;

/// <summary>The two forms of dates in extensions, in milliseconds since 1970 as JavaScript counts them.</summary>
internal static class MessagePackDate
{
    private const long MaxSeconds34 = (1L << 34) - 1;

    /// <summary>Reads an extension that peers mean as a date; false when it is none. A date that JavaScript cannot hold is null.</summary>
    public static bool TryRead(in MessagePackToken extension, out long? unixMilliseconds)
    {
        var data = extension.Payload;
        unixMilliseconds = null;
        switch (extension.ExtensionType, extension.IsFixedExtension, data.Length)
        {
            case (0, true, 8):
                var milliseconds = BinaryPrimitives.ReadInt64BigEndian(data);
                unixMilliseconds = milliseconds is >= -JavaScriptDate.MaxMilliseconds and <= JavaScriptDate.MaxMilliseconds ? milliseconds : null;
                return true;
            case (-1, true, 4):
                unixMilliseconds = BinaryPrimitives.ReadUInt32BigEndian(data) * 1000L;
                return true;
            case (-1, true, 8):
                // 30 bits of nanoseconds, then 34 bits of seconds.
                var bits = BinaryPrimitives.ReadUInt64BigEndian(data);
                unixMilliseconds = FromSeconds((long)bits & MaxSeconds34, (uint)(bits >> 34));
                return true;
            case (-1, false, 12):
                unixMilliseconds = FromSeconds(BinaryPrimitives.ReadInt64BigEndian(data.Slice(4)), BinaryPrimitives.ReadUInt32BigEndian(data));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the payload of a timestamp extension in the shortest of its three forms, and tells its length.</summary>
    public static int WriteTimestamp(Span<byte> destination, long unixMilliseconds)
    {
        var (seconds, milliseconds) = Math.DivRem(unixMilliseconds, 1000);
        if (milliseconds < 0)
        {
            seconds--;
            milliseconds += 1000;
        }

        var nanoseconds = milliseconds * 1_000_000;
        if (nanoseconds == 0 && seconds is >= 0 and <= uint.MaxValue)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)seconds);
            return 4;
        }

        if (seconds is >= 0 and <= MaxSeconds34)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, ((ulong)nanoseconds << 34) | (ulong)seconds);
            return 8;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)nanoseconds);
        BinaryPrimitives.WriteInt64BigEndian(destination.Slice(4), seconds);
        return 12;
    }

    // In doubles and cut towards zero, as JavaScript's Date does.
    private static long? FromSeconds(long seconds, uint nanoseconds)
    {
        var milliseconds = Math.Truncate((seconds * 1e3) + (nanoseconds / 1e6));
        return Math.Abs(milliseconds) <= JavaScriptDate.MaxMilliseconds ? (long)milliseconds : null;
    }
}
