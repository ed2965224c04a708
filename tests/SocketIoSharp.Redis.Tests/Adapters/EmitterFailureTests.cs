using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>What an emitter refuses, and what it does without Redis.</summary>
[TestFixture(AdapterKind.Classic)]
[TestFixture(AdapterKind.ClassicWithLog)]
[TestFixture(AdapterKind.ShardedDynamic)]
[TestFixture(AdapterKind.Streams)]
public sealed class EmitterFailureTests(AdapterKind adapter) : IAsyncDisposable
{
    private TestCluster _cluster = null!;
    private ContractServer _server = null!;
    private RedisEmitter _emitter = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = new TestCluster(adapter, BusKind.InMemory);
        _server = await _cluster.StartServerAsync();
        await _cluster.WhenCompleteAsync(1);
        _emitter = await adapter.CreateEmitterAsync(_cluster);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _emitter.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [TestCase("connect")]
    [TestCase("connect_error")]
    [TestCase("disconnect")]
    [TestCase("disconnecting")]
    [TestCase("newListener")]
    [TestCase("removeListener")]
    public void Names_that_the_library_uses_itself_are_refused(string name)
    {
        Assert.That(() => _emitter.EmitAsync(name), Throws.ArgumentException.With.Message.Contains($"\"{name}\" is a reserved event name"));
        Assert.That(() => _emitter.To("a").EmitAsync(name, 1), Throws.ArgumentException);
    }

    [TestCase("connect")]
    [TestCase("connection")]
    [TestCase("new_namespace")]
    public void Names_that_servers_use_themselves_are_refused(string name)
        => Assert.That(() => _emitter.ServerSideEmitAsync(name), Throws.ArgumentException.With.Message.Contains($"\"{name}\" is a reserved event name"));

    [Test]
    public async Task Other_names_reach_servers()
    {
        var heard = new Inbox<string>();
        _server.IO.OnServerSideEvent("disconnect", arguments =>
        {
            heard.Add(arguments.Get<string>(0)!);
            return Task.CompletedTask;
        });

        await _emitter.ServerSideEmitAsync("disconnect", "bob");

        Assert.That(await heard.NextAsync(), Is.EqualTo("bob"));
    }

    [Test]
    public void What_is_null_is_refused()
    {
        Assert.That(() => _emitter.EmitAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => _emitter.To((string)null!), Throws.ArgumentNullException);
        Assert.That(() => _emitter.In("a", null!), Throws.ArgumentNullException);
        Assert.That(() => _emitter.Except((IReadOnlyCollection<string>)null!), Throws.ArgumentNullException);
        Assert.That(() => _emitter.SocketsJoinAsync("a", null!), Throws.ArgumentNullException);
        Assert.That(() => _emitter.To("a").SocketsLeaveAsync((string)null!), Throws.ArgumentNullException);
        Assert.That(() => _emitter.Of(null!), Throws.ArgumentNullException);
        Assert.That(() => _emitter.Of(""), Throws.ArgumentException);
    }

    [Test]
    public void A_token_among_the_arguments_is_refused()
        => Assert.That(() => _emitter.EmitAsync("x", CancellationToken.None), Throws.ArgumentException);

    [Test]
    public async Task After_it_is_disposed_it_says_so()
    {
        await _emitter.DisposeAsync();
        await _emitter.DisposeAsync();

        Assert.That(async () => await _emitter.EmitAsync("x").Soon(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await _emitter.To("a").DisconnectSocketsAsync().Soon(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task While_redis_is_away_a_call_fails_and_says_so_and_works_when_it_is_back()
    {
        await using var client = await _server.ConnectAsync(adapter.HasRecovery());
        _cluster.InMemory.SetAvailable(false);

        foreach (var call in new[]
        {
            () => _emitter.EmitAsync("lost"),
            () => _emitter.To("a").EmitAsync("lost", 1),
            () => _emitter.SocketsJoinAsync("a"),
            () => _emitter.DisconnectSocketsAsync(),
            () => _emitter.ServerSideEmitAsync("lost"),
        })
        {
            Assert.That(async () => await call().Soon(), Throws.Exception.With.Message.Contains("Redis cannot be reached"));
        }

        _cluster.InMemory.SetAvailable(true);
        await _emitter.WhenConnectedAsync(CancellationToken.None).Soon();
        await TestCluster.BecomesAsync(() => Task.FromResult(TestCluster.IsUp(_server)));
        await _emitter.EmitAsync("back");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2["back"]"""));
    }
}
