using System.Buffers;
using System.Text;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>What clients send, as it comes out of the engine.</summary>
internal static class Packets
{
    public static readonly string Text64 = new('x', 64);

    public static PacketLimits Limits { get; } = new(MaxAttachments: 10, MaxAttachmentBytes: 1_000_000, MaxDepth: 64, MaxNamespaceLength: 512);

    public static EngineIOMessage Message(string packet) => new(Encoding.UTF8.GetBytes(packet), false);

    /// <summary>A masked text frame, as a browser sends it.</summary>
    public static byte[] Frame(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        var output = new ArrayBufferWriter<byte>();
        output.Write<byte>([0x81]);
        if (payload.Length < 126)
        {
            output.Write<byte>([(byte)(0x80 | payload.Length)]);
        }
        else
        {
            output.Write<byte>([0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length]);
        }

        byte[] mask = [0x11, 0x22, 0x33, 0x44];
        output.Write(mask);
        for (var index = 0; index < payload.Length; index++)
        {
            payload[index] ^= mask[index % 4];
        }

        output.Write(payload);
        return output.WrittenSpan.ToArray();
    }
}
