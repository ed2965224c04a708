using System.Globalization;

namespace SocketIoSharp.Redis.Tests;

/// <summary>Publishing and subscribing.</summary>
public abstract partial class BusContract
{
    [TestCase(ChannelKind.Plain)]
    [TestCase(ChannelKind.Pattern)]
    [TestCase(ChannelKind.Sharded)]
    public async Task A_message_reaches_all_subscribers_with_its_channel_and_its_bytes(ChannelKind wanted)
    {
        var kind = RequireChannels(wanted);
        var publisher = await CreateReadyBusAsync();
        var other = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (_, own) = await SubscribeAsync(publisher, ToSubscribe(channel, kind), kind);
        var (_, others) = await SubscribeAsync(other, ToSubscribe(channel, kind), kind);
        byte[] everyByte = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];

        await publisher.PublishAsync(channel, everyByte, kind == RedisChannelKind.Sharded).Soon();

        foreach (var inbox in new[] { own, others })
        {
            var message = await inbox.NextAsync();
            Assert.That(message.Channel, Is.EqualTo(channel));
            Assert.That(message.Bytes, Is.EqualTo(everyByte));
        }
    }

    [TestCase(ChannelKind.Plain)]
    [TestCase(ChannelKind.Pattern)]
    [TestCase(ChannelKind.Sharded)]
    public async Task A_thousand_messages_arrive_in_the_order_of_the_calls(ChannelKind wanted)
    {
        var kind = RequireChannels(wanted);
        var publisher = await CreateReadyBusAsync();
        var subscriber = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (_, messages) = await SubscribeAsync(subscriber, ToSubscribe(channel, kind), kind);
        var numbers = Enumerable.Range(0, 1000).Select(static number => number.ToString(CultureInfo.InvariantCulture)).ToArray();

        await Task.WhenAll(numbers.Select(number => PublishAsync(publisher, channel, number, kind)));

        var received = new List<string>();
        while (received.Count < numbers.Length)
        {
            received.Add((await messages.NextAsync()).Text);
        }

        Assert.That(received, Is.EqualTo(numbers));
    }

    [Test]
    public async Task The_memory_of_a_message_may_be_used_again_once_it_is_published()
    {
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (_, messages) = await SubscribeAsync(bus, channel);
        var memory = new byte[] { 1, 2, 3 };

        await bus.PublishAsync(channel, memory, isSharded: false).Soon();
        memory.AsSpan().Clear();

        Assert.That((await messages.NextAsync()).Bytes, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [TestCase(0)]
    [TestCase(1_000_000)]
    public async Task Empty_and_large_messages_arrive(int length)
    {
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (_, messages) = await SubscribeAsync(bus, channel);
        var sent = new byte[length];
        new Random(1).NextBytes(sent);

        await bus.PublishAsync(channel, sent, isSharded: false).Soon();

        Assert.That((await messages.NextAsync()).Bytes, Is.EqualTo(sent));
    }

    [Test]
    public async Task A_message_without_subscribers_is_published_all_the_same()
    {
        var bus = await CreateReadyBusAsync();

        Assert.That(async () => await PublishAsync(bus, Name("nobody"), "hello"), Throws.Nothing);
    }

    [Test]
    public async Task Sharded_channels_and_others_do_not_meet()
    {
        RequireChannels(ChannelKind.Sharded);
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (_, plain) = await SubscribeAsync(bus, channel);
        var (_, pattern) = await SubscribeAsync(bus, channel + "*", RedisChannelKind.Pattern);
        var (_, sharded) = await SubscribeAsync(bus, channel, RedisChannelKind.Sharded);

        await PublishAsync(bus, channel, "sharded", RedisChannelKind.Sharded);
        await PublishAsync(bus, channel, "plain");

        Assert.That((await plain.NextAsync()).Text, Is.EqualTo("plain"));
        Assert.That((await pattern.NextAsync()).Text, Is.EqualTo("plain"));
        Assert.That((await sharded.NextAsync()).Text, Is.EqualTo("sharded"));
    }

    [TestCase("/a*b", "/aXb")]
    [TestCase("/a?b", "/aXb")]
    [TestCase("/a[xyz]b", "/axb")]
    [TestCase("/a[^x]b", "/ayb")]
    [TestCase("/a\\b", "/ab")]
    [TestCase("/a\\*b", "/a\\Xb")]
    [TestCase("/a]^-b", "/a]^b")]
    [TestCase("/*", "/admin")]
    [TestCase("/ünïcode-*", "/ünïcode-1")]
    [TestCase("/a\r\n*", "/a\r\nb")]
    public async Task The_name_of_a_namespace_means_itself_in_a_pattern(string name, string other)
    {
        var bus = await CreateReadyBusAsync();
        var prefix = Name("socket.io");
        var (_, messages) = await SubscribeAsync(bus, RedisChannels.ClassicPattern(prefix, name), RedisChannelKind.Pattern);

        await PublishAsync(bus, RedisChannels.Namespace(prefix, other), "to the other");
        await PublishAsync(bus, RedisChannels.Namespace(prefix, name), "to all");
        await PublishAsync(bus, RedisChannels.Room(prefix, name, "room*"), "to a room");

        var first = await messages.NextAsync();
        var second = await messages.NextAsync();
        Assert.That((first.Channel, first.Text), Is.EqualTo((RedisChannels.Namespace(prefix, name), "to all")));
        Assert.That((second.Channel, second.Text), Is.EqualTo((RedisChannels.Room(prefix, name, "room*"), "to a room")));
    }

    [TestCase(ChannelKind.Plain)]
    [TestCase(ChannelKind.Sharded)]
    public async Task Connections_are_counted_and_not_subscriptions(ChannelKind wanted)
    {
        var kind = RequireChannels(wanted);
        var first = await CreateReadyBusAsync();
        var second = await CreateReadyBusAsync();
        var channel = Name("channel");
        Assert.That(await CountAsync(first, channel, kind), Is.Zero);

        var (one, _) = await SubscribeAsync(first, channel, kind);
        var (another, _) = await SubscribeAsync(first, channel, kind);
        await SubscribeAsync(first, channel + "*", RedisChannelKind.Pattern);
        Assert.That(await CountAsync(first, channel, kind), Is.EqualTo(1));

        await SubscribeAsync(second, channel, kind);
        Assert.That(await CountAsync(first, channel, kind), Is.EqualTo(2));
        Assert.That(await CountAsync(second, channel, kind), Is.EqualTo(2));

        await first.UnsubscribeAsync(one).Soon();
        Assert.That(await CountAsync(second, channel, kind), Is.EqualTo(2));
        await first.UnsubscribeAsync(another).Soon();
        Assert.That(await CountAsync(second, channel, kind), Is.EqualTo(1));
    }

    [Test]
    public async Task A_closed_bus_is_not_counted()
    {
        var closed = await CreateReadyBusAsync();
        var open = await CreateReadyBusAsync();
        var channel = Name("channel");
        await SubscribeAsync(closed, channel);
        await SubscribeAsync(open, channel);

        await closed.DisposeAsync().Soon();

        await CountBecomesAsync(open, channel, 1);
        Assert.That(closed.State.IsUp, Is.False);
    }

    [TestCase(ChannelKind.Plain)]
    [TestCase(ChannelKind.Pattern)]
    [TestCase(ChannelKind.Sharded)]
    public async Task A_subscription_that_has_ended_gets_nothing_and_its_neighbours_do(ChannelKind wanted)
    {
        var kind = RequireChannels(wanted);
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (ended, endedMessages) = await SubscribeAsync(bus, ToSubscribe(channel, kind), kind);
        var (_, neighbourMessages) = await SubscribeAsync(bus, ToSubscribe(channel, kind), kind);
        await PublishAsync(bus, channel, "before", kind);
        await endedMessages.NextAsync();

        await bus.UnsubscribeAsync(ended).Soon();
        await PublishAsync(bus, channel, "after", kind);
        await PublishAsync(bus, channel, "last", kind);

        Assert.That((await neighbourMessages.NextAsync()).Text, Is.EqualTo("before"));
        Assert.That((await neighbourMessages.NextAsync()).Text, Is.EqualTo("after"));
        Assert.That((await neighbourMessages.NextAsync()).Text, Is.EqualTo("last"));
        Assert.That(endedMessages.Count, Is.Zero);
    }

    [TestCase(ChannelKind.Plain)]
    [TestCase(ChannelKind.Pattern)]
    [TestCase(ChannelKind.Sharded)]
    public async Task A_channel_may_be_subscribed_to_again_and_again(ChannelKind wanted)
    {
        var kind = RequireChannels(wanted);
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        for (var round = 0; round < 20; round++)
        {
            var (subscription, messages) = await SubscribeAsync(bus, ToSubscribe(channel, kind), kind);
            var text = round.ToString(CultureInfo.InvariantCulture);
            await PublishAsync(bus, channel, text, kind);
            Assert.That((await messages.NextAsync()).Text, Is.EqualTo(text));
            await bus.UnsubscribeAsync(subscription).Soon();
        }
    }

    [Test]
    public async Task A_handler_that_throws_does_not_keep_the_next_message_from_it()
    {
        ExpectErrors(1);
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var seen = new Inbox<int>();
        var subscription = new RedisSubscription(channel, RedisChannelKind.Plain, (_, message) =>
        {
            seen.Add(message.Length);
            if (message.Length == 1)
            {
                throw new InvalidOperationException("This message is one too many.");
            }
        });
        await bus.SubscribeAsync(subscription, CancellationToken.None).Soon();

        await PublishAsync(bus, channel, "1");
        await PublishAsync(bus, channel, "22");

        Assert.That(await seen.NextAsync(), Is.EqualTo(1));
        Assert.That(await seen.NextAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_handler_may_publish()
    {
        var bus = await CreateReadyBusAsync();
        var (question, answer) = (Name("question"), Name("answer"));
        var (_, answers) = await SubscribeAsync(bus, answer);
        var published = new Inbox<Task>();
        var subscription = new RedisSubscription(
            question,
            RedisChannelKind.Plain,
            (_, message) => published.Add(bus.PublishAsync(answer, message, isSharded: false)));
        await bus.SubscribeAsync(subscription, CancellationToken.None).Soon();

        await PublishAsync(bus, question, "how are you?");

        Assert.That((await answers.NextAsync()).Text, Is.EqualTo("how are you?"));
        await (await published.NextAsync()).Soon();
    }
}
