namespace SocketIoSharp.Redis.Tests.Recovery;

/// <summary>Events of a server that are on their way through the log.</summary>
public sealed class OwnEventsTests
{
    private static readonly byte[] s_refresh = [1];
    private static readonly byte[] s_other = [2];

    private readonly List<BroadcastMessage> _delivered = [];
    private OwnEvents _events = null!;

    [SetUp]
    public void Create()
    {
        _delivered.Clear();
        _events = new OwnEvents((message, _) => _delivered.Add(message));
    }

    [Test]
    public void An_event_that_was_lost_on_its_way_does_not_stand_for_an_equal_one()
    {
        var lost = _events.Add(CreateMessage(), s_refresh);
        _events.Fail(lost);
        var second = _events.Add(CreateMessage(), s_refresh);

        Assert.That(_events.TryTake(s_refresh, out var taken));
        Assert.That(taken, Is.SameAs(second));
        Assert.That(taken.IsDelivered, Is.False, "clients here get it now");
        Assert.That(_events.Count, Is.Zero);
    }

    [Test]
    public void An_event_that_arrived_all_the_same_is_passed_over()
    {
        var doubtful = _events.Add(CreateMessage(), s_refresh);
        _events.FailAll();
        var other = _events.Add(CreateMessage(), s_other);

        Assert.That(_events.TryTake(s_refresh, out var taken));
        Assert.That(taken, Is.SameAs(doubtful));
        Assert.That(taken.IsDelivered);
        Assert.That(_events.TryTake(s_other, out taken));
        Assert.That(taken, Is.SameAs(other));
        Assert.That(_delivered, Is.EqualTo(new[] { doubtful.Message }));
    }

    [Test]
    public void Events_that_listeners_send_while_others_are_delivered_do_not_disturb_these()
    {
        var isFirst = true;
        _events = new OwnEvents((message, _) =>
        {
            _delivered.Add(message);
            if (isFirst)
            {
                isFirst = false;
                _events.Add(CreateMessage(), s_other);
            }
        });
        _events.Add(CreateMessage(), s_refresh);
        _events.Add(CreateMessage(), s_refresh);

        _events.FailAll();

        Assert.That(_delivered, Has.Count.EqualTo(3));
    }

    [Test]
    public void When_nothing_comes_back_clients_do_not_wait_for_ever()
    {
        for (var i = 0; i < 10_001; i++)
        {
            _events.Add(CreateMessage(), BitConverter.GetBytes(i));
        }

        Assert.That(_delivered, Has.Count.EqualTo(10_000));
        Assert.That(_events.Count, Is.LessThan(2_000), "and not everything is kept");
    }

    [Test]
    public void All_are_gone_when_each_was_taken_or_delivered()
    {
        var first = _events.Add(CreateMessage(), s_refresh);
        _events.Add(CreateMessage(), s_other);
        var gone = _events.WhenGoneAsync();

        _events.Fail(first);
        Assert.That(gone.IsCompleted, Is.False);
        _events.TryTake(s_other, out _);

        Assert.That(async () => await gone.Soon(), Throws.Nothing);
        Assert.That(_events.WhenGoneAsync().IsCompleted);
    }

    private static BroadcastMessage CreateMessage() => new()
    {
        Uid = "me",
        Namespace = "/",
        Packet = new EncodedPacket("/", """["refresh"]"""u8.ToArray(), []),
        Options = BroadcastOptions.Everybody,
    };
}
