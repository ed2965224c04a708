using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Sessions before, while and after Redis is away.</summary>
[TestFixture(AdapterKind.ClassicWithLog)]
[TestFixture(AdapterKind.StreamsWithRecovery)]
public sealed class OutageRecoveryTests(AdapterKind adapter) : TwoServersFixture
{
    [SetUp]
    public Task StartAsync() => StartAsync(new TestCluster(adapter, BusKind.InMemory));

    [Test]
    public async Task Sessions_are_not_resumed_across_what_was_said_while_redis_was_away()
    {
        var (client, offset) = await LoseAsync();
        Cluster.InMemory.SetAvailable(false);
        await First.IO.EmitAsync("for clients of the first server alone");
        await BringBackAsync();

        await using var again = await client.ResumeAsync(First, offset);

        Assert.That((await again.ReceiveConnectAsync()).Id, Is.Not.EqualTo(client.Id));
    }

    [Test]
    public async Task Sessions_are_resumed_across_an_outage_in_which_nothing_was_said()
    {
        var (client, offset) = await LoseAsync();
        Cluster.InMemory.SetAvailable(false);
        await BringBackAsync();

        await using var again = await client.ResumeAsync(Second, offset);

        Assert.That((await again.ReceiveConnectAsync()).Id, Is.EqualTo(client.Id));
    }

    [Test]
    public async Task A_socket_that_is_sent_away_gets_what_was_sent_to_it_before()
    {
        await using var client = await First.ConnectAsync(withoutOffsets: true);

        _ = client.Socket.EmitAsync("bye", 1);
        await client.Socket.DisconnectAsync();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2["bye",1]"""));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("1"));
    }

    private async Task BringBackAsync()
    {
        Cluster.InMemory.SetAvailable(true);
        foreach (var server in new[] { First, Second })
        {
            await TestCluster.GetLink(server).Bus.State.WhenUpAsync(CancellationToken.None).Soon();
        }
    }
}
