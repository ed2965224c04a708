using System.Text;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>What the base of cluster adapters publishes, and what it does with the events and the questions of other servers.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClusterAdapterTests : ClusterAdapterFixture
{
    [Test]
    public void A_server_has_a_name_of_sixteen_hexadecimal_digits()
    {
        Assert.That(Adapter.Uid, Does.Match("^[0-9a-f]{16}$"));
        Assert.That(((BusAdapter)Server.IO.Of("/other").Adapter).Uid, Is.Not.EqualTo(Adapter.Uid));
    }

    [Test]
    public void Kinds_of_messages_have_the_numbers_of_the_wire()
    {
        var numbers = Enum.GetValues<ClusterMessageType>().Select(static type => $"{(int)type} {type}");

        Assert.That(numbers, Is.EqualTo(new[]
        {
            "0 None", "1 InitialHeartbeat", "2 Heartbeat", "3 Broadcast", "4 SocketsJoin", "5 SocketsLeave", "6 DisconnectSockets", "7 FetchSockets",
            "8 FetchSocketsResponse", "9 ServerSideEmit", "10 ServerSideEmitResponse", "11 BroadcastClientCount", "12 BroadcastAck", "13 AdapterClose",
        }));
    }

    [Test]
    public async Task A_broadcast_is_published_with_all_that_others_need()
    {
        await Server.IO.To("r").Except("s").Volatile.Compress(false).EmitAsync("x", 1);

        var message = (BroadcastMessage)await Bus.Published.NextAsync();
        Assert.That(message.Uid, Is.EqualTo(Adapter.Uid));
        Assert.That(message.Namespace, Is.EqualTo("/"));
        Assert.That(Encoding.UTF8.GetString(message.Packet.Json.Span), Is.EqualTo("""["x",1]"""));
        Assert.That(message.Options.Rooms, Is.EqualTo(new[] { "r" }));
        Assert.That(message.Options.Except, Is.EqualTo(new[] { "s" }));
        Assert.That(message.Options.IsVolatile, Is.True);
        Assert.That(message.Options.Compress, Is.False);
        Assert.That(message.RequestId, Is.Null);
    }

    [Test]
    public async Task Local_operations_are_not_published()
    {
        await Server.IO.Local.EmitAsync("x");
        await Server.IO.Local.SocketsJoinAsync("r");
        await Server.IO.Local.SocketsLeaveAsync("r");
        await Server.IO.Local.Timeout(Eventually.Patience).To("nobody").EmitWithAckAsync<int>("x").Soon();
        await Server.IO.Local.FetchSocketsAsync();
        await Server.IO.Local.To("nobody").DisconnectSocketsAsync();

        Assert.That(Bus.Published.Count, Is.Zero);
    }

    [Test]
    public async Task What_cannot_be_published_still_reaches_this_servers_clients()
    {
        Bus.Failure = new InvalidOperationException("The medium is away.");

        await Server.IO.EmitAsync("x");
        await Server.IO.SocketsJoinAsync("r");

        Assert.That(await Client.ReceiveAsync(), Is.EqualTo("""2["x"]"""));
        Assert.That(Client.Socket.Rooms, Does.Contain("r"));
        Assert.That(Server.Log.Of("PublishFailed"), Has.Count.EqualTo(1).And.All.Property("Level").EqualTo(LogLevel.Warning), "one line a minute");
    }

    [Test]
    public async Task The_number_of_an_answer_means_nothing_to_other_servers()
    {
        Adapter.Receive(Event("""["x"]""", id: 7));

        Assert.That(await Client.ReceiveAsync(), Is.EqualTo("""2["x"]"""));
    }

    [Test]
    public async Task Events_of_an_emitter_are_delivered()
    {
        Adapter.Receive(Event("""[1,"numeric name"]""", uid: "emitter"));

        Assert.That(await Client.ReceiveAsync(), Is.EqualTo("""2[1,"numeric name"]"""));
    }

    [TestCase("disconnect")]
    [TestCase("error")]
    public async Task Names_that_are_reserved_among_clients_are_not_among_servers(string name)
    {
        var received = new Inbox<string>();
        Server.IO.OnServerSideEvent(name, arguments =>
        {
            received.Add(arguments.Get<string>(0)!);
            return Task.CompletedTask;
        });

        Adapter.Receive(new ServerSideEmitMessage
        {
            Uid = "x", Namespace = "/", Packet = new EncodedPacket("/", Encoding.UTF8.GetBytes($"[\"{name}\",\"hi\"]"), []),
        });

        Assert.That(await received.NextAsync(), Is.EqualTo("hi"));
    }

    [Test]
    public async Task An_event_of_another_server_that_nobody_answers_is_forgotten_in_time()
    {
        var request = Event("""["x"]""") with { RequestId = "r", Options = BroadcastOptions.Everybody with { Timeout = TimeSpan.FromSeconds(3) } };
        Adapter.Receive(request);
        await Client.ReceiveAsync();
        Assert.That(Adapter.ServedBroadcasts, Is.EqualTo(1));

        Time.Advance(TimeSpan.FromSeconds(3.1));

        Assert.That(Adapter.ServedBroadcasts, Is.Zero);
    }

    [Test]
    public async Task An_event_of_another_server_is_forgotten_when_its_clients_have_answered_or_gone()
    {
        Adapter.Receive(Event("""["x"]""") with { RequestId = "r" });
        await Client.AnswerAsync("""["x"]""", "[1]");
        await Eventually.True(() => Adapter.ServedBroadcasts == 0);

        Adapter.Receive(Event("""["x"]""") with { RequestId = "s" });
        await Client.ReceiveAsync();
        Client.Lose();
        await Eventually.True(() => Adapter.ServedBroadcasts == 0);
    }

    [Test]
    public async Task A_value_that_cannot_be_written_does_not_hide_the_client()
    {
        Client.Socket.Data["bad"] = new Unwritable();
        Client.Socket.Data["good"] = 1;
        var answers = new Inbox<ClusterResponse>();
        Bus.Drop = response =>
        {
            answers.Add(response);
            return true;
        };

        Adapter.Receive(new FetchSocketsMessage { Uid = "x", Namespace = "/", Options = BroadcastOptions.Everybody, RequestId = "r" });

        var response = (FetchSocketsResponse)await answers.NextAsync();
        Assert.That(Encoding.UTF8.GetString(response.Sockets.Single().Data.Json.Span), Is.EqualTo("""{"good":1}"""));
        Assert.That(Server.Log.Of("DataNotWritten"), Has.Count.EqualTo(1));
    }

    private sealed class Unwritable
    {
        public string Value => throw new NotSupportedException(GetHashCode().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
