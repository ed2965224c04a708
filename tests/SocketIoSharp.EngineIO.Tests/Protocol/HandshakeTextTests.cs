using System.Buffers;
using System.Text;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

public sealed class HandshakeTextTests
{
    [Test]
    public void The_open_packet_is_compact_and_in_the_order_of_Node()
    {
        Assert.That(
            PacketText.WriteText(WireForm.V4, OpenPacketWriter.Create("P2pa6aKFj1ok2tGLAAAA", ["websocket"], 25000, 20000, 1000000)),
            Is.EqualTo("0{\"sid\":\"P2pa6aKFj1ok2tGLAAAA\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}"));
        Assert.That(
            PacketText.WriteText(WireForm.V4, OpenPacketWriter.Create("a\"\u2028", [], 1, 2, long.MaxValue)),
            Is.EqualTo("0{\"sid\":\"a\\\"\u2028\",\"upgrades\":[],\"pingInterval\":1,\"pingTimeout\":2,\"maxPayload\":9223372036854775807}"));
        Assert.That(
            PacketText.WriteText(WireForm.V4, OpenPacketWriter.Create("x", ["websocket", "webtransport"], 1, 2, 3)),
            Does.Contain("\"upgrades\":[\"websocket\",\"webtransport\"],"));
    }

    [Test]
    public void Refusals_are_numbered_as_in_Node()
    {
        RequestError[] errors =
        [
            RequestError.UnknownTransport, RequestError.UnknownSid, RequestError.BadHandshakeMethod,
            RequestError.BadRequest, RequestError.Forbidden, RequestError.UnsupportedProtocolVersion,
        ];

        Assert.That(
            errors.Select(error => $"{error.StatusCode} {Json(error)}"),
            Is.EqualTo([
                "400 {\"code\":0,\"message\":\"Transport unknown\"}",
                "400 {\"code\":1,\"message\":\"Session ID unknown\"}",
                "400 {\"code\":2,\"message\":\"Bad handshake method\"}",
                "400 {\"code\":3,\"message\":\"Bad request\"}",
                "403 {\"code\":4,\"message\":\"Forbidden\"}",
                "400 {\"code\":5,\"message\":\"Unsupported protocol version\"}",
            ]));
    }

    [TestCase("no", "no")]
    [TestCase("", "Forbidden")]
    [TestCase(null, "Forbidden")]
    [TestCase("\"a\\\u0001\n</é😀'&+\u2028", "\\\"a\\\\\\u0001\\n</é😀'&+\u2028")]
    public void A_custom_message_is_escaped_no_more_than_json_needs(string? message, string expected)
        => Assert.That(Json(RequestError.Forbidden, message), Is.EqualTo($"{{\"code\":4,\"message\":\"{expected}\"}}"));

    [Test]
    public void A_lone_surrogate_in_a_custom_message_is_escaped()
        => Assert.That(Json(RequestError.Forbidden, "a" + (char)0xD83D + "b" + (char)0xDE00), Is.EqualTo("{\"code\":4,\"message\":\"a\\ud83db\\ude00\"}"));

    private static string Json(RequestError error, string? message = null)
    {
        var output = new ArrayBufferWriter<byte>();
        RequestError.WriteJson(output, error, message);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
