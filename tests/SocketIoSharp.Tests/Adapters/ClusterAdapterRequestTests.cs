using System.Text;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>What the base of cluster adapters asks of other servers, and how long it waits for their answers.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClusterAdapterRequestTests : ClusterAdapterFixture
{
    [Test]
    public async Task A_server_that_does_not_answer_in_time_is_an_exception_for_whoever_looks_for_clients()
    {
        Adapter.ClaimedCount = 3;

        var fetching = Server.IO.FetchSocketsAsync();
        var request = (FetchSocketsMessage)await Bus.Published.NextAsync();
        Adapter.Receive(new FetchSocketsResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId, Sockets = [] });
        Assert.That(Adapter.PendingRequests, Is.EqualTo(1));
        Time.Advance(TimeSpan.FromSeconds(5.1));

        Assert.That(async () => await fetching.Soon(), Throws.TypeOf<ClusterTimeoutException>().With.Message.StartsWith("timeout reached: only 1 responses received out of 2"));
        Assert.That(Adapter.PendingRequests, Is.Zero);
    }

    [Test]
    public async Task The_timeout_of_an_operator_is_that_of_its_requests()
    {
        Adapter.ClaimedCount = 2;

        var fetching = Server.IO.Timeout(TimeSpan.FromSeconds(1)).FetchSocketsAsync();
        await Bus.Published.NextAsync();
        Time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.That(async () => await fetching.Soon(), Throws.TypeOf<ClusterTimeoutException>());
    }

    [Test]
    public async Task A_server_answers_a_request_once()
    {
        Adapter.ClaimedCount = 3;

        var fetching = Server.IO.FetchSocketsAsync();
        var request = (FetchSocketsMessage)await Bus.Published.NextAsync();
        Adapter.Receive(new FetchSocketsResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId, Sockets = [Describe("s1")] });
        Adapter.Receive(new FetchSocketsResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId, Sockets = [Describe("again")] });
        Adapter.Receive(new ServerSideEmitResponse { Uid = "third", Namespace = "/", RequestId = request.RequestId });
        Adapter.Receive(new FetchSocketsResponse { Uid = "third", Namespace = "/", RequestId = request.RequestId, Sockets = [Describe("s2")] });

        Assert.That((await fetching.Soon()).Select(static socket => socket.Id), Is.EqualTo(new[] { Client.Id, "s1", "s2" }));
        Assert.That(Server.Log.Of("UnexpectedResponse"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_event_for_servers_gives_the_answers_that_came_in_time()
    {
        Adapter.ClaimedCount = 3;

        var asking = Server.IO.ServerSideEmitWithAckAsync<string>("x");
        var request = (ServerSideEmitMessage)await Bus.Published.NextAsync();
        Adapter.Receive(new ServerSideEmitResponse { Uid = "second", Namespace = "/", RequestId = request.RequestId!, Value = new ClusterValue("\"yes\""u8.ToArray(), []) });
        Time.Advance(TimeSpan.FromSeconds(5.1));

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.Responses, Is.EqualTo(new[] { "yes" }));
    }

    [Test]
    public async Task Answers_to_a_broadcast_are_bounded_by_the_clients_that_a_server_has_told()
    {
        Adapter.ClaimedCount = 2;

        var asking = Server.IO.To("nobody here").Timeout(TimeSpan.FromSeconds(1)).EmitWithAckAsync<int>("x");
        var requestId = ((BroadcastMessage)await Bus.Published.NextAsync()).RequestId!;
        Adapter.Receive(Count(requestId, -1));
        Adapter.Receive(Count(requestId, int.MaxValue));
        Adapter.Receive(Answer(requestId, "1"));
        Adapter.Receive(Count(requestId, 2));
        Adapter.Receive(Count(requestId, 100));
        Adapter.Receive(Answer(requestId, "2"));
        Adapter.Receive(Answer(requestId, "3"));

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete, Is.True);
        Assert.That(answers.Responses, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(Server.Log.Of("UnexpectedResponse"), Has.Count.EqualTo(4));
        await Eventually.True(() => Adapter.PendingRequests == 0);
    }

    [Test]
    public async Task A_closed_adapter_waits_for_nothing()
    {
        Adapter.ClaimedCount = 2;
        var asking = Server.IO.ServerSideEmitWithAckAsync<string>("x");
        await Bus.Published.NextAsync();

        await Adapter.CloseAsync(CancellationToken.None);

        Assert.That((await asking.Soon()).IsComplete, Is.False);
        Assert.That(Adapter.PendingRequests, Is.Zero);
    }

    [Test]
    public async Task A_cancelled_request_is_forgotten()
    {
        Adapter.ClaimedCount = 2;
        using var cancellation = new CancellationTokenSource();
        var fetching = Server.IO.FetchSocketsAsync(cancellation.Token);
        await Bus.Published.NextAsync();

        await cancellation.CancelAsync();

        Assert.That(async () => await fetching.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Adapter.PendingRequests, Is.Zero);
    }

    [Test]
    public async Task Requests_that_wait_for_servers_are_bounded()
    {
        Adapter.ClaimedCount = 2;
        var packet = new EncodedPacket("/", "[\"x\"]"u8.ToArray(), []);
        var waiting = Enumerable.Range(0, 10_000)
            .Select(_ => Adapter.ServerSideEmitWithAckAsync(packet, TimeSpan.FromSeconds(5), CancellationToken.None)).ToList();

        Assert.That(
            async () => await Adapter.ServerSideEmitWithAckAsync(packet, TimeSpan.FromSeconds(5), CancellationToken.None),
            Throws.InvalidOperationException.With.Message.Contains("10000 requests"));

        Time.Advance(TimeSpan.FromSeconds(5.1));
        await Task.WhenAll(waiting).Soon();
        Assert.That(Adapter.PendingRequests, Is.Zero);
    }

    private static BroadcastClientCountResponse Count(string requestId, int count)
        => new() { Uid = "second", Namespace = "/", RequestId = requestId, ClientCount = count };

    private static BroadcastAckResponse Answer(string requestId, string json)
        => new() { Uid = "second", Namespace = "/", RequestId = requestId, Value = new ClusterValue(Encoding.UTF8.GetBytes(json), []) };
}
