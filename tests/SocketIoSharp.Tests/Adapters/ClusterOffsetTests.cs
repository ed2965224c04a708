using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>Cluster adapters whose messages stand in a log that all servers read in the same order.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClusterOffsetTests
{
    private readonly ClusterBus _bus = new() { HasOffsets = true };
    private readonly List<ContractServer> _servers = [];
    private readonly List<ContractClient> _clients = [];

    [SetUp]
    public async Task Start()
    {
        for (var i = 0; i < 2; i++)
        {
            _servers.Add(await ContractServer.StartAsync(options =>
            {
                options.AdapterFactory = context => new BusAdapter(context, _bus);
                options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions();
            }));
            _clients.Add(await _servers[i].ConnectAsync());
        }
    }

    [TearDown]
    public async Task Stop()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Test]
    public async Task All_clients_receive_all_events_in_the_order_of_the_log_with_the_same_offsets()
    {
        var sending = _servers.Select(static (server, index) => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await server.IO.EmitAsync("e", index, i);
            }
        }));
        await Task.WhenAll(sending).Soon();

        for (var offset = 1; offset <= 100; offset++)
        {
            var first = await _clients[0].ReceiveAsync();
            Assert.That(first, Does.EndWith($",\"{offset}-0\"]"));
            Assert.That(await _clients[1].ReceiveAsync(), Is.EqualTo(first));
        }
    }

    [Test]
    public async Task An_event_without_an_offset_of_its_own_carries_the_newest_one_behind_a_text()
    {
        await _servers[0].IO.Volatile.EmitAsync("before", "text");
        await ExpectAsync("""2["before","text"]""");
        await _servers[0].IO.EmitAsync("kept", 1);
        await ExpectAsync("""2["kept",1,"2-0"]""");
        await _servers[1].IO.Volatile.EmitAsync("volatile", "text");
        await ExpectAsync("""2["volatile","text","2-0"]""");
        await _servers[1].IO.Volatile.EmitAsync("volatile", 1);
        await ExpectAsync("""2["volatile",1]""");

        Assert.That(_servers[0].IO.Adapter.CurrentOffset, Is.EqualTo("2-0"));
    }

    [Test]
    public async Task An_event_that_cannot_be_published_reaches_this_servers_clients_without_an_offset()
    {
        _bus.Failure = new InvalidOperationException("The medium is away.");
        await _servers[0].IO.EmitAsync("x", 1);
        _bus.Failure = null;
        await _servers[0].IO.EmitAsync("y", 2);

        Assert.That(await _clients[0].ReceiveAsync(), Is.EqualTo("""2["x",1]"""));
        await ExpectAsync("""2["y",2,"1-0"]""");
    }

    [Test]
    public async Task Other_messages_of_this_server_are_ignored_when_they_come_back()
    {
        await _servers[0].IO.SocketsJoinAsync("r");
        await Eventually.True(() => _clients[1].Socket.Rooms.Contains("r"));
        var answering = _servers[0].IO.To("r").Timeout(Eventually.Patience).EmitWithAckAsync<int>("q");
        foreach (var client in _clients)
        {
            await client.AnswerAsync("""["q"]""", "[1]");
        }

        Assert.That((await answering.Soon()).Responses, Is.EqualTo(new[] { 1, 1 }));
        await _servers[0].IO.EmitAsync("end", 0);
        foreach (var client in _clients)
        {
            Assert.That(await client.ReceiveAsync(), Does.StartWith("""2["end",0,"""));
        }
    }

    private async Task ExpectAsync(string packet)
    {
        foreach (var client in _clients)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo(packet));
        }
    }
}
