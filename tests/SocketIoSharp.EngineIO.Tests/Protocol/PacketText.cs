using System.Buffers;
using System.Text;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

/// <summary>Packets and bodies as text, so that tests can show the literal wire.</summary>
internal static class PacketText
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Shows text as <c>Message hello</c> and binary as <c>Message [0102FF]</c>.</summary>
    public static string Show(EngineIOPacket packet)
        => packet.IsBinary
            ? $"{packet.Type} [{Convert.ToHexString(packet.Data.Span)}]"
            : $"{packet.Type} {Encoding.UTF8.GetString(packet.Data.Span)}".TrimEnd(' ');

    /// <summary>Every packet of a body, then how it ended.</summary>
    public static string[] ReadAll(byte[] body, int protocol, bool isOctetStream = false)
    {
        var reader = new PayloadReader(body, protocol, isOctetStream);
        var shown = new List<string>();
        while (true)
        {
            var result = reader.Read(out var packet);
            if (result != PayloadReadResult.Packet)
            {
                // Whatever the end is, it stays.
                Assert.That(reader.Read(out _), Is.EqualTo(result));
                shown.Add(result.ToString());
                return [.. shown];
            }

            shown.Add(Show(packet));
        }
    }

    public static string[] ReadAll(string body, int protocol) => ReadAll(Utf8(body), protocol);

    public static (byte[] Body, bool IsOctetStream) Write(WireForm form, params ReadOnlySpan<EncodedMessage> messages)
    {
        var output = new ArrayBufferWriter<byte>();
        var isOctetStream = PayloadWriter.Write(output, messages, form);
        return (output.WrittenSpan.ToArray(), isOctetStream);
    }

    public static string WriteText(WireForm form, params ReadOnlySpan<EncodedMessage> messages)
    {
        var (body, isOctetStream) = Write(form, messages);
        Assert.That(isOctetStream, Is.False);
        return Encoding.UTF8.GetString(body);
    }
}
