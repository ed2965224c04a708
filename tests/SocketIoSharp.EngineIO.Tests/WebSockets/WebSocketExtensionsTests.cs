using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class WebSocketExtensionsTests
{
    private const string Answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [TestCase("permessage-deflate")]
    [TestCase("permessage-deflate; client_max_window_bits", Description = "what browsers and ws offer")]
    [TestCase("permessage-deflate;client_max_window_bits=15")]
    [TestCase("permessage-deflate; client_max_window_bits=\"10\"")]
    [TestCase("permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [TestCase(" permessage-deflate\t;\tclient_no_context_takeover ")]
    [TestCase("x-webkit-deflate-frame, permessage-deflate")]
    [TestCase("other; a=1; b=\"c,d\", permessage-deflate")]
    [TestCase("permessage-deflate; server_max_window_bits=10, permessage-deflate")]
    [TestCase("permessage-deflate; unknown, permessage-deflate; client_max_window_bits")]
    [TestCase(",, permessage-deflate,")]
    public void An_offer_that_can_be_met_is_accepted_without_context_takeover(string offered)
    {
        Assert.That(WebSocketExtensions.TryNegotiateDeflate(offered, out var answer), Is.True);
        Assert.That(answer, Is.EqualTo(Answer));
    }

    [Test]
    public void A_server_window_of_15_bits_is_confirmed()
    {
        Assert.That(WebSocketExtensions.TryNegotiateDeflate("permessage-deflate; server_max_window_bits=15", out var answer), Is.True);
        Assert.That(answer, Is.EqualTo(Answer + "; server_max_window_bits=15"));
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase(",")]
    [TestCase("permessage-deflat")]
    [TestCase("permessage-deflate2")]
    [TestCase("PERMESSAGE-DEFLATE")]
    [TestCase("permessage-deflate;")]
    [TestCase("permessage-deflate; ;")]
    [TestCase("permessage-deflate client_max_window_bits")]
    [TestCase("permessage-deflate; server_max_window_bits=14", Description = "DeflateStream cannot be held to it")]
    [TestCase("permessage-deflate; server_max_window_bits=8")]
    [TestCase("permessage-deflate; server_max_window_bits=16")]
    [TestCase("permessage-deflate; server_max_window_bits=015")]
    [TestCase("permessage-deflate; server_max_window_bits")]
    [TestCase("permessage-deflate; client_max_window_bits=7")]
    [TestCase("permessage-deflate; client_max_window_bits=16")]
    [TestCase("permessage-deflate; client_max_window_bits=")]
    [TestCase("permessage-deflate; client_max_window_bits=\"\"")]
    [TestCase("permessage-deflate; client_max_window_bits=\"10")]
    [TestCase("permessage-deflate; client_max_window_bits=1=0")]
    [TestCase("permessage-deflate; client_no_context_takeover=1")]
    [TestCase("permessage-deflate; server_no_context_takeover=true")]
    [TestCase("permessage-deflate; client_max_window_bits; client_max_window_bits")]
    [TestCase("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [TestCase("permessage-deflate; __proto__")]
    [TestCase("other; quoted=\"permessage-deflate\"")]
    [TestCase("other; quoted=\"a, permessage-deflate\"")]
    [TestCase("permessage-deflate; quoted=\"a b, permessage-deflate, c\"")]
    [TestCase("other; quoted=\"\\\", permessage-deflate\"")]
    [TestCase("\u00E9\uD800\0")]
    public void Ghsa_5v72_xg48_5rpm_anything_else_is_passed_over(string offered)
    {
        Assert.That(WebSocketExtensions.TryNegotiateDeflate(offered, out var answer), Is.False);
        Assert.That(answer, Is.Null);
    }

    [Test]
    public void An_offer_may_come_in_any_of_several_headers()
    {
        Assert.That(WebSocketExtensions.TryNegotiateDeflate(new StringValues(["other", "permessage-deflate"]), out var answer), Is.True);
        Assert.That(answer, Is.EqualTo(Answer));
        Assert.That(WebSocketExtensions.TryNegotiateDeflate(StringValues.Empty, out _), Is.False);
    }

    [Test]
    public void Random_headers_never_throw()
    {
        string[] words = ["permessage-deflate", "client_max_window_bits", "server_max_window_bits", ";", ",", "=", "\"", "\\", " ", "15", "\0"];
        var random = new Random(5);
        for (var run = 0; run < 20_000; run++)
        {
            var header = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => words[random.Next(words.Length)]));

            Assert.That(() => WebSocketExtensions.TryNegotiateDeflate(header, out _), Throws.Nothing);
        }
    }

    [TestCase("permessage-deflate;")]
    [TestCase("permessage-deflate; a=\"")]
    [TestCase("a=\"b,")]
    [TestCase(",")]
    [TestCase("\"")]
    [MaxTime(10_000)] // Quadratic work would take minutes.
    public void A_header_of_a_megabyte_takes_linear_time(string part)
    {
        var header = string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length));

        Assert.That(WebSocketExtensions.TryNegotiateDeflate(header, out _), Is.False);
    }
}
