using SocketIoSharp.Redis.Tests.Adapters;

namespace SocketIoSharp.Redis.Tests.Nginx;

/// <summary>Three servers behind a load balancer, and clients that reach them by every transport.</summary>
[TestFixture(AdapterKind.Classic)]
[TestFixture(AdapterKind.Streams)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BehindNginxTests(AdapterKind adapter) : IAsyncDisposable
{
    private const int ServerCount = 3;

    private readonly TestCluster _cluster = new(adapter, BusKind.StackExchange);
    private readonly List<ContractServer> _servers = [];
    private readonly List<ProxiedClient> _clients = [];
    private NginxServer? _nginx;

    private ISocketIOServer IO => _servers[0].IO;

    [SetUp]
    public async Task StartAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Only Linux lets a client connect from any 127.0.x.y.");
        }

        for (var i = 0; i < ServerCount; i++)
        {
            _servers.Add(await _cluster.StartServerAsync());
        }

        await _cluster.WhenCompleteAsync(ServerCount);
        _nginx = await NginxServer.StartAsync([.. _servers.Select(server => server.Address)]);

        // ip_hash looks at the first three numbers of the address; the addresses of one row are spread over all servers.
        foreach (var way in Enum.GetValues<Way>())
        {
            for (var address = 1; address <= ServerCount; address++)
            {
                _clients.Add(await ProxiedClient.ConnectAsync(_nginx.Address, address, way));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        await _cluster.DisposeAsync();
    }

    [Test]
    public void Every_server_serves_clients_of_every_transport()
    {
        foreach (var server in _servers)
        {
            Assert.That(_clients.Where(client => Serves(server, client)).Select(client => client.Way), Is.EquivalentTo(Enum.GetValues<Way>()));
        }
    }

    [Test]
    public async Task A_broadcast_reaches_everybody_from_every_server()
    {
        for (var i = 0; i < ServerCount; i++)
        {
            await _servers[i].IO.EmitAsync("hello", i);

            await ExpectAsync($"""2["hello",{i}]""", _clients);
        }
    }

    [Test]
    public async Task A_room_has_its_clients_on_all_servers()
    {
        var members = _clients.Where(client => client.Way != Way.WebSocket).ToArray();
        foreach (var member in members)
        {
            await SocketOf(member).JoinAsync("r");
        }

        await IO.To("r").EmitAsync("room");
        await IO.Except("r").EmitAsync("others");
        await IO.EmitAsync("end");

        await ExpectAsync("""2["room"]""", members);
        await ExpectAsync("""2["others"]""", _clients.Except(members));
        await ExpectAsync("""2["end"]""", _clients);
    }

    [Test]
    public async Task Everybody_answers()
    {
        var asking = IO.Timeout(Eventually.Patience).EmitWithAckAsync<int>("count?");
        for (var i = 0; i < _clients.Count; i++)
        {
            await _clients[i].AnswerAsync("""["count?"]""", $"[{i}]");
        }

        var answers = await asking.Soon();

        Assert.That(answers.IsComplete, Is.True);
        Assert.That(answers.Responses, Is.EquivalentTo(Enumerable.Range(0, _clients.Count)));
    }

    [Test]
    public async Task Everybody_is_fetched_and_told_what_to_do_from_every_server()
    {
        foreach (var server in _servers)
        {
            var sockets = await server.IO.FetchSocketsAsync().Soon();

            Assert.That(sockets.Select(socket => socket.Id), Is.EquivalentTo(_clients.Select(client => client.Id)));
        }

        await IO.SocketsJoinAsync("all");
        await Eventually.True(() => _clients.All(client => SocketOf(client).Rooms.Contains("all")));
        await IO.In("all").DisconnectSocketsAsync();

        await ExpectAsync("1", _clients);
    }

    [Test]
    public async Task A_client_that_polls_stays_on_its_server()
    {
        foreach (var client in _clients.Where(client => client.Way == Way.Polling))
        {
            var own = _servers.Single(server => Serves(server, client)).Address.Authority;
            for (var ack = 0; ack < 10; ack++)
            {
                Assert.That(await client.AskOverPollingAsync(ack), Is.All.EqualTo(own));
            }
        }
    }

    private static bool Serves(ContractServer server, ProxiedClient client) => server.IO.Sockets.ContainsKey(client.Id);

    private static async Task ExpectAsync(string packet, IEnumerable<ProxiedClient> clients)
    {
        foreach (var client in clients)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo(packet));
        }
    }

    private IServerSocket SocketOf(ProxiedClient client) => _servers.Single(server => Serves(server, client)).IO.Sockets[client.Id];
}
