using System.Globalization;

namespace SocketIoSharp.Redis.Tests;

/// <summary>What those ways to Redis promise on which the messages of all channels keep their order.</summary>
public abstract class OrderedBusContract : BusContract
{
    [Test]
    public async Task Messages_of_several_channels_arrive_in_the_order_of_the_calls()
    {
        var publisher = await CreateReadyBusAsync();
        var subscriber = await CreateReadyBusAsync();
        var received = new Inbox<string>();
        var (plain, pattern, sharded) = (Name("plain"), Name("pattern:"), Name("sharded"));
        foreach (var (channel, kind) in new[] { (plain, RedisChannelKind.Plain), (pattern + "*", RedisChannelKind.Pattern), (sharded, RedisChannelKind.Sharded) })
        {
            var subscription = new RedisSubscription(channel, kind, (_, message) => received.Add(System.Text.Encoding.UTF8.GetString(message.Span)));
            await subscriber.SubscribeAsync(subscription, CancellationToken.None).Soon();
        }

        var sent = new List<string>();
        var publishing = new List<Task>();
        for (var number = 0; number < 300; number++)
        {
            sent.Add(number.ToString(CultureInfo.InvariantCulture));
            publishing.Add((number % 3) switch
            {
                0 => PublishAsync(publisher, plain, sent[^1]),
                1 => PublishAsync(publisher, pattern + "one", sent[^1]),
                _ => PublishAsync(publisher, sharded, sent[^1], RedisChannelKind.Sharded),
            });
        }

        await Task.WhenAll(publishing);
        foreach (var expected in sent)
        {
            Assert.That(await received.NextAsync(), Is.EqualTo(expected));
        }
    }
}
