using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Namespaces that begin late, or end early, beside a Redis that has been there for long or is away.</summary>
public sealed class NamespacesComeAndGoTests
{
    [Test]
    public async Task A_namespace_that_comes_late_begins_where_the_stream_is()
    {
        await using var cluster = new TestCluster(AdapterKind.StreamsWithRecovery, BusKind.InMemory);
        var server = await cluster.StartServerAsync();
        await using var client = await server.ConnectAsync();
        await server.IO.EmitAsync("before");
        var offset = (await client.ReceiveAsync()).Split('"')[^2];
        var reader = GetReader(server, cluster);
        await Eventually.True(() => reader.Position.ToString() == offset);

        var late = server.IO.Of("/late");

        await Eventually.True(() => late.Adapter.CurrentOffset is not null);
        Assert.That(late.Adapter.CurrentOffset, Is.EqualTo(offset), "its clients are not brought back to what was before them");
    }

    [Test]
    public async Task A_namespace_that_is_created_again_while_the_old_one_closes_goes_on_hearing()
    {
        await using var cluster = new TestCluster(AdapterKind.StreamsWithRecovery, BusKind.InMemory);
        var server = await cluster.StartServerAsync();
        await using var client = await server.ConnectAsync();
        var reader = GetReader(server, cluster);
        var old = new Inbox<StreamEntry>();
        var created = new Inbox<StreamEntry>();
        Action<StreamEntry> oldConsumer = old.Add;
        reader.Add("/again", oldConsumer);
        reader.Add("/again", created.Add);

        reader.Remove("/again", oldConsumer);
        await server.Services.GetRequiredKeyedService<RedisResources>(string.Empty).Link.Bus.ExecuteAsync(
            "XADD", new RedisArgument[] { cluster.Prefix, "*", "uid", "x", "nsp", "/again", "type", "3" }, CancellationToken.None).Soon();

        Assert.That(StreamWire.ReadNamespace((await created.NextAsync()).Fields), Is.EqualTo("/again"));
        Assert.That(old.Count, Is.Zero);
    }

    [Test]
    public async Task A_namespace_that_is_closed_before_redis_came_is_not_counted_later([Values(AdapterKind.Classic, AdapterKind.ClassicWithLog, AdapterKind.ShardedDynamic, AdapterKind.Streams)] AdapterKind adapter)
    {
        await using var cluster = new TestCluster(adapter, BusKind.InMemory);
        cluster.InMemory.SetAvailable(false);
        var server = await cluster.StartServerAsync();
        await server.IO.Adapter.CloseAsync(CancellationToken.None).Soon();

        cluster.InMemory.SetAvailable(true);
        var other = await cluster.StartServerAsync();
        await using var client = await other.ConnectAsync();

        Assert.That(await other.IO.Adapter.GetServerCountAsync(CancellationToken.None), Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_begins_while_redis_comes_and_goes_is_counted_in_the_end([Values(AdapterKind.Classic, AdapterKind.ClassicWithLog, AdapterKind.ShardedDynamic, AdapterKind.Streams)] AdapterKind adapter)
    {
        await using var cluster = new TestCluster(adapter, BusKind.InMemory);
        cluster.InMemory.SetAvailable(false);
        var server = await cluster.StartServerAsync();
        for (var i = 0; i < 3; i++)
        {
            cluster.InMemory.SetAvailable(true);
            cluster.InMemory.SetAvailable(false);
        }

        cluster.InMemory.SetAvailable(true);

        await cluster.WhenCompleteAsync(1);
        await TestCluster.BecomesAsync(async () => await CountAsync(server, cluster) == 1);
    }

    private static RedisStreamReader GetReader(ContractServer server, TestCluster cluster)
    {
        var resources = server.Services.GetRequiredKeyedService<RedisResources>(string.Empty);
        return resources.GetReaders(new RedisStreamsAdapterOptions()).Get(cluster.Prefix);
    }

    private static Task<int> CountAsync(ContractServer server, TestCluster cluster)
        => server.Services.GetRequiredKeyedService<RedisResources>(string.Empty).Link.Bus.CountSubscribersAsync(cluster.CountedChannel, cluster.IsSharded, CancellationToken.None);
}
