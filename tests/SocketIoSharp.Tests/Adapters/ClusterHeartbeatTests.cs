using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>How servers notice each other when nothing else tells them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClusterHeartbeatTests
{
    private readonly ClusterBus _bus = new();
    private readonly ManualTimeProvider _time = new();
    private ContractServer _server = null!;
    private HeartbeatBusAdapter _adapter = null!;

    [SetUp]
    public async Task Start()
    {
        _server = await ContractServer.StartAsync(options => options.AdapterFactory = context => new HeartbeatBusAdapter(context, _bus), _time);
        _adapter = (HeartbeatBusAdapter)_server.IO.Adapter;
    }

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_server_says_that_it_has_started_and_then_that_it_is_alive()
    {
        Assert.That(await NextAsync(), Is.InstanceOf<InitialHeartbeatMessage>());

        _time.Advance(TimeSpan.FromSeconds(4.5));
        Assert.That(Published(), Is.Empty);
        _time.Advance(TimeSpan.FromSeconds(0.7));
        Assert.That(Published(), Has.Exactly(1).InstanceOf<HeartbeatMessage>());
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.That(Published(), Has.Exactly(4).InstanceOf<HeartbeatMessage>());
    }

    [Test]
    public async Task A_server_that_has_just_said_something_need_not_say_that_it_is_alive()
    {
        await NextAsync();
        _time.Advance(TimeSpan.FromSeconds(3));
        await _server.IO.EmitAsync("x");
        Assert.That(await NextAsync(), Is.InstanceOf<BroadcastMessage>());

        _time.Advance(TimeSpan.FromSeconds(4.5));
        Assert.That(Published(), Is.Empty);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Published(), Has.Exactly(1).InstanceOf<HeartbeatMessage>());
    }

    [Test]
    public async Task Whoever_speaks_is_counted_and_a_newcomer_is_answered()
    {
        await NextAsync();
        _adapter.Receive(new InitialHeartbeatMessage { Uid = "second", Namespace = "/" });
        _adapter.Receive(new ServerSideEmitMessage { Uid = "third", Namespace = "/", Packet = new EncodedPacket("/", "[\"x\"]"u8.ToArray(), []) });
        _adapter.Receive(new HeartbeatMessage { Uid = "emitter", Namespace = "/" });
        _adapter.Receive(new HeartbeatMessage { Uid = "fourth", Namespace = "/another" });

        Assert.That(await NextAsync(), Is.InstanceOf<HeartbeatMessage>());
        Assert.That(await CountAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_server_that_is_silent_for_ten_seconds_is_gone()
    {
        _adapter.Receive(new HeartbeatMessage { Uid = "second", Namespace = "/" });
        _time.Advance(TimeSpan.FromSeconds(5));
        _adapter.Receive(new HeartbeatMessage { Uid = "third", Namespace = "/" });

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.That(await CountAsync(), Is.EqualTo(3));
        _time.Advance(TimeSpan.FromSeconds(1.2));
        Assert.That(await CountAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_server_that_stops_says_so()
    {
        _adapter.Receive(new HeartbeatMessage { Uid = "second", Namespace = "/" });
        _adapter.Receive(new AdapterCloseMessage { Uid = "second", Namespace = "/" });
        Assert.That(await CountAsync(), Is.EqualTo(1));
        Published();

        await _adapter.CloseAsync(CancellationToken.None);

        Assert.That(Published(), Has.Exactly(1).InstanceOf<AdapterCloseMessage>());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Published().Where(static message => message.Namespace == "/"), Is.Empty);
    }

    [Test]
    public async Task A_request_is_complete_when_all_known_servers_have_answered_or_gone()
    {
        foreach (var uid in new[] { "second", "third" })
        {
            _adapter.Receive(new HeartbeatMessage { Uid = uid, Namespace = "/" });
        }

        await NextAsync();
        var fetching = _server.IO.FetchSocketsAsync();
        var request = (FetchSocketsMessage)await NextAsync();
        _adapter.Receive(new FetchSocketsResponse { Uid = "stranger", Namespace = "/", RequestId = request.RequestId, Sockets = [] });
        _adapter.Receive(new FetchSocketsResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId, Sockets = [] });
        Assert.That(fetching.IsCompleted, Is.False);
        _adapter.Receive(new AdapterCloseMessage { Uid = "third", Namespace = "/" });

        Assert.That(await fetching.Soon(), Is.Empty);
        Assert.That(_adapter.PendingRequests, Is.Zero);
    }

    [Test]
    public async Task The_clients_of_a_server_that_is_gone_do_not_answer_any_more()
    {
        _adapter.Receive(new HeartbeatMessage { Uid = "second", Namespace = "/" });
        await NextAsync();
        var asking = _server.IO.Timeout(TimeSpan.FromSeconds(30)).EmitWithAckAsync<int>("x");
        var requestId = ((BroadcastMessage)await NextAsync()).RequestId!;
        _adapter.Receive(new BroadcastClientCountResponse { Uid = "second", Namespace = "/", RequestId = requestId, ClientCount = 2 });
        _adapter.Receive(new BroadcastAckResponse { Uid = "second", Namespace = "/", RequestId = requestId, Value = new ClusterValue("1"u8.ToArray(), []) });

        _adapter.Receive(new AdapterCloseMessage { Uid = "second", Namespace = "/" });

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.Responses, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Made_up_servers_are_bounded()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _adapter.Receive(new HeartbeatMessage { Uid = "server-" + i, Namespace = "/" });
        }

        Assert.That(await CountAsync(), Is.EqualTo(4_097));
    }

    private Task<int> CountAsync() => _adapter.GetServerCountAsync(CancellationToken.None);

    private async Task<ClusterMessage> NextAsync()
    {
        while (true)
        {
            if (await _bus.Published.NextAsync() is { Namespace: "/" } message)
            {
                return message;
            }
        }
    }

    /// <summary>What was published for the main namespace since the last look.</summary>
    private List<ClusterMessage> Published()
    {
        var messages = new List<ClusterMessage>();
        while (_bus.Published.TryNext(out var message))
        {
            if (message.Namespace == "/")
            {
                messages.Add(message);
            }
        }

        return messages;
    }
}
