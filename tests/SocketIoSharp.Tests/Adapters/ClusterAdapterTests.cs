using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>What the base of cluster adapters does with messages, right ones and wrong ones.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClusterAdapterTests
{
    private readonly ClusterBus _bus = new();
    private readonly ManualTimeProvider _time = new();
    private ContractServer _server = null!;
    private ContractClient _client = null!;
    private BusAdapter _adapter = null!;

    [SetUp]
    public async Task Start()
    {
        _server = await ContractServer.StartAsync(options => options.AdapterFactory = context => new BusAdapter(context, _bus), _time);
        _adapter = (BusAdapter)_server.IO.Adapter;
        _client = await _server.ConnectAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public void A_server_has_a_name_of_sixteen_hexadecimal_digits()
    {
        Assert.That(_adapter.Uid, Does.Match("^[0-9a-f]{16}$"));
        Assert.That(((BusAdapter)_server.IO.Of("/other").Adapter).Uid, Is.Not.EqualTo(_adapter.Uid));
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
        await _server.IO.To("r").Except("s").Volatile.Compress(false).EmitAsync("x", 1);

        var message = (BroadcastMessage)await _bus.Published.NextAsync();
        Assert.That(message.Uid, Is.EqualTo(_adapter.Uid));
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
        await _server.IO.Local.EmitAsync("x");
        await _server.IO.Local.SocketsJoinAsync("r");
        await _server.IO.Local.SocketsLeaveAsync("r");
        await _server.IO.Local.Timeout(Eventually.Patience).To("nobody").EmitWithAckAsync<int>("x").Soon();
        await _server.IO.Local.FetchSocketsAsync();
        await _server.IO.Local.To("nobody").DisconnectSocketsAsync();

        Assert.That(_bus.Published.Count, Is.Zero);
    }

    [Test]
    public async Task What_cannot_be_published_still_reaches_this_servers_clients()
    {
        _bus.Failure = new InvalidOperationException("The medium is away.");

        await _server.IO.EmitAsync("x");
        await _server.IO.SocketsJoinAsync("r");

        Assert.That(await _client.ReceiveAsync(), Is.EqualTo("""2["x"]"""));
        Assert.That(_client.Socket.Rooms, Does.Contain("r"));
        Assert.That(_server.Log.Of("PublishFailed"), Has.Count.EqualTo(1).And.All.Property("Level").EqualTo(LogLevel.Warning), "one line a minute");
    }

    [Test]
    public async Task The_number_of_an_answer_means_nothing_to_other_servers()
    {
        _adapter.Receive(Event("""["x"]""", id: 7));

        Assert.That(await _client.ReceiveAsync(), Is.EqualTo("""2["x"]"""));
    }

    [Test]
    public async Task Events_of_an_emitter_are_delivered()
    {
        _adapter.Receive(Event("""[1,"numeric name"]""", uid: "emitter"));

        Assert.That(await _client.ReceiveAsync(), Is.EqualTo("""2[1,"numeric name"]"""));
    }

    private static readonly string[] s_noEvents =
    [
        "", "[", "[]", "{}", "null", "\"x\"", "[null]", "[{}]", "[true]", """["x"] """, """["x"]["y"]""", """["x",]""", """["x",nan]""",
        """["connect"]""", """["disconnecting"]""", "[[\"x\"]]", "[\"x\",\"\u0001\"]",
    ];

    [TestCaseSource(nameof(s_noEvents))]
    public async Task What_is_no_event_is_dropped(string json)
    {
        _adapter.Receive(Event(json));

        await ExpectDroppedAsync();
    }

    [Test]
    public async Task Bytes_that_are_no_text_are_dropped()
    {
        _adapter.Receive(Event([.. "[\"x\",\""u8, 0xFF, .. "\"]"u8]));
        _adapter.Receive(Event([.. "[\"x\",\""u8, 0xED, 0xA0, 0x80, .. "\"]"u8]));

        await ExpectDroppedAsync(count: 2);
    }

    [Test]
    public async Task Nesting_without_end_is_dropped()
    {
        _adapter.Receive(Event("[\"x\"," + new string('[', 100_000) + new string(']', 100_000) + "]"));

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
            _adapter.Receive(message);
        }

        await ExpectDroppedAsync(messages.Length);
    }

    [Test]
    public void Bad_messages_are_told_of_once_a_minute_with_their_number()
    {
        for (var i = 0; i < 5_000; i++)
        {
            _adapter.Receive(Event("[]"));
        }

        _time.Advance(TimeSpan.FromMinutes(1.1));
        _adapter.Receive(Event("[]"));

        Assert.That(
            _server.Log.Of("InvalidMessage").Select(static line => line.Message),
            Is.EqualTo(new[]
            {
                "A message (Broadcast) of another server of / is not valid and was dropped; 1 since the last line.",
                "A message (Broadcast) of another server of / is not valid and was dropped; 5000 since the last line.",
            }));
        Assert.That(_adapter.Dropped, Has.Count.EqualTo(5_001));
    }

    [Test]
    public void Broadcasts_that_wait_for_answers_are_bounded_and_those_beyond_are_told_of_once()
    {
        for (var i = 0; i < 10_500; i++)
        {
            _adapter.Receive(Event("""["x"]""") with { RequestId = "r" + i });
        }

        Assert.That(_adapter.ServedBroadcasts, Is.EqualTo(10_000));
        Assert.That(_adapter.Dropped, Is.EqualTo(Enumerable.Repeat("too_many", 500)));
        Assert.That(_server.Log.Of("TooManyServed"), Has.Count.EqualTo(1));
    }

    [TestCase("disconnect")]
    [TestCase("error")]
    public async Task Names_that_are_reserved_among_clients_are_not_among_servers(string name)
    {
        var received = new Inbox<string>();
        _server.IO.OnServerSideEvent(name, arguments =>
        {
            received.Add(arguments.Get<string>(0)!);
            return Task.CompletedTask;
        });

        _adapter.Receive(new ServerSideEmitMessage
        {
            Uid = "x", Namespace = "/", Packet = new EncodedPacket("/", Encoding.UTF8.GetBytes($"[\"{name}\",\"hi\"]"), []),
        });

        Assert.That(await received.NextAsync(), Is.EqualTo("hi"));
    }

    [Test]
    public async Task Messages_of_other_namespaces_and_of_this_server_itself_are_ignored()
    {
        var packet = new EncodedPacket("/admin", "[\"x\"]"u8.ToArray(), []);
        _adapter.Receive(new BroadcastMessage { Uid = "x", Namespace = "/admin", Packet = packet, Options = BroadcastOptions.Everybody });
        _adapter.Receive(Event("""["x"]""", uid: _adapter.Uid));

        await ExpectDroppedAsync(count: 0);
    }

    [Test]
    public async Task A_server_that_does_not_answer_in_time_is_an_exception_for_whoever_looks_for_clients()
    {
        _adapter.ClaimedCount = 3;

        var fetching = _server.IO.FetchSocketsAsync();
        var request = (FetchSocketsMessage)await _bus.Published.NextAsync();
        _adapter.Receive(new FetchSocketsResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId, Sockets = [] });
        Assert.That(_adapter.PendingRequests, Is.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(5.1));

        Assert.That(async () => await fetching.Soon(), Throws.TypeOf<ClusterTimeoutException>().With.Message.StartsWith("timeout reached: only 1 responses received out of 2"));
        Assert.That(_adapter.PendingRequests, Is.Zero);
    }

    [Test]
    public async Task The_timeout_of_an_operator_is_that_of_its_requests()
    {
        _adapter.ClaimedCount = 2;

        var fetching = _server.IO.Timeout(TimeSpan.FromSeconds(1)).FetchSocketsAsync();
        await _bus.Published.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.That(async () => await fetching.Soon(), Throws.TypeOf<ClusterTimeoutException>());
    }

    [Test]
    public async Task A_server_answers_a_request_once()
    {
        _adapter.ClaimedCount = 3;

        var fetching = _server.IO.FetchSocketsAsync();
        var request = (FetchSocketsMessage)await _bus.Published.NextAsync();
        _adapter.Receive(new FetchSocketsResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId, Sockets = [Describe("s1")] });
        _adapter.Receive(new FetchSocketsResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId, Sockets = [Describe("again")] });
        _adapter.Receive(new ServerSideEmitResponse { Uid = "third", Namespace = "/", RequestId = request.RequestId });
        _adapter.Receive(new FetchSocketsResponse { Uid = "third", Namespace = "/", RequestId = request.RequestId, Sockets = [Describe("s2")] });

        Assert.That((await fetching.Soon()).Select(static socket => socket.Id), Is.EqualTo(new[] { _client.Id, "s1", "s2" }));
        Assert.That(_server.Log.Of("UnexpectedResponse"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_event_for_servers_gives_the_answers_that_came_in_time()
    {
        _adapter.ClaimedCount = 3;

        var asking = _server.IO.ServerSideEmitWithAckAsync<string>("x");
        var request = (ServerSideEmitMessage)await _bus.Published.NextAsync();
        _adapter.Receive(new ServerSideEmitResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId!, Value = new ClusterValue("\"yes\""u8.ToArray(), []) });
        _time.Advance(TimeSpan.FromSeconds(5.1));

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.Responses, Is.EqualTo(new[] { "yes" }));
    }

    [Test]
    public async Task Answers_to_a_broadcast_are_bounded_by_the_clients_that_a_server_has_told()
    {
        _adapter.ClaimedCount = 2;

        var asking = _server.IO.To("nobody here").Timeout(TimeSpan.FromSeconds(1)).EmitWithAckAsync<int>("x");
        var requestId = ((BroadcastMessage)await _bus.Published.NextAsync()).RequestId!;
        _adapter.Receive(Count(requestId, -1));
        _adapter.Receive(Count(requestId, int.MaxValue));
        _adapter.Receive(Answer(requestId, "1"));
        _adapter.Receive(Count(requestId, 2));
        _adapter.Receive(Count(requestId, 100));
        _adapter.Receive(Answer(requestId, "2"));
        _adapter.Receive(Answer(requestId, "3"));

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete, Is.True);
        Assert.That(answers.Responses, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(_server.Log.Of("UnexpectedResponse"), Has.Count.EqualTo(4));
        await Eventually.True(() => _adapter.PendingRequests == 0);
    }

    [Test]
    public async Task An_event_of_another_server_that_nobody_answers_is_forgotten_in_time()
    {
        var request = Event("""["x"]""") with { RequestId = "r", Options = BroadcastOptions.Everybody with { Timeout = TimeSpan.FromSeconds(3) } };
        _adapter.Receive(request);
        await _client.ReceiveAsync();
        Assert.That(_adapter.ServedBroadcasts, Is.EqualTo(1));

        _time.Advance(TimeSpan.FromSeconds(3.1));

        Assert.That(_adapter.ServedBroadcasts, Is.Zero);
    }

    [Test]
    public async Task An_event_of_another_server_is_forgotten_when_its_clients_have_answered_or_gone()
    {
        _adapter.Receive(Event("""["x"]""") with { RequestId = "r" });
        await _client.AnswerAsync("""["x"]""", "[1]");
        await Eventually.True(() => _adapter.ServedBroadcasts == 0);

        _adapter.Receive(Event("""["x"]""") with { RequestId = "s" });
        await _client.ReceiveAsync();
        _client.Lose();
        await Eventually.True(() => _adapter.ServedBroadcasts == 0);
    }

    [Test]
    public async Task A_closed_adapter_waits_for_nothing()
    {
        _adapter.ClaimedCount = 2;
        var asking = _server.IO.ServerSideEmitWithAckAsync<string>("x");
        await _bus.Published.NextAsync();

        await _adapter.CloseAsync(CancellationToken.None);

        Assert.That((await asking.Soon()).IsComplete, Is.False);
        Assert.That(_adapter.PendingRequests, Is.Zero);
    }

    [Test]
    public async Task A_cancelled_request_is_forgotten()
    {
        _adapter.ClaimedCount = 2;
        using var cancellation = new CancellationTokenSource();
        var fetching = _server.IO.FetchSocketsAsync(cancellation.Token);
        await _bus.Published.NextAsync();

        await cancellation.CancelAsync();

        Assert.That(async () => await fetching.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_adapter.PendingRequests, Is.Zero);
    }

    [Test]
    public async Task Requests_that_wait_for_servers_are_bounded()
    {
        _adapter.ClaimedCount = 2;
        var packet = new EncodedPacket("/", "[\"x\"]"u8.ToArray(), []);
        var waiting = Enumerable.Range(0, 10_000)
            .Select(_ => _adapter.ServerSideEmitWithAckAsync(packet, TimeSpan.FromSeconds(5), CancellationToken.None)).ToList();

        Assert.That(
            async () => await _adapter.ServerSideEmitWithAckAsync(packet, TimeSpan.FromSeconds(5), CancellationToken.None),
            Throws.InvalidOperationException.With.Message.Contains("10000 requests"));

        _time.Advance(TimeSpan.FromSeconds(5.1));
        await Task.WhenAll(waiting).Soon();
        Assert.That(_adapter.PendingRequests, Is.Zero);
    }

    [Test]
    public async Task A_value_that_cannot_be_written_does_not_hide_the_client()
    {
        _client.Socket.Data["bad"] = new Unwritable();
        _client.Socket.Data["good"] = 1;
        var answers = new Inbox<ClusterResponse>();
        _bus.Drop = response =>
        {
            answers.Add(response);
            return true;
        };

        _adapter.Receive(new FetchSocketsMessage { Uid = "x", Namespace = "/", Options = BroadcastOptions.Everybody, RequestId = "r" });

        var response = (FetchSocketsResponse)await answers.NextAsync();
        Assert.That(Encoding.UTF8.GetString(response.Sockets.Single().Data.Json.Span), Is.EqualTo("""{"good":1}"""));
        Assert.That(_server.Log.Of("DataNotWritten"), Has.Count.EqualTo(1));
    }

    private static BroadcastMessage Event(string json, string uid = "another", long? id = null) => Event(Encoding.UTF8.GetBytes(json), uid, id);

    private static BroadcastMessage Event(byte[] json, string uid = "another", long? id = null)
        => new() { Uid = uid, Namespace = "/", Packet = new EncodedPacket("/", json, [], id), Options = BroadcastOptions.Everybody };

    private static BroadcastClientCountResponse Count(string requestId, int count)
        => new() { Uid = "second", Namespace = "/", RequestId = requestId, ClientCount = count };

    private static BroadcastAckResponse Answer(string requestId, string json)
        => new() { Uid = "second", Namespace = "/", RequestId = requestId, Value = new ClusterValue(Encoding.UTF8.GetBytes(json), []) };

    private static RemoteSocketDescription Describe(string id, string data = "{}") => new()
    {
        Id = id,
        Handshake = new RemoteHandshake
        {
            Headers = new Dictionary<string, StringValues>(),
            Query = new Dictionary<string, string>(),
            Url = "/",
            Address = "127.0.0.1",
        },
        Rooms = [id],
        Data = new ClusterValue(Encoding.UTF8.GetBytes(data), []),
    };

    /// <summary>Nothing has reached the client, nor changed it; bad messages were named in the log.</summary>
    private async Task ExpectDroppedAsync(int count = 1)
    {
        await _server.IO.EmitAsync("end");
        Assert.That(await _client.ReceiveAsync(), Is.EqualTo("""2["end"]"""));
        Assert.That(_client.Socket.Rooms, Is.EqualTo(new[] { _client.Id }));
        Assert.That(_adapter.Dropped, Is.EqualTo(Enumerable.Repeat("invalid", count)));
        Assert.That(_server.Log.Of("InvalidMessage"), Has.Count.EqualTo(Math.Min(count, 1)), "one line a minute");
        Assert.That(_server.Log.Errors, Is.Empty);
    }

    private sealed class Unwritable
    {
        public string Value => throw new NotSupportedException(GetHashCode().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
