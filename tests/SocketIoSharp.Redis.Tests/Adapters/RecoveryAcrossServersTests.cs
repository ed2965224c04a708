using System.Text.Json;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>A client loses its connection to one server and comes back at another one.</summary>
[TestFixture(AdapterKind.ClassicWithLog, BusKind.InMemory)]
[TestFixture(AdapterKind.ClassicWithLog, BusKind.Resp)]
[TestFixture(AdapterKind.ClassicWithLog, BusKind.StackExchange)]
[TestFixture(AdapterKind.StreamsWithRecovery, BusKind.InMemory)]
[TestFixture(AdapterKind.StreamsWithRecovery, BusKind.Resp)]
[TestFixture(AdapterKind.StreamsWithRecovery, BusKind.StackExchange)]
public sealed class RecoveryAcrossServersTests(AdapterKind adapter, BusKind bus) : TwoServersFixture
{
    [SetUp]
    public Task StartAsync() => StartAsync(new TestCluster(adapter, bus));

    [Test]
    public async Task It_gets_what_it_missed_with_its_id_its_rooms_and_its_data()
    {
        var client = await RecoveringClient.ConnectAsync(First);
        var socket = First.IO.Sockets[client.Id];
        await socket.JoinAsync("r");
        socket.Data["name"] = "bob";
        await First.IO.EmitAsync("seen", 1);
        var offset = RecoveringClient.ReadOffset(await client.ReceiveAsync());
        await client.LoseAsync(First, Cluster);
        await First.IO.EmitAsync("a", 1);
        await Second.IO.To("r").EmitAsync("b", 2);
        await Second.IO.To("other").EmitAsync("not for it");
        await Second.IO.Except("r").EmitAsync("not for it");
        await First.IO.To(client.Id).EmitAsync("c", 3);

        var again = await client.ResumeAsync(Second, offset);

        var missed = new List<string>();
        (string, string) connected = default;
        for (var i = 0; i < 4; i++)
        {
            // What the server itself has not delivered yet comes behind the reply, as it does for everybody.
            var packet = await again.ReceiveAsync();
            if (packet.StartsWith("0{", StringComparison.Ordinal))
            {
                connected = RecoveringClient.ReadConnect(packet);
            }
            else
            {
                missed.Add(RecoveringClient.WithoutOffset(packet));
            }
        }

        // Nobody says in which order two servers reach Redis.
        Assert.That(missed, Is.EquivalentTo(new[] { """2["a",1]""", """2["b",2]""", """2["c",3]""" }));
        Assert.That(missed.IndexOf("""2["a",1]"""), Is.LessThan(missed.IndexOf("""2["c",3]""")));
        Assert.That(connected, Is.EqualTo((client.Id, client.PrivateId)));
        var recovered = Second.IO.Sockets[client.Id];
        Assert.That(recovered.Recovered, Is.True);
        Assert.That(recovered.Rooms, Is.EquivalentTo(new[] { client.Id, "r" }));
        Assert.That(recovered.Data.Get<string>("name"), Is.EqualTo("bob"));
        await First.IO.To("r").EmitAsync("live");
        Assert.That(RecoveringClient.WithoutOffset(await again.ReceiveAsync()), Is.EqualTo("""2["live"]"""));
        await again.DisposeAsync();
    }

    [Test]
    public async Task It_misses_binary_values_no_more_than_others()
    {
        var (client, offset) = await LoseAsync();
        await Second.IO.EmitAsync("b", new byte[] { 1, 2, 3 });

        var again = await client.ResumeAsync(Second, offset);

        var packets = new[] { await again.ReceiveAsync(), await again.ReceiveAsync(), await again.ReceiveAsync() };
        Assert.That(packets.Select(RecoveringClient.WithoutOffset), Has.One.EqualTo("""51-["b",{"_placeholder":true,"num":0}]"""));
        Assert.That(packets, Has.One.EqualTo("bAQID").And.One.Contains(client.PrivateId));
        await again.DisposeAsync();
    }

    [Test]
    public async Task A_session_is_resumed_once()
    {
        var (client, offset) = await LoseAsync();

        var again = await client.ResumeAsync(Second, offset);
        Assert.That((await again.ReceiveConnectAsync()).Id, Is.EqualTo(client.Id));
        var late = await client.ResumeAsync(First, offset);

        Assert.That((await late.ReceiveConnectAsync()).Id, Is.Not.EqualTo(client.Id));
        await again.DisposeAsync();
        await late.DisposeAsync();
    }

    [TestCase("nonsense")]
    [TestCase("1-0")]
    [TestCase("99999999999999-0")]
    [TestCase("18446744073709551616-0")]
    [TestCase("-1-0")]
    public async Task An_offset_that_is_none_means_a_new_session(string offset)
    {
        var (client, _) = await LoseAsync();

        var again = await client.ResumeAsync(Second, offset);

        Assert.That((await again.ReceiveConnectAsync()).Id, Is.Not.EqualTo(client.Id));
        await again.DisposeAsync();
    }

    [Test]
    public async Task Clients_of_all_servers_get_the_same_offsets_in_the_same_order()
    {
        var here = await RecoveringClient.ConnectAsync(First);
        var there = await RecoveringClient.ConnectAsync(Second);
        var sending = new List<Task>();
        for (var i = 0; i < 100; i++)
        {
            sending.Add(First.IO.EmitAsync("first", i));
            sending.Add(Second.IO.EmitAsync("second", i));
        }

        await Task.WhenAll(sending).Soon();
        var atFirst = new List<string>();
        var atSecond = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            atFirst.Add(await here.ReceiveAsync());
            atSecond.Add(await there.ReceiveAsync());
        }

        Assert.That(atSecond, Is.EqualTo(atFirst));
        Assert.That(atFirst.Distinct().Count(), Is.EqualTo(200));
        await here.DisposeAsync();
        await there.DisposeAsync();
    }

    [Test]
    public async Task While_events_are_being_sent_nothing_is_lost_and_nothing_comes_twice()
    {
        const int Count = 600;
        var client = await RecoveringClient.ConnectAsync(First);
        await First.IO.EmitAsync("n", -1);
        var offset = RecoveringClient.ReadOffset(await client.ReceiveAsync());
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
            {
                await (i % 2 == 0 ? First : Second).IO.EmitAsync("n", i);
            }
        });
        var received = new List<int>();
        var server = First;
        var isConnected = true;
        while (received.Count < Count)
        {
            // Some events arrive, then the connection is lost, and the client goes to the other server.
            for (var i = 0; (i < 100 && received.Count < Count) || !isConnected; i++)
            {
                var packet = await client.ReceiveAsync();
                if (packet.StartsWith("0{", StringComparison.Ordinal))
                {
                    Assert.That(packet, Does.Contain(client.PrivateId), "the session is resumed each time");
                    isConnected = true;
                    continue;
                }

                offset = RecoveringClient.ReadOffset(packet);
                received.Add(JsonDocument.Parse(packet[1..]).RootElement[1].GetInt32());
            }

            await client.LoseAsync(server, Cluster);
            server = ReferenceEquals(server, First) ? Second : First;
            client = await client.ResumeAsync(server, offset);
            isConnected = false;
        }

        await sending.Soon();
        Assert.That(received, Is.EquivalentTo(Enumerable.Range(0, Count)));
        Assert.That(received.Where(static n => n % 2 == 0), Is.Ordered, "what the first server sent");
        Assert.That(received.Where(static n => n % 2 == 1), Is.Ordered, "what the second server sent");
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_session_outlives_the_server_that_it_began_at()
    {
        var third = await Cluster.StartServerAsync();
        var client = await RecoveringClient.ConnectAsync(third);
        await First.IO.EmitAsync("seen");
        var offset = RecoveringClient.ReadOffset(await client.ReceiveAsync());
        await third.DisposeAsync();
        await First.IO.EmitAsync("missed");

        var again = await client.ResumeAsync(Second, offset);

        var packets = new[] { await again.ReceiveAsync(), await again.ReceiveAsync() };
        Assert.That(packets.Select(RecoveringClient.WithoutOffset), Has.One.EqualTo("""2["missed"]"""));
        Assert.That(packets, Has.One.Contains(client.PrivateId));
        await again.DisposeAsync();
    }
}
