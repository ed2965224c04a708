using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class EngineIOQueryTests
{
    [TestCase("?EIO=4", 4)]
    [TestCase("?%45I%4F=%34", 4)]
    [TestCase("?EIO=3", 3)]
    [TestCase("?EIO=5", 3)]
    [TestCase("?EIO=04", 3)]
    [TestCase("?EIO=4+", 3)]
    [TestCase("?eio=4", 3)]
    [TestCase("?EIO=", 3)]
    [TestCase("?EIO", 3)]
    [TestCase("?EIO=3&EIO=4", 4)]
    [TestCase("?EIO=4&EIO=3", 3)]
    [TestCase("", 3)]
    public void The_protocol_is_4_only_when_EIO_is_exactly_4(string query, int expected)
    {
        Assert.That(Parse(query).Protocol, Is.EqualTo(expected));
    }

    [TestCase("?transport=polling", "polling")]
    [TestCase("?transport=websocket", "websocket")]
    [TestCase("?transport=%77ebsocket", "websocket")]
    [TestCase("?transport=WebSocket", "WebSocket")]
    [TestCase("?transport=polling&transport=__proto__", "__proto__")]
    [TestCase("?transport=", "")]
    [TestCase("?sid=1", null)]
    public void The_transport_is_what_the_client_wrote(string query, string? expected)
    {
        Assert.That(Parse(query).Transport, Is.EqualTo(expected));
    }

    [Test]
    public void Reading_a_usual_handshake_allocates_nothing()
    {
        var query = new QueryString("?EIO=4&transport=polling&t=Ox1k2");
        EngineIOQuery.Parse(query);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            EngineIOQuery.Parse(query);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCase("?sid=abc_-1", "abc_-1")]
    [TestCase("?sid=", null)]
    [TestCase("?sid", null)]
    [TestCase("?sid=a&sid=", null)]
    [TestCase("?sid=a&sid=b", "b")]
    [TestCase("?x=1", null)]
    public void An_empty_sid_counts_as_absent(string query, string? expected)
    {
        Assert.That(Parse(query).Sid, Is.EqualTo(expected));
    }

    [TestCase("?b64=1", true)]
    [TestCase("?b64=0", true)]
    [TestCase("?b64=", false)]
    [TestCase("?b64", false)]
    [TestCase("?b64=1&b64=", false)]
    [TestCase("", false)]
    public void Any_text_in_b64_asks_for_base64(string query, bool expected)
    {
        Assert.That(Parse(query).Base64, Is.EqualTo(expected));
    }

    [TestCase("?j=0", "0")]
    [TestCase("?j=", "")]
    [TestCase("?j", "")]
    [TestCase("?J=0", null)]
    [TestCase("", null)]
    public void The_presence_of_j_is_kept_even_when_it_is_empty(string query, string? expected)
    {
        Assert.That(Parse(query).J, Is.EqualTo(expected));
    }

    // Recorded from URLSearchParams of Node.
    [TestCase("?sid=%zz", "%zz")]
    [TestCase("?sid=%F", "%F")]
    [TestCase("?sid=%", "%")]
    [TestCase("?sid=%4", "%4")]
    [TestCase("?sid=%+1", "% 1")]
    [TestCase("?sid=%FF%FE", "\uFFFD\uFFFD")]
    [TestCase("?sid=%C3%28", "\uFFFD(")]
    [TestCase("?sid=%F0%9F%98", "\uFFFD")]
    [TestCase("?sid=%E6%97%A5+x%2B", "日 x+")]
    [TestCase("?sid=%EF%BB%BFz", "\uFEFFz")]
    [TestCase("?sid=b=c", "b=c")]
    [TestCase("?sid=1#b=2", "1")]
    [TestCase("?sid=%00", "\0")]
    [TestCase("?sid=日", "日")]
    public void Values_are_decoded_as_URLSearchParams_does(string query, string expected)
    {
        Assert.That(Parse(query).Sid, Is.EqualTo(expected));
    }

    [Test]
    public void All_parameters_form_a_flat_map_in_which_the_last_of_a_name_wins()
    {
        var all = EngineIOQuery.ReadAll(new QueryString("?EIO=4&a=1&&a=2&=v&x&y=&__proto__=1&__proto__=2&%41=A&tag=b+c"));

        Assert.That(all, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["EIO"] = "4",
            ["a"] = "2",
            [""] = "v",
            ["x"] = "",
            ["y"] = "",
            ["__proto__"] = "2",
            ["A"] = "A",
            ["tag"] = "b c",
        }));
    }

    [TestCase("")]
    [TestCase("?")]
    [TestCase("?#a=1")]
    public void A_query_without_parameters_is_an_empty_map(string query)
    {
        Assert.That(EngineIOQuery.ReadAll(new QueryString(query)), Is.Empty);
        Assert.That(EngineIOQuery.ReadAll(default), Is.Empty);
    }

    [Test]
    public void Whatever_is_escaped_comes_back_and_garbage_never_throws()
    {
        var random = new Random(20_26);
        for (var round = 0; round < 2_000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(1, 0xD800))]);
            var all = EngineIOQuery.ReadAll(new QueryString("?k=" + Uri.EscapeDataString(text)));
            Assert.That(all["k"], Is.EqualTo(text));

            var garbage = new string([.. Enumerable.Range(0, random.Next(24)).Select(_ => "%=&+4aF#?\uD83Dé"[random.Next(11)])]);
            Assert.That(() => Parse("?" + garbage), Throws.Nothing);
            Assert.That(() => EngineIOQuery.ReadAll(new QueryString("?" + garbage)), Throws.Nothing);
        }
    }

    private static EngineIOQuery Parse(string query) => EngineIOQuery.Parse(new QueryString(query));
}
