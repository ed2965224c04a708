using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>What the base of cluster adapters drops: messages that are wrong, for others, or too many.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClusterAdapterMessageTests : ClusterAdapterFixture
{
    private static readonly string[] s_noEvents =
    [
        "", "[", "[]", "{}", "null", "\"x\"", "[null]", "[{}]", "[true]", """["x"] """, """["x"]["y"]""", """["x",]""", """["x",nan]""",
        """["connect"]""", """["disconnecting"]""", "[[\"x\"]]", "[\"x\",\"\u0001\"]",
    ];

    [TestCaseSource(nameof(s_noEvents))]
    public async Task What_is_no_event_is_dropped(string json)
    {
        Adapter.Receive(Event(json));

        await ExpectDroppedAsync();
    }

    [Test]
    public async Task Bytes_that_are_no_text_are_dropped()
    {
        Adapter.Receive(Event([.. "[\"x\",\""u8, 0xFF, .. "\"]"u8]));
        Adapter.Receive(Event([.. "[\"x\",\""u8, 0xED, 0xA0, 0x80, .. "\"]"u8]));

        await ExpectDroppedAsync(count: 2);
    }

    [Test]
    public async Task Nesting_without_end_is_dropped()
    {
        Adapter.Receive(Event("[\"x\"," + new string('[', 100_000) + new string(']', 100_000) + "]"));

        await ExpectDroppedAsync();
    }

    [Test]
    public async Task Messages_with_missing_or_strange_members_are_dropped()
    {
        var options = BroadcastOptions.Everybody;
        ClusterMessage[] messages =
        [
            new SocketsJoinMessage { Uid = "x", Namespace = "/", Options = null!, Rooms = ["r"] },
            new SocketsJoinMessage { Uid = "x", Namespace = "/", Options = options, Rooms = null! },
            new SocketsJoinMessage { Uid = "x", Namespace = "/", Options = options, Rooms = [null!] },
            new SocketsLeaveMessage { Uid = "x", Namespace = "/", Options = options with { Rooms = default }, Rooms = ["r"] },
            new SocketsLeaveMessage { Uid = "x", Namespace = "/", Options = options with { Except = [null!] }, Rooms = ["r"] },
            new DisconnectSocketsMessage { Uid = "", Namespace = "/", Options = options, CloseConnection = true },
            new DisconnectSocketsMessage { Uid = new string('x', 1_000), Namespace = "/", Options = options, CloseConnection = true },
            new DisconnectSocketsMessage { Uid = null!, Namespace = "/", Options = options, CloseConnection = true },
            new FetchSocketsMessage { Uid = "x", Namespace = "/", Options = options, RequestId = null! },
            new FetchSocketsMessage { Uid = "x", Namespace = "/", Options = options, RequestId = new string('r', 1_000) },
            new BroadcastMessage { Uid = "x", Namespace = "/", Packet = null!, Options = options },
            new BroadcastMessage { Uid = "x", Namespace = "/", Packet = new EncodedPacket("/admin", "[\"x\"]"u8.ToArray(), []), Options = options },
            new BroadcastMessage { Uid = "x", Namespace = "/", Packet = new EncodedPacket("/", "[\"x\"]"u8.ToArray(), []), Options = options with { Timeout = TimeSpan.FromTicks(-1) } },
            new ServerSideEmitMessage { Uid = "x", Namespace = "/", Packet = new EncodedPacket("/", default, []) },
            new BroadcastAckResponse { Uid = "x", Namespace = "/", RequestId = "r", Value = new ClusterValue("{"u8.ToArray(), []) },
            new BroadcastAckResponse { Uid = "x", Namespace = "/", RequestId = "r", Value = new ClusterValue("1"u8.ToArray(), null!) },
            new FetchSocketsResponse { Uid = "x", Namespace = "/", RequestId = "r", Sockets = null! },
            new FetchSocketsResponse { Uid = "x", Namespace = "/", RequestId = "r", Sockets = [Describe("id", data: "[]")] },
            new FetchSocketsResponse { Uid = "x", Namespace = "/", RequestId = "r", Sockets = [Describe("")] },
        ];

        foreach (var message in messages)
        {
            Adapter.Receive(message);
        }

        await ExpectDroppedAsync(messages.Length);
    }

    [Test]
    public async Task Messages_of_other_namespaces_and_of_this_server_itself_are_ignored()
    {
        var packet = new EncodedPacket("/admin", "[\"x\"]"u8.ToArray(), []);
        Adapter.Receive(new BroadcastMessage { Uid = "x", Namespace = "/admin", Packet = packet, Options = BroadcastOptions.Everybody });
        Adapter.Receive(Event("""["x"]""", uid: Adapter.Uid));

        await ExpectDroppedAsync(count: 0);
    }

    [Test]
    public void Bad_messages_are_told_of_once_a_minute_with_their_number()
    {
        for (var i = 0; i < 5_000; i++)
        {
            Adapter.Receive(Event("[]"));
        }

        Time.Advance(TimeSpan.FromMinutes(1.1));
        Adapter.Receive(Event("[]"));

        Assert.That(
            Server.Log.Of("InvalidMessage").Select(static line => line.Message),
            Is.EqualTo(new[]
            {
                "A message (Broadcast) of another server of / is not valid and was dropped; 1 since the last line.",
                "A message (Broadcast) of another server of / is not valid and was dropped; 5000 since the last line.",
            }));
        Assert.That(Adapter.Dropped, Has.Count.EqualTo(5_001));
    }

    [Test]
    public void Broadcasts_that_wait_for_answers_are_bounded_and_those_beyond_are_told_of_once()
    {
        for (var i = 0; i < 10_500; i++)
        {
            Adapter.Receive(Event("""["x"]""") with { RequestId = "r" + i });
        }

        Assert.That(Adapter.ServedBroadcasts, Is.EqualTo(10_000));
        Assert.That(Adapter.Dropped, Is.EqualTo(Enumerable.Repeat("too_many", 500)));
        Assert.That(Server.Log.Of("TooManyServed"), Has.Count.EqualTo(1));
    }

    /// <summary>Nothing has reached the client, nor changed it; bad messages were named in the log.</summary>
    private async Task ExpectDroppedAsync(int count = 1)
    {
        await Server.IO.EmitAsync("end");
        Assert.That(await Client.ReceiveAsync(), Is.EqualTo("""2["end"]"""));
        Assert.That(Client.Socket.Rooms, Is.EqualTo(new[] { Client.Id }));
        Assert.That(Adapter.Dropped, Is.EqualTo(Enumerable.Repeat("invalid", count)));
        Assert.That(Server.Log.Of("InvalidMessage"), Has.Count.EqualTo(Math.Min(count, 1)), "one line a minute");
        Assert.That(Server.Log.Errors, Is.Empty);
    }
}
