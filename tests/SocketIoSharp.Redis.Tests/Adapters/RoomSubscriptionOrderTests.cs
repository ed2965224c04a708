using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>What is subscribed to is what there is, in whatever order the news comes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RoomSubscriptionOrderTests
{
    private readonly HashSet<string> _existing = [];
    private readonly List<string> _calls = [];
    private readonly Queue<TaskCompletionSource> _answers = new();
    private readonly RoomSubscriptions _rooms;

    public RoomSubscriptionOrderTests() => _rooms = new RoomSubscriptions(
        _existing.Contains,
        static room => new RedisSubscription(room, RedisChannelKind.Sharded, static (_, _) => { }),
        subscription => CallAsync("+" + subscription.Channel),
        subscription => CallAsync("-" + subscription.Channel),
        NullLogger.Instance);

    [Test]
    public void A_room_that_has_come_and_gone_before_the_news_is_not_subscribed_to()
    {
        _rooms.Touch("a");
        _rooms.Touch("a");

        Assert.That(_calls, Is.Empty);
        Assert.That(_rooms.Count, Is.Zero);
    }

    [Test]
    public void News_that_come_late_or_twice_change_nothing()
    {
        _existing.Add("a");
        _rooms.Touch("a");
        _rooms.Touch("a");
        _existing.Remove("a");
        _rooms.Touch("a");
        _rooms.Touch("a");
        _existing.Add("a");
        _rooms.Touch("a");

        Assert.That(_calls, Is.EqualTo(new[] { "+a", "-a", "+a" }));
        Assert.That(_rooms.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_room_that_goes_while_redis_is_being_asked_is_left_afterwards()
    {
        var subscribing = Defer();
        _existing.Add("a");
        _rooms.Touch("a");
        Assert.That(_rooms.WhenSettledAsync(["a"]).IsCompleted, Is.False);
        _existing.Remove("a");
        _rooms.Touch("a");

        // Whether or not the answer has come: while Redis is away, rooms must not pile up.
        await _rooms.WhenSettledAsync(["a"]).Soon();

        Assert.That(_calls, Is.EqualTo(new[] { "+a", "-a" }));
        Assert.That(_rooms.Count, Is.Zero);
        subscribing.SetResult();
        Assert.That(_calls, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_room_that_comes_back_while_it_is_being_left_is_subscribed_to_again()
    {
        _existing.Add("a");
        _rooms.Touch("a");
        var leaving = Defer();
        _existing.Remove("a");
        _rooms.Touch("a");
        _existing.Add("a");
        _rooms.Touch("a");
        var settled = _rooms.WhenSettledAsync(["a", "unknown"]);

        leaving.SetResult();
        await settled.Soon();

        Assert.That(_calls, Is.EqualTo(new[] { "+a", "-a", "+a" }));
        Assert.That(_rooms.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_room_does_not_wait_for_another_one()
    {
        var first = Defer();
        _existing.UnionWith(["a", "b"]);
        _rooms.Touch("a");
        _rooms.Touch("b");

        await _rooms.WhenSettledAsync(["b"]).Soon();

        Assert.That(_rooms.WhenSettledAsync(["a", "b"]).IsCompleted, Is.False);
        first.SetResult();
        await _rooms.WhenSettledAsync(["a", "b"]).Soon();
    }

    [Test]
    public async Task Whoever_waits_goes_on_when_subscribing_fails_and_the_room_can_still_be_left()
    {
        var subscribing = Defer();
        _existing.Add("a");
        _rooms.Touch("a");
        var settled = _rooms.WhenSettledAsync(["a"]);
        subscribing.SetException(new RedisCommandException("NOPERM"));
        await settled.Soon();

        _existing.Remove("a");
        _rooms.Touch("a");

        Assert.That(_calls, Is.EqualTo(new[] { "+a", "-a" }));
        Assert.That(_rooms.Count, Is.Zero);
    }

    private TaskCompletionSource Defer()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers.Enqueue(answer);
        return answer;
    }

    private Task CallAsync(string call)
    {
        _calls.Add(call);
        return _answers.TryDequeue(out var answer) ? answer.Task : Task.CompletedTask;
    }
}
