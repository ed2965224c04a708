using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>A process without a server emits to the clients of two servers.</summary>
[TestFixtureSource(typeof(RedisAdapterContractTests), nameof(RedisAdapterContractTests.Kinds))]
public sealed class EmitterTests(AdapterKind adapter, BusKind bus) : IAsyncDisposable
{
    private TestCluster _cluster = null!;
    private ContractServer[] _servers = null!;
    private ContractClient[] _clients = null!;
    private RedisEmitter _emitter = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = new TestCluster(adapter, bus);
        _servers = [await _cluster.StartServerAsync(), await _cluster.StartServerAsync()];
        await _cluster.WhenCompleteAsync(2);
        _clients = [await _servers[0].ConnectAsync(adapter.HasRecovery()), await _servers[1].ConnectAsync(adapter.HasRecovery())];
        _emitter = await adapter.CreateEmitterAsync(_cluster);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _emitter.DisposeAsync();
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _cluster.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Test]
    public async Task Everybody_gets_an_event_with_all_its_arguments()
    {
        await _emitter.EmitAsync("x");
        await _emitter.EmitAsync("x", "grüße, 世界 \u2028 🎉 \"'\\");
        await _emitter.EmitAsync("x", 1, 2.5, true, null, new[] { 1, 2 }, new Dictionary<string, int> { ["ä"] = 1 });

        foreach (var client in _clients)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2["x"]"""));
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("2[\"x\",\"grüße, 世界 \u2028 🎉 \\\"'\\\\\"]").Or.EqualTo("2[\"x\",\"grüße, 世界 \\u2028 🎉 \\\"'\\\\\"]"));
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2["x",1,2.5,true,null,[1,2],{"ä":1}]"""));
        }
    }

    [Test]
    public async Task Binary_values_arrive_as_such()
    {
        await _emitter.EmitAsync("x", new byte[] { 1, 2, 3 }, new Dictionary<string, byte[]> { ["b"] = [] });

        foreach (var client in _clients)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("""52-["x",{"_placeholder":true,"num":0},{"b":{"_placeholder":true,"num":1}}]"""));
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("bAQID"));
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("b"));
        }
    }

    [Test]
    public async Task Rooms_and_exceptions_say_whom_it_reaches()
    {
        await JoinAsync(0, "a");
        await JoinAsync(1, "b");

        await _emitter.To("a").EmitAsync("one room");
        await _emitter.To("a", "b").EmitAsync("two rooms");
        await _emitter.In("b").To("a").EmitAsync("one after the other");
        await _emitter.Except("a").EmitAsync("all but a");
        await _emitter.To("a", "b").Except("b", "c").EmitAsync("all but b");
        await _emitter.To("nobody").EmitAsync("nobody");
        await _emitter.To(_clients[1].Id).EmitAsync("by its id");
        await _emitter.To().EmitAsync("no room is everybody");
        await _emitter.EmitAsync("end");

        await ExpectAsync(0, "one room", "two rooms", "one after the other", "all but b", "no room is everybody", "end");
        await ExpectAsync(1, "two rooms", "one after the other", "all but a", "by its id", "no room is everybody", "end");
    }

    [Test]
    public async Task Narrowing_leaves_the_emitter_as_it_was()
    {
        await JoinAsync(0, "a");
        var narrowed = _emitter.To("a");

        _ = narrowed.Except("a").Volatile;
        await narrowed.EmitAsync("a");
        await _emitter.EmitAsync("everybody");

        await ExpectAsync(0, "a", "everybody");
        await ExpectAsync(1, "everybody");
    }

    [Test]
    public async Task Volatile_and_compressed_events_arrive_at_clients_that_are_ready()
    {
        await _emitter.Volatile.EmitAsync("volatile");
        await ExpectAsync(0, "volatile");
        await ExpectAsync(1, "volatile");

        await _emitter.Compress(false).EmitAsync("as it is");
        await _emitter.Compress(true).Of("/").EmitAsync("compressed");
        await ExpectAsync(0, "as it is", "compressed");
        await ExpectAsync(1, "as it is", "compressed");
    }

    [Test]
    public async Task A_namespace_may_be_named_with_or_without_its_slash()
    {
        foreach (var client in _clients)
        {
            await client.SendAsync("0/other,");
            Assert.That(await client.ReceiveAsync(), Does.StartWith("0/other,{"));
        }

        await _emitter.Of("/other").EmitAsync("with");
        await _emitter.Of("other").EmitAsync("without");
        await _emitter.To("a").Of("other").EmitAsync("the rooms are those of the other namespace");
        await _emitter.Of("nobody").EmitAsync("x");
        foreach (var client in _clients)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2/other,["with"]"""));
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2/other,["without"]"""));
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2/other,["the rooms are those of the other namespace"]"""));
        }
    }

    [Test]
    public async Task Clients_join_and_leave()
    {
        await JoinAsync(1, "b");

        await _emitter.SocketsJoinAsync("all", "too");
        await Eventually.True(() => _clients.All(static client => client.Socket.Rooms.IsSupersetOf(["all", "too"])));
        await _emitter.In("b").SocketsLeaveAsync("all");
        await Eventually.True(() => !_clients[1].Socket.Rooms.Contains("all"));

        Assert.That(_clients[0].Socket.Rooms, Is.EquivalentTo(new[] { _clients[0].Id, "all", "too" }));
        Assert.That(_clients[1].Socket.Rooms, Is.EquivalentTo(new[] { _clients[1].Id, "b", "too" }));
    }

    [Test]
    public async Task Clients_are_disconnected_from_the_namespace_and_keep_their_connection()
    {
        await JoinAsync(0, "a");

        await _emitter.Except("a").DisconnectSocketsAsync();

        Assert.That(await _clients[1].ReceiveAsync(), Is.EqualTo("1"));
        await _clients[1].SendAsync("0");
        Assert.That(await _clients[1].ReceiveAsync(), Does.StartWith("0{"));
        await _emitter.EmitAsync("still there");
        await ExpectAsync(0, "still there");
    }

    [Test]
    public async Task Clients_are_disconnected_with_their_connections()
    {
        await _emitter.In(_clients[0].Id).DisconnectSocketsAsync(closeConnection: true);

        Assert.That(await _clients[0].ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await _emitter.EmitAsync("still there");
        await ExpectAsync(1, "still there");
    }

    [Test]
    public async Task All_servers_hear_an_event_for_servers_once_and_do_not_answer()
    {
        var heard = new Inbox<string>();
        for (var i = 0; i < 2; i++)
        {
            var number = i;
            _servers[i].IO.OnServerSideEvent("told", arguments =>
            {
                heard.Add($"{number}: {arguments.Get<string>(0)} {arguments.Get<int>(1)}");
                return Task.FromResult<object?>("an answer that nobody wants");
            });
        }

        await _emitter.ServerSideEmitAsync("told", "grüße", 1);
        await _emitter.ServerSideEmitAsync("told", "again", 2);

        var all = new[] { await heard.NextAsync(), await heard.NextAsync(), await heard.NextAsync(), await heard.NextAsync() };
        Assert.That(all, Is.EquivalentTo(new[] { "0: grüße 1", "1: grüße 1", "0: again 2", "1: again 2" }));
        Assert.That(heard.Count, Is.Zero);
        Assert.That(_servers.SelectMany(static server => server.Log.Of("Unreadable")), Is.Empty);
    }

    private async Task JoinAsync(int client, params string[] rooms) => await _clients[client].Socket.JoinAsync(rooms);

    private async Task ExpectAsync(int client, params string[] events)
    {
        foreach (var name in events)
        {
            Assert.That(await _clients[client].ReceiveAsync(), Is.EqualTo($"2[\"{name}\"]"));
        }
    }
}
