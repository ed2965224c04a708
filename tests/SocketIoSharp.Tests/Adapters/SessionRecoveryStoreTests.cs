namespace SocketIoSharp.Tests.Adapters;

/// <summary>What a client that comes back receives.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SessionRecoveryStoreTests : IDisposable
{
    private readonly RecoveryBench _bench = new();
    private readonly RecoveredNamespace _main;

    public SessionRecoveryStoreTests() => _main = _bench.CreateNamespace();

    public void Dispose() => _bench.Dispose();

    [Test]
    public void An_event_is_delivered_with_an_offset_as_its_last_argument()
    {
        _main.Broadcast("""["hello",1]""");
        _main.Broadcast("""["empty"]""");

        Assert.That(_main.Delivered[0], Does.Match("^\\[\"hello\",1,\"[\\w.-]{10,14}\"\\]$"));
        Assert.That(_main.Delivered[1], Does.Match("^\\[\"empty\",\"[\\w.-]{10,14}\"\\]$"));
        Assert.That(_main.Store.CurrentOffset, Is.EqualTo(RecoveryBench.OffsetOf(_main.Delivered[1])));
    }

    [Test]
    public void A_client_receives_what_came_after_its_offset_with_the_offsets_of_then()
    {
        _main.Lose("pid");
        var seen = _main.Broadcast("""["a"]""");
        _main.Broadcast("""["b"]""");
        _main.Broadcast("""["c"]""");

        var received = _main.Resume("pid", seen);

        Assert.That(received, Is.EqualTo(_main.Delivered.Skip(1)));
    }

    [Test]
    public void A_client_that_has_seen_everything_comes_back_and_receives_nothing()
    {
        _main.Lose("pid");
        var seen = _main.Broadcast("""["a"]""");

        Assert.That(_main.Resume("pid", seen), Is.Empty);
    }

    [Test]
    public void A_client_without_an_offset_resumes_from_its_connect()
    {
        _main.Broadcast("""["before"]""");
        _main.Lose("pid");
        _main.Broadcast("""["after"]""");

        var received = _main.Resume("pid", null);

        Assert.That(received, Has.Count.EqualTo(1));
        Assert.That(received![0], Does.StartWith("""["after",""" + '"'));
    }

    [Test]
    public void A_client_that_connected_before_the_first_event_resumes_from_the_start()
    {
        _main.Lose("pid");
        _main.Broadcast("""["first"]""");

        Assert.That(_main.Resume("pid", null), Is.EqualTo(_main.Delivered));
    }

    [Test]
    public void Nobody_receives_what_was_sent_before_it_connected_whatever_offset_it_names()
    {
        var early = _main.Broadcast("""["a"]""");
        _main.Broadcast("""["secret"]""");
        _main.Lose("pid");
        _main.Broadcast("""["b"]""");

        var received = _main.Resume("pid", early);

        Assert.That(received, Is.EqualTo(_main.Delivered.TakeLast(1)));
    }

    [Test]
    public void Only_events_for_the_rooms_of_the_client_are_missed()
    {
        _main.Lose("pid", "red", "blue");
        _main.Broadcast("""["everybody"]""");
        _main.Broadcast("""["red"]""", new BroadcastOptions { Rooms = ["red"] });
        _main.Broadcast("""["green"]""", new BroadcastOptions { Rooms = ["green"] });
        _main.Broadcast("""["green or blue"]""", new BroadcastOptions { Rooms = ["green", "blue"] });
        _main.Broadcast("""["own room"]""", new BroadcastOptions { Rooms = ["id-of-pid"] });
        _main.Broadcast("""["not blue"]""", new BroadcastOptions { Except = ["blue"] });
        _main.Broadcast("""["red but not me"]""", new BroadcastOptions { Rooms = ["red"], Except = ["id-of-pid"] });
        _main.Broadcast("""["not green"]""", new BroadcastOptions { Except = ["green"] });

        var received = _main.Resume("pid", null);

        Assert.That(
            received!.Select(static json => json.Split('"')[1]),
            Is.EqualTo(new[] { "everybody", "red", "green or blue", "own room", "not green" }));
    }

    [Test]
    public void An_unknown_private_id_finds_nothing()
    {
        _main.Lose("pid");

        Assert.That(_main.Store.Find("another", null), Is.Null);
    }

    [TestCase("")]
    [TestCase("hello")]
    [TestCase("Q7xFaGI.0")]
    [TestCase("1795216647889-0")]
    public void Anything_that_is_no_offset_finds_nothing(string offset)
    {
        _main.Lose("pid");
        _main.Broadcast("""["a"]""");

        Assert.That(_main.Store.Find("pid", offset), Is.Null);
    }

    [Test]
    public void An_offset_that_has_not_been_given_yet_finds_nothing()
    {
        _main.Lose("pid");
        var seen = _main.Broadcast("""["a"]""");
        var future = seen[..^1] + "2";

        Assert.That(_main.Store.Find("pid", future), Is.Null);
        Assert.That(_main.Store.Find("pid", seen[..^1] + "01"), Is.Null);
        Assert.That(_main.Store.Find("pid", seen + "zzzzzzzzzzzz"), Is.Null);
        Assert.That(_main.Store.Find("pid", seen[..^1]), Is.Null);
    }

    [Test]
    public void The_offset_of_another_namespace_finds_nothing()
    {
        var other = _bench.CreateNamespace();
        _main.Lose("pid");
        _main.Broadcast("""["a"]""");

        Assert.That(_main.Store.Find("pid", other.Broadcast("""["a"]""")), Is.Null);
        Assert.That(other.Store.Find("pid", null), Is.Null);
    }

    [Test]
    public void The_offset_of_an_earlier_process_finds_nothing()
    {
        using var earlier = new RecoveryBench();
        var offset = earlier.CreateNamespace().Broadcast("""["a"]""");
        _main.Lose("pid");
        _main.Broadcast("""["a"]""");

        Assert.That(_main.Store.Find("pid", offset), Is.Null);
    }

    [Test]
    public void A_session_is_used_up_by_a_resume_until_it_is_lost_again()
    {
        var session = _main.Lose("pid");
        _main.Broadcast("""["a"]""");

        Assert.That(_main.Resume("pid", null), Has.Count.EqualTo(1));
        Assert.That(_main.Resume("pid", null), Is.Null);
        _main.Store.Persist(session);

        // The client may not have received it before its new connection was lost as well.
        Assert.That(_main.Resume("pid", null), Has.Count.EqualTo(1));
    }

    [Test]
    public void Of_two_clients_with_the_same_id_at_once_one_comes_back()
    {
        _main.Lose("pid");
        var first = _main.Store.Find("pid", null);
        var second = _main.Store.Find("pid", null);
        var attached = 0;

        var results = new[] { _main.Store.Resume(first!, null, _ => attached++), _main.Store.Resume(second!, null, _ => attached++) };

        Assert.That(results, Is.EqualTo(new[] { true, false }));
        Assert.That(attached, Is.EqualTo(1));
    }

    [Test]
    public void A_session_that_was_found_and_kept_anew_meanwhile_is_not_resumed()
    {
        var found = _main.Lose("pid", "old room");
        _main.Lose("pid", "new room");

        Assert.That(_main.Store.Resume(found, null, static _ => { }), Is.False);
        Assert.That(_main.Store.Find("pid", null)!.Rooms, Is.EqualTo(new[] { "new room" }));
    }

    [Test]
    public void A_volatile_event_that_ends_with_a_text_carries_the_offset_of_the_newest_event()
    {
        var options = new BroadcastOptions { IsVolatile = true };

        var start = _main.Broadcast("""["tick","text"]""", options);
        var newest = _main.Broadcast("""["kept"]""");
        var after = _main.Broadcast("""["tick","text"]""", options);

        Assert.That(start, Is.Not.EqualTo(newest).And.Not.EqualTo("text"));
        Assert.That(after, Is.EqualTo(newest));
    }

    [Test]
    public void The_offset_of_a_volatile_event_before_the_first_kept_one_is_a_position()
    {
        _main.Lose("pid");
        var offset = _main.Broadcast("""["tick","text"]""", new BroadcastOptions { IsVolatile = true });
        _main.Broadcast("""["kept"]""");

        Assert.That(_main.Resume("pid", offset), Is.EqualTo(_main.Delivered.TakeLast(1)));
    }

    [Test]
    public void A_volatile_event_is_not_missed()
    {
        _main.Lose("pid");

        _main.Broadcast("""["tick","text"]""", new BroadcastOptions { IsVolatile = true });

        Assert.That(_main.Resume("pid", null), Is.Empty);
    }

    [TestCase("""["a","text"]""", true)]
    [TestCase("""["a",""]""", true)]
    [TestCase("""["a","\""]""", true)]
    [TestCase("""["a","text" ] """, true)]
    [TestCase("""["a"]""", true, Description = "The client sees the name as the last of all.")]
    [TestCase("""["a",1]""", false)]
    [TestCase("""["a",null]""", false)]
    [TestCase("""["a",["b"]]""", false)]
    [TestCase("""["a",{"b":"c"}]""", false)]
    [TestCase("", false)]
    [TestCase("]", false)]
    public void What_a_client_takes_for_an_offset_is_a_text_at_the_end(string json, bool expected)
        => Assert.That(SessionRecoveryStore.EndsWithText(RecoveryBench.Packet(json)), Is.EqualTo(expected));

    [Test]
    public void What_a_listener_sends_during_a_delivery_comes_after_it_for_everybody()
    {
        _main.WhenDelivered = packet =>
        {
            if (RecoveryBench.Text(packet).StartsWith("""["outer",""", StringComparison.Ordinal))
            {
                _main.Store.Broadcast(RecoveryBench.Packet("""["inner"]"""), BroadcastOptions.Everybody);
                Assert.That(_main.Delivered, Has.Count.EqualTo(1));
            }
        };

        _main.Store.Broadcast(RecoveryBench.Packet("""["outer"]"""), BroadcastOptions.Everybody);

        Assert.That(_main.Delivered.Select(static json => json.Split('"')[1]), Is.EqualTo(new[] { "outer", "inner" }));
        Assert.That(_main.Store.CurrentOffset, Is.EqualTo(RecoveryBench.OffsetOf(_main.Delivered[1])));
    }

    [Test]
    public void What_is_sent_while_a_client_is_attached_comes_after_what_it_missed()
    {
        var session = _main.Lose("pid");
        var order = new List<string>();
        _main.WhenDelivered = packet => order.Add(RecoveryBench.Text(packet).Split('"')[1]);
        _main.Broadcast("""["missed"]""");

        var isResumed = _main.Store.Resume(session, null, missed =>
        {
            _main.Store.Broadcast(RecoveryBench.Packet("""["joined"]"""), BroadcastOptions.Everybody);
            order.AddRange(missed.Select(static packet => "replayed " + RecoveryBench.Text(packet).Split('"')[1]));
        });

        Assert.That(isResumed, Is.True);
        Assert.That(order, Is.EqualTo(new[] { "missed", "replayed missed", "joined" }));
    }

    [Test]
    public void An_event_that_cannot_be_encoded_is_not_kept_and_holds_up_nothing()
    {
        _main.Lose("pid");
        _main.WhenEncoded = static _ => throw new NotSupportedException();
        Assert.That(() => _main.Broadcast("""["bad"]"""), Throws.TypeOf<NotSupportedException>());
        _main.WhenEncoded = null;

        _main.Broadcast("""["good"]""");

        Assert.That(_main.Resume("pid", null), Is.EqualTo(_main.Delivered));
        Assert.That(_main.Delivered, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_failing_attachment_leaves_the_namespace_working()
    {
        var session = _main.Lose("pid");

        Assert.That(() => _main.Store.Resume(session, null, static _ => throw new NotSupportedException()), Throws.TypeOf<NotSupportedException>());

        _main.Broadcast("""["a"]""");
        Assert.That(_main.Delivered, Has.Count.EqualTo(1));
    }
}
