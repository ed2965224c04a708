using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Sessions before, while and after Redis is away.</summary>
[TestFixture(AdapterKind.ClassicWithLog)]
[TestFixture(AdapterKind.StreamsWithRecovery)]
public sealed class OutageRecoveryTests(AdapterKind adapter) : IAsyncDisposable
{
    private TestCluster _cluster = null!;
    private ContractServer _first = null!;
    private ContractServer _second = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = new TestCluster(adapter, BusKind.InMemory);
        _first = await _cluster.StartServerAsync();
        _second = await _cluster.StartServerAsync();
        await _cluster.WhenCompleteAsync(2);
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Test]
    public async Task Sessions_are_not_resumed_across_what_was_said_while_redis_was_away()
    {
        var (client, offset) = await LoseClientAsync();
        _cluster.InMemory.SetAvailable(false);
        await _first.IO.EmitAsync("for clients of the first server alone");
        await BringBackAsync();

        await using var again = await client.ResumeAsync(_first, offset);

        Assert.That((await again.ReceiveConnectAsync()).Id, Is.Not.EqualTo(client.Id));
    }

    [Test]
    public async Task Sessions_are_resumed_across_an_outage_in_which_nothing_was_said()
    {
        var (client, offset) = await LoseClientAsync();
        _cluster.InMemory.SetAvailable(false);
        await BringBackAsync();

        await using var again = await client.ResumeAsync(_second, offset);

        Assert.That((await again.ReceiveConnectAsync()).Id, Is.EqualTo(client.Id));
    }

    [Test]
    public async Task A_socket_that_is_sent_away_gets_what_was_sent_to_it_before()
    {
        await using var client = await _first.ConnectAsync(withoutOffsets: true);

        _ = client.Socket.EmitAsync("bye", 1);
        await client.Socket.DisconnectAsync();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2["bye",1]"""));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("1"));
    }

    private async Task<(RecoveringClient Client, string Offset)> LoseClientAsync()
    {
        var client = await RecoveringClient.ConnectAsync(_first);
        await _first.IO.EmitAsync("seen", 1);
        var offset = RecoveringClient.ReadOffset(await client.ReceiveAsync());
        await client.LoseAsync(_first, _cluster);
        return (client, offset);
    }

    private async Task BringBackAsync()
    {
        _cluster.InMemory.SetAvailable(true);
        foreach (var server in new[] { _first, _second })
        {
            await server.Services.GetRequiredKeyedService<RedisResources>(string.Empty).Link.Bus.State.WhenUpAsync(CancellationToken.None).Soon();
        }
    }
}
