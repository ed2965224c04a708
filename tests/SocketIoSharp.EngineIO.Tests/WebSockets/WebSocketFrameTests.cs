using System.Runtime.InteropServices;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class WebSocketFrameTests
{
    [TestCase(0, "8100")]
    [TestCase(5, "8105")]
    [TestCase(125, "817D")]
    [TestCase(126, "817E007E")]
    [TestCase(65535, "817EFFFF")]
    [TestCase(65536, "817F0000000000010000")]
    [TestCase(0x1_0000_0000, "817F0000000100000000")]
    public void A_header_uses_the_shortest_length_encoding(long payloadLength, string expected)
    {
        var header = new byte[WebSocketFrame.MaxServerHeaderLength];

        var written = WebSocketFrame.WriteHeader(header, WebSocketOpcode.Text, payloadLength, compressed: false);

        Assert.That(Convert.ToHexString(header.AsSpan(0, written)), Is.EqualTo(expected));
        Assert.That(WebSocketFrame.GetHeaderLength(payloadLength), Is.EqualTo(written));
    }

    [TestCase((byte)WebSocketOpcode.Text, false, 0x81)]
    [TestCase((byte)WebSocketOpcode.Binary, false, 0x82)]
    [TestCase((byte)WebSocketOpcode.Close, false, 0x88)]
    [TestCase((byte)WebSocketOpcode.Ping, false, 0x89)]
    [TestCase((byte)WebSocketOpcode.Pong, false, 0x8A)]
    [TestCase((byte)WebSocketOpcode.Text, true, 0xC1)]
    [TestCase((byte)WebSocketOpcode.Binary, true, 0xC2)]
    public void The_first_byte_is_final_and_tells_compression(byte opcode, bool compressed, int expected)
    {
        var header = new byte[2];

        WebSocketFrame.WriteHeader(header, (WebSocketOpcode)opcode, 0, compressed);

        Assert.That(header[0], Is.EqualTo(expected));
    }

    [Test]
    public void Unmasking_agrees_with_the_byte_by_byte_definition_for_every_length_and_offset()
    {
        var random = new Random(1);
        byte[] mask = [0x01, 0x80, 0xFE, 0x3C];
        for (var length = 0; length < 150; length++)
        {
            for (var offset = 0; offset < 9; offset++)
            {
                var payload = new byte[length];
                random.NextBytes(payload);
                var expected = payload.Select((value, index) => (byte)(value ^ mask[(offset + index) % 4])).ToArray();

                WebSocketFrame.Unmask(payload, MemoryMarshal.Read<uint>(mask), offset);

                Assert.That(payload, Is.EqualTo(expected), $"length {length}, offset {offset}");
            }
        }
    }

    [Test]
    public void Unmasking_at_an_offset_beyond_two_gigabytes_keeps_its_place()
    {
        byte[] mask = [1, 2, 3, 4];
        var payload = new byte[5];

        WebSocketFrame.Unmask(payload, MemoryMarshal.Read<uint>(mask), 0x1_0000_0001);

        Assert.That(payload, Is.EqualTo(new byte[] { 2, 3, 4, 1, 2 }));
    }
}
