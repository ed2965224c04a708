using System.Buffers;
using System.Globalization;

namespace SocketIoSharp.EngineIO;

/// <summary>Writes the open packet, the first thing a session says.</summary>
internal static class OpenPacketWriter
{
    /// <summary>Creates the open packet; the order of its members is the one of Node.</summary>
    public static EncodedMessage Create(string sid, ReadOnlySpan<string> upgrades, long pingIntervalMs, long pingTimeoutMs, long maxPayload)
    {
        var output = new ArrayBufferWriter<byte>(192);
        output.Write("{\"sid\":"u8);
        JsonString.Write(output, sid);
        output.Write(",\"upgrades\":["u8);
        for (var index = 0; index < upgrades.Length; index++)
        {
            if (index > 0)
            {
                output.Write(","u8);
            }

            JsonString.Write(output, upgrades[index]);
        }

        output.Write("],\"pingInterval\":"u8);
        WriteNumber(output, pingIntervalMs);
        output.Write(",\"pingTimeout\":"u8);
        WriteNumber(output, pingTimeoutMs);
        output.Write(",\"maxPayload\":"u8);
        WriteNumber(output, maxPayload);
        output.Write("}"u8);
        return EncodedMessage.Packet(PacketType.Open, output.WrittenSpan);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> output, long value)
    {
        _ = value.TryFormat(output.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
    }
}
