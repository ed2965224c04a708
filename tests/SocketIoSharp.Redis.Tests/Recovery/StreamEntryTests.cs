using NUnit.Framework;

namespace SocketIoSharp.Redis.Tests.Recovery;

/// <summary>Places in streams, and the entries at them.</summary>
public sealed class StreamEntryTests
{
    [TestCase("0-0", 0UL, 0UL)]
    [TestCase("1795216647889-0", 1_795_216_647_889UL, 0UL)]
    [TestCase("1-18446744073709551615", 1UL, ulong.MaxValue)]
    [TestCase("18446744073709551615-18446744073709551615", ulong.MaxValue, ulong.MaxValue)]
    public void A_place_is_two_numbers(string text, ulong milliseconds, ulong sequence)
    {
        Assert.That(StreamId.TryParse(text, out var id), Is.True);
        Assert.That(id, Is.EqualTo(new StreamId(milliseconds, sequence)));
        Assert.That(id.ToString(), Is.EqualTo(text));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("-")]
    [TestCase("+")]
    [TestCase("$")]
    [TestCase("1")]
    [TestCase("1-")]
    [TestCase("-1")]
    [TestCase("-1-0")]
    [TestCase("1--1")]
    [TestCase("1-0-0")]
    [TestCase("1-+1")]
    [TestCase(" 1-0")]
    [TestCase("1-0 ")]
    [TestCase("1-0\n")]
    [TestCase("1-0\0")]
    [TestCase("1.0-0")]
    [TestCase("0x1-0")]
    [TestCase("(1-0")]
    [TestCase("١-٠")]
    [TestCase("18446744073709551616-0")]
    [TestCase("0-18446744073709551616")]
    [TestCase("000000000000000000000000000000000000000001-0")]
    public void Anything_else_is_none(string? text)
    {
        Assert.That(StreamId.TryParse(text, out var id), Is.False);
        Assert.That(id, Is.EqualTo(StreamId.Start));
    }

    [Test]
    public void A_text_without_end_is_none() => Assert.That(StreamId.TryParse(new string('1', 1_000_000) + "-0", out _), Is.False);

    [Test]
    public void Places_have_the_order_of_the_stream()
    {
        StreamId[] places = [new(0, 0), new(0, 1), new(1, 0), new(9, 0), new(10, 0), new(10, 9), new(10, 10), new(ulong.MaxValue, 0)];

        for (var i = 1; i < places.Length; i++)
        {
            Assert.That(places[i - 1] < places[i] && places[i] > places[i - 1] && places[i - 1] <= places[i] && places[i] >= places[i], Is.True);
            Assert.That(places[i] < places[i - 1] || places[i] <= places[i - 1], Is.False);
        }
    }

    [Test]
    public void Entries_are_read_and_what_is_none_is_left_out()
    {
        var reply = List(
            List(Text("1-0"), List(Text("uid"), Text("x"), Text("nsp"), Text("/"))),
            List(Text("2-0"), RedisReply.Null),
            List(Text("nonsense"), List()),
            List(Text("3-0")),
            List(),
            Text("4-0"),
            RedisReply.Of(5),
            RedisReply.Null,
            List(RedisReply.Null, RedisReply.Null));

        var entries = StreamEntry.ReadAll(reply);

        Assert.That(entries.Select(static entry => entry.Id.ToString()), Is.EqualTo(new[] { "1-0", "2-0" }));
        Assert.That(entries[0].IsFrom("x"), Is.True);
        Assert.That(entries[0].IsFrom("y"), Is.False);
        Assert.That(entries[1].Fields, Is.Empty, "it was deleted");
        Assert.That(entries[1].IsFrom("x"), Is.False);
    }

    [Test]
    public void The_entries_of_one_stream_are_read_from_both_forms_of_the_reply()
    {
        var entries = List(List(Text("1-0"), List(Text("a"), Text("b"))));

        Assert.That(StreamEntry.ReadOnly(List(List(Text("stream"), entries))), Has.Count.EqualTo(1));
        Assert.That(StreamEntry.ReadOnly(List(Text("stream"), entries)), Has.Count.EqualTo(1));
        foreach (var other in new[] { RedisReply.Null, List(), List(List()), Text("x"), RedisReply.Of(1), List(Text("stream"), Text("x")) })
        {
            Assert.That(StreamEntry.ReadOnly(other), Is.Empty);
        }
    }

    [Test]
    public void Names_in_an_entry_are_bounded()
    {
        var large = RedisReply.Of(new byte[1024 * 1024]);

        Assert.That(StreamWire.ReadNamespace([Text("nsp"), large]), Is.Null);
        Assert.That(StreamWire.TryDecodeEntry([Text("uid"), large, Text("nsp"), Text("/"), Text("type"), Text("2")], 1_000, out _), Is.False);
        Assert.That(StreamWire.TryDecodeEntry([Text("uid"), Text("x"), Text("nsp"), Text("/"), Text("type"), Text("2")], 1_000, out _), Is.True);
    }

    private static RedisReply List(params RedisReply[] items) => RedisReply.Of(items);

    private static RedisReply Text(string text) => RedisReply.Of(System.Text.Encoding.UTF8.GetBytes(text));
}
