namespace SocketIoSharp.Redis.Tests.Wire;

/// <summary>Events in MessagePack that no server of good will writes.</summary>
public sealed class ClassicBroadcastTests
{
    private static readonly ClassicWire s_wire = new("/", codec: null, maxMessageSize: 64 * 1024);

    [TestCase(510, ExpectedResult = true)]
    [TestCase(511, ExpectedResult = false)]
    public bool An_event_nests_512_levels_at_most(int depth)
    {
        var isRead = s_wire.TryDecodeBroadcast(Broadcast([0xA4, .. "deep"u8, .. Enumerable.Repeat((byte)0x91, depth), 0x90]), out var message, out _);

        Assert.That(message is null || ClusterMessageCheck.IsValid(message), "what is read is not refused afterwards");
        return isRead;
    }

    [Test]
    public void What_is_read_is_valid_json_whatever_came()
    {
        // A name that is no UTF-8 and has to be escaped, NaN, a date that does not exist, and a member without a value.
        byte[] arguments =
        [
            0xA5, 0xFF, (byte)'"', (byte)'\\', 0x0A, 0xC3,
            0x84, 0xA1, (byte)'a', 0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0,
            0xA1, 0xFE, 0xD6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            0xA1, (byte)'u', 0xD4, 0, 0,
            0x07, 0xC4, 0x01, 0x2A,
        ];

        Assert.That(s_wire.TryDecodeBroadcast(Broadcast(arguments), out var message, out _));

        Assert.That(message!.Packet.IsWellFormed);
        var checkedAgain = message with { Packet = new EncodedPacket("/", message.Packet.Json, message.Packet.Attachments) };
        Assert.That(ClusterMessageCheck.IsValid(checkedAgain), System.Text.Encoding.UTF8.GetString(message.Packet.Json.Span));
    }

    [Test]
    public void A_reserved_name_is_refused_though_the_text_is_not_read_again()
    {
        Assert.That(s_wire.TryDecodeBroadcast(Broadcast([0xAA, .. "disconnect"u8, 0xC0]), out var message, out _));

        Assert.That(ClusterMessageCheck.IsValid(message!), Is.False);
    }

    /// <summary>["abcdef", {type: 2, data: [two values], nsp: "/"}, {}].</summary>
    private static byte[] Broadcast(byte[] data)
        => [0x93, 0xA6, .. "abcdef"u8, 0x83, 0xA4, .. "type"u8, 0x02, 0xA4, .. "data"u8, 0x92, .. data, 0xA3, .. "nsp"u8, 0xA1, (byte)'/', 0x80];
}
