using System.Text;
using NUnit.Framework;

namespace SocketIoSharp.Redis.Tests.Recovery;

/// <summary>Events of a server on their way through the log.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OwnEventOrderTests
{
    private readonly List<string> _delivered = [];
    private readonly OwnEvents _events;

    public OwnEventOrderTests() => _events = new OwnEvents((message, offset) => _delivered.Add($"{message.RequestId} {offset ?? "none"}"));

    [Test]
    public void Events_are_taken_as_they_come_back()
    {
        var first = Add("a");
        var second = Add("b");

        Assert.That(_events.TryTake("a"u8, out var own), Is.True);
        Assert.That(own, Is.SameAs(first));
        Assert.That(_events.TryTake("b"u8, out own), Is.True);
        Assert.That(own, Is.SameAs(second));
        Assert.That(_events.TryTake("b"u8, out _), Is.False, "it is taken once");
        Assert.That(_events.Count, Is.Zero);
        Assert.That(_delivered, Is.Empty, "whoever takes it delivers it");
    }

    [Test]
    public void Equal_events_are_taken_in_their_order()
    {
        var first = Add("a");
        var second = Add("a");

        _events.TryTake("a"u8, out var own);
        Assert.That(own, Is.SameAs(first));
        _events.TryTake("a"u8, out own);
        Assert.That(own, Is.SameAs(second));
    }

    [Test]
    public void An_event_of_somebody_else_takes_nothing()
    {
        Add("a");

        Assert.That(_events.TryTake("forged"u8, out _), Is.False);
        Assert.That(_events.TryTake([], out _), Is.False);
        Assert.That(_events.Count, Is.EqualTo(1));
    }

    [Test]
    public void One_that_fails_is_delivered_behind_those_before_it_and_ahead_of_those_behind_it()
    {
        Add("a");
        var failed = Add("b");
        Add("c");

        _events.Fail(failed);

        Assert.That(_delivered, Is.EqualTo(new[] { "a none", "b none" }));
        Assert.That(_events.TryTake("a"u8, out var own) && own.IsDelivered, Is.True, "it came back after all, and is not delivered again");
        Assert.That(_events.TryTake("c"u8, out own) && !own.IsDelivered, Is.True);
        Assert.That(_events.Count, Is.Zero, "what was published before it does not come any more");
    }

    [Test]
    public void When_redis_goes_away_everything_is_delivered_once()
    {
        Add("a");
        var second = Add("b");

        _events.FailAll();
        _events.FailAll();
        _events.Fail(second);

        Assert.That(_delivered, Is.EqualTo(new[] { "a none", "b none" }));
    }

    [Test]
    public void Of_events_that_may_never_come_back_a_bounded_number_is_remembered()
    {
        for (var i = 0; i < 5_000; i++)
        {
            Add(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            _events.FailAll();
        }

        Assert.That(_events.Count, Is.EqualTo(1_024));
        Assert.That(_delivered, Has.Count.EqualTo(5_000));
        Assert.That(_events.TryTake("0"u8, out _), Is.False);
        Assert.That(_events.TryTake("4999"u8, out var own) && own.IsDelivered, Is.True);
        Assert.That(_events.Count, Is.Zero);
    }

    private OwnEvent Add(string name) => _events.Add(
        new BroadcastMessage { Uid = "me", Namespace = "/", Packet = new EncodedPacket("/", "[\"x\"]"u8.ToArray(), []), Options = BroadcastOptions.Everybody, RequestId = name },
        Encoding.UTF8.GetBytes(name));
}
