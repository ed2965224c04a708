using Microsoft.Extensions.Logging.Abstractions;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Rooms that come and go faster than Redis answers.</summary>
public sealed class RoomSubscriptionsTests
{
    [Test]
    public async Task Rooms_that_come_and_go_while_redis_is_away_do_not_pile_up()
    {
        var exists = true;
        var ended = new Inbox<string>();
        var rooms = new RoomSubscriptions(
            _ => Volatile.Read(ref exists),
            static room => new RedisSubscription(room, RedisChannelKind.Sharded, static (_, _) => { }),
            static _ => new TaskCompletionSource().Task,
            subscription =>
            {
                ended.Add(subscription.Channel);
                return Task.CompletedTask;
            },
            NullLogger.Instance);
        rooms.Touch("r");
        Assert.That(rooms.Count, Is.EqualTo(1));

        Volatile.Write(ref exists, false);
        rooms.Touch("r");

        Assert.That(await ended.NextAsync(), Is.EqualTo("r"));
        await Eventually.True(() => rooms.Count == 0);
    }

    [Test]
    public async Task A_room_is_settled_when_it_is_subscribed_to_however_often_it_was_looked_at()
    {
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new Inbox<string>();
        var rooms = new RoomSubscriptions(
            static _ => true,
            static room => new RedisSubscription(room, RedisChannelKind.Sharded, static (_, _) => { }),
            subscription =>
            {
                asked.Add(subscription.Channel);
                return confirmed.Task;
            },
            static _ => Task.CompletedTask,
            NullLogger.Instance);
        rooms.Touch("r");
        rooms.Touch("r");
        var settled = rooms.WhenSettledAsync(["r"]);
        Assert.That(await asked.NextAsync(), Is.EqualTo("r"));
        Assert.That(settled.IsCompleted, Is.False);

        confirmed.SetResult();

        await settled.Soon();
        Assert.That(asked.Count, Is.Zero, "it is asked for once");
    }
}
