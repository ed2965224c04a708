using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class WebSocketHandshakeTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    [Test]
    public void Rfc_6455_section_1_3_the_accept_value_of_the_example() =>
        Assert.That(WebSocketHandshake.ComputeAccept(Key), Is.EqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));

    [Test]
    public void The_accept_value_allocates_only_itself()
    {
        const int Rounds = 1000;
        var accept = string.Empty;
        long allocated = 0;
        for (var round = -Rounds; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            accept = WebSocketHandshake.ComputeAccept(Key);
            allocated += round < 0 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // A string of 28 characters takes 80 bytes; what the runtime itself may take for SHA-1 stays below a small object.
        Assert.That(allocated / Rounds, Is.LessThanOrEqualTo(24 + (2 * accept.Length) + 24));
    }

    [Test]
    public void An_ordinary_request_is_valid()
    {
        var result = WebSocketHandshake.Validate(Request(), "GET", http2: false);

        Assert.That(result.IsValid, Is.True);
        Assert.That(result.Subprotocol, Is.Null);
    }

    [TestCase("WebSocket")]
    [TestCase("WEBSOCKET")]
    public void The_upgrade_header_is_compared_without_case(string upgrade) =>
        Assert.That(WebSocketHandshake.Validate(Request(("Upgrade", upgrade)), "GET", http2: false).IsValid, Is.True);

    [TestCase("POST")]
    [TestCase("CONNECT")]
    public void Another_method_is_refused_with_405(string method)
    {
        var result = WebSocketHandshake.Validate(Request(), method, http2: false);

        Assert.That(result.StatusCode, Is.EqualTo(405));
        Assert.That(result.Error, Is.EqualTo("Invalid HTTP method"));
    }

    [TestCase("")]
    [TestCase("h2c")]
    [TestCase("websocket, h2c")]
    public void Another_upgrade_is_refused(string upgrade) =>
        Assert.That(
            WebSocketHandshake.Validate(Request(("Upgrade", upgrade)), "GET", http2: false),
            Is.EqualTo(new WebSocketHandshakeResult(400, "Invalid Upgrade header")));

    [TestCase("")]
    [TestCase("dGhlIHNhbXBsZSBub25jZQ=")]
    [TestCase("dGhlIHNhbXBsZSBub25jZQ===")]
    [TestCase("dGhlIHNhbXBsZSBub25jZQAA")]
    [TestCase("dGhlIHNhbXBsZSBub25jZ-==")]
    [TestCase("dGhlIHNhbXBsZSBub25j Q==")]
    [TestCase("dGhlIHNhbXBsZSBub25j\u00E9Q==")]
    public void A_key_that_is_not_16_bytes_in_base64_is_refused(string key) =>
        Assert.That(
            WebSocketHandshake.Validate(Request(("Sec-WebSocket-Key", key)), "GET", http2: false),
            Is.EqualTo(new WebSocketHandshakeResult(400, "Missing or invalid Sec-WebSocket-Key header")));

    [Test]
    public void Repeated_keys_are_refused() =>
        Assert.That(
            WebSocketHandshake.Validate(Request(("Sec-WebSocket-Key", new StringValues([Key, Key]))), "GET", http2: false).StatusCode,
            Is.EqualTo(400));

    [TestCase("")]
    [TestCase("12")]
    [TestCase("14")]
    [TestCase("13, 8")]
    public void Another_version_is_refused_and_told_which_one_is_spoken(string version) =>
        Assert.That(
            WebSocketHandshake.Validate(Request(("Sec-WebSocket-Version", version)), "GET", http2: false),
            Is.EqualTo(new WebSocketHandshakeResult(400, "Missing or invalid Sec-WebSocket-Version header", SupportedVersions: "13")));

    [Test]
    public void Missing_headers_are_refused() =>
        Assert.That(WebSocketHandshake.Validate(new HeaderDictionary(), "GET", http2: false).StatusCode, Is.EqualTo(400));

    [Test]
    public void Rfc_8441_an_extended_connect_needs_neither_key_nor_upgrade()
    {
        var headers = new HeaderDictionary { ["Sec-WebSocket-Version"] = "13", ["Sec-WebSocket-Protocol"] = "chat" };

        Assert.That(WebSocketHandshake.Validate(headers, "CONNECT", http2: true), Is.EqualTo(new WebSocketHandshakeResult(0, Subprotocol: "chat")));
        Assert.That(WebSocketHandshake.Validate(new HeaderDictionary(), "CONNECT", http2: true).SupportedVersions, Is.EqualTo("13"));
    }

    [TestCase("chat", "chat")]
    [TestCase("chat, superchat", "chat")]
    [TestCase("b ,\ta", "b")]
    public void Node_the_first_offered_subprotocol_is_selected(string offered, string selected) =>
        Assert.That(
            WebSocketHandshake.Validate(Request(("Sec-WebSocket-Protocol", offered)), "GET", http2: false).Subprotocol,
            Is.EqualTo(selected));

    [Test]
    public void Subprotocols_of_several_headers_are_one_list()
    {
        Assert.That(Validate(new StringValues(["a", "b"])).Subprotocol, Is.EqualTo("a"));
        Assert.That(Validate(new StringValues(["a", "a"])).StatusCode, Is.EqualTo(400));

        static WebSocketHandshakeResult Validate(StringValues offered) =>
            WebSocketHandshake.Validate(Request(("Sec-WebSocket-Protocol", offered)), "GET", http2: false);
    }

    [TestCase("")]
    [TestCase(",")]
    [TestCase("chat,")]
    [TestCase(",chat")]
    [TestCase("chat,,superchat")]
    [TestCase("chat superchat")]
    [TestCase("chat, chat")]
    [TestCase("a, b, a")]
    [TestCase("chat;q=1")]
    [TestCase("\"chat\"")]
    [TestCase("caf\u00E9")]
    public void An_invalid_subprotocol_header_is_refused(string offered) =>
        Assert.That(
            WebSocketHandshake.Validate(Request(("Sec-WebSocket-Protocol", offered)), "GET", http2: false),
            Is.EqualTo(new WebSocketHandshakeResult(400, "Invalid Sec-WebSocket-Protocol header")));

    [Test]
    [MaxTime(10_000)] // Quadratic work would take minutes.
    public void Cve_2021_32640_a_subprotocol_header_of_a_megabyte_takes_linear_time()
    {
        var result = WebSocketHandshake.Validate(
            Request(("Sec-WebSocket-Protocol", "b" + new string(' ', 1_000_000) + "x")), "GET", http2: false);

        Assert.That(result.StatusCode, Is.EqualTo(400));
    }

    private static HeaderDictionary Request(params ReadOnlySpan<(string Name, StringValues Value)> changes)
    {
        var headers = new HeaderDictionary
        {
            ["Connection"] = "Upgrade",
            ["Upgrade"] = "websocket",
            ["Sec-WebSocket-Key"] = Key,
            ["Sec-WebSocket-Version"] = "13",
        };
        foreach (var (name, value) in changes)
        {
            headers[name] = value;
        }

        return headers;
    }
}
