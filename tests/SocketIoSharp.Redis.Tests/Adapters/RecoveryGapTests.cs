using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>What is said beside the recovery log of the classic adapter: no session is resumed across it, for nobody knows what its client has missed.</summary>
[TestFixture(BusKind.InMemory)]
[TestFixture(BusKind.StackExchange)]
public sealed class RecoveryGapTests(BusKind bus) : TwoServersFixture
{
    private RedisLink _link = null!;

    private string Log => RedisChannels.ClassicLog(Cluster.Prefix, "/");

    [SetUp]
    public async Task StartAsync()
    {
        await StartAsync(new TestCluster(AdapterKind.ClassicWithLog, bus));
        _link = await Cluster.OpenAsync();
    }

    [TearDown]
    public async Task CloseAsync() => await _link.DisposeAsync();

    [Test]
    public async Task Events_of_an_emitter_that_keeps_the_log_are_missed_no_more_than_others()
    {
        await using var emitter = await AdapterKind.ClassicWithLog.CreateEmitterAsync(Cluster);
        var (client, offset) = await LoseAsync();
        await emitter.EmitAsync("missed", 1);
        await emitter.To("nobody").EmitAsync("not for it");

        await using var again = await client.ResumeAsync(Second, offset);

        var packets = new[] { await again.ReceiveAsync(), await again.ReceiveAsync() };
        Assert.That(packets.Select(RecoveringClient.WithoutOffset), Has.One.EqualTo("""2["missed",1]"""));
        Assert.That(packets, Has.One.Contains(client.PrivateId));
    }

    [Test]
    public async Task An_event_of_an_emitter_that_does_not_keep_it_is_a_gap()
    {
        await using var emitter = await AdapterKind.ClassicWithLog.CreateEmitterAsync(Cluster, withLog: false);
        var (client, offset) = await LoseAsync();

        await emitter.EmitAsync("lost");
        await WhenGapIsMarkedAsync();

        Assert.That(await ResumeAsync(client, offset), Is.False);
    }

    [Test]
    public async Task An_event_of_a_server_of_node_is_a_gap()
    {
        var (client, offset) = await LoseAsync();

        // ["H2bH9P",{type:2,data:["hello"],nsp:"/"},{rooms:["r1"],except:[],flags:{}}]
        await _link.Bus.PublishAsync(
            RedisChannels.Room(Cluster.Prefix, "/", "r1"),
            Convert.FromHexString("93a648326248395083a47479706502a46461746191a568656c6c6fa36e7370a12f83a5726f6f6d7391a27231a665786365707490a5666c61677380"),
            isSharded: false).Soon();
        await WhenGapIsMarkedAsync();

        Assert.That(await ResumeAsync(client, offset), Is.False);
    }

    [Test]
    public async Task Behind_a_gap_sessions_are_resumed_again()
    {
        await using var emitter = await AdapterKind.ClassicWithLog.CreateEmitterAsync(Cluster, withLog: false);
        await using (var before = await RecoveringClient.ConnectAsync(First))
        {
            await emitter.EmitAsync("beside the log");
            Assert.That(await before.ReceiveAsync(), Does.StartWith("""2["beside the log"]"""));
            await WhenGapIsMarkedAsync();
        }

        var (client, offset) = await LoseAsync();

        Assert.That(await ResumeAsync(client, offset), Is.True);
    }

    [Test]
    public async Task While_a_server_is_there_that_does_not_keep_the_log_nobody_is_resumed_and_nothing_is_used_up()
    {
        var (client, offset) = await LoseAsync();
        var node = await Cluster.OpenAsync();
        await node.Bus.SubscribeAsync(new RedisSubscription(Cluster.CountedChannel, RedisChannelKind.Plain, static (_, _) => { }), CancellationToken.None).Soon();
        await Cluster.WhenCompleteAsync(3);

        Assert.That(await ResumeAsync(client, offset), Is.False);
        Assert.That(Second.Log.Of("ResumeRefused").Single().Message, Is.EqualTo("A session in / is not resumed: 3 servers are there, but 2 keep the recovery log."));

        await node.DisposeAsync();
        await Cluster.WhenCompleteAsync(2);
        Assert.That(await ResumeAsync(client, offset), Is.True);
    }

    [TestCase(int.MaxValue)]
    [TestCase(60)]
    public async Task An_event_with_a_made_up_place_keeps_back_no_others(int secondsAhead)
    {
        await using var client = await RecoveringClient.ConnectAsync(First);
        await Second.IO.EmitAsync("seen");
        var milliseconds = long.Parse(RecoveringClient.ReadOffset(await client.ReceiveAsync()).Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);

        await ForgeAsync($"{milliseconds + (secondsAhead * 1_000L)}-0");
        await Second.IO.EmitAsync("good", 1);
        await ForgeAsync($"{milliseconds + (secondsAhead * 1_000L)}-1");
        await First.IO.EmitAsync("good", 2);
        await Second.IO.EmitAsync("good", 3);

        var received = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            received.Add(RecoveringClient.WithoutOffset(await client.ReceiveAsync()));
        }

        // Nobody says in which order two servers reach Redis.
        Assert.That(received, Is.EquivalentTo(new[] { """2["good",1]""", """2["good",2]""", """2["good",3]""" }));
        Assert.That(received.IndexOf("""2["good",1]"""), Is.LessThan(received.IndexOf("""2["good",3]""")));
        await client.LoseAsync(First, Cluster);
        await Second.IO.EmitAsync("missed");
        Assert.That(First.Log.Errors, Is.Empty);
    }

    /// <summary>An event that claims to stand in the log, and does not.</summary>
    private Task ForgeAsync(string offset)
    {
        var text = System.Text.Encoding.ASCII.GetBytes(offset);
        byte[] message = [.. Convert.FromHexString("94a648326248395083a47479706502a46461746191a568656c6c6fa36e7370a12f83a5726f6f6d7390a665786365707490a5666c61677380"), (byte)(0xA0 + text.Length), .. text];
        return _link.Bus.PublishAsync(RedisChannels.Namespace(Cluster.Prefix, "/"), message, isSharded: false).Soon();
    }

    private Task WhenGapIsMarkedAsync() => TestCluster.BecomesAsync(async () =>
    {
        var newest = StreamEntry.ReadAll(await _link.Bus.ExecuteAsync("XREVRANGE", new RedisArgument[] { Log, "+", "-", "COUNT", 1 }, CancellationToken.None));
        return newest is [{ Fields: [var name, ..] }] && name.ToString() == "g";
    });
}
