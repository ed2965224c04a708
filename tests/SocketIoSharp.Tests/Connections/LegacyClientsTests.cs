using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Connections;

/// <summary>Version 2 clients, which speak revision 3 of the engine's protocol.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LegacyClientsTests
{
    private readonly Inbox<IServerSocket> _connected = new();
    private readonly Inbox<string> _left = new();
    private SocketIOTestServer _server = null!;

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_client_is_in_the_main_namespace_by_itself_with_the_id_of_its_session([Values] bool isPolling)
    {
        await StartAsync();
        await using var client = await OpenAsync(isPolling);

        await client.AssertNextAsync("40");

        var socket = await _connected.NextAsync();
        Assert.That(socket.Id, Is.EqualTo(client.Sid));
        Assert.That(socket.Handshake.GetAuth<Dictionary<string, string>>(), Is.Null);
        await client.SendAsync("421[\"where\"]");
        await client.AssertNextAsync("431[\"/\"]");
    }

    [Test]
    public async Task On_polling_the_reply_comes_with_the_second_request()
    {
        await StartAsync();
        await using var http = new RawEngineIOClient(_server.Address, new RawClientOptions { Protocol = 3, Path = "/socket.io/" });

        Assert.That(await http.HandshakeAsync(), Does.EndWith("}"));

        Assert.That(await http.GetAsync(), Is.EqualTo("2:40"));
    }

    [Test]
    public async Task Credentials_are_the_query_of_the_namespace_and_the_reply_does_not_repeat_it([Values] bool isPolling)
    {
        await StartAsync();
        await using var client = await OpenAsync(isPolling);
        await client.AssertNextAsync("40");
        await _connected.NextAsync();

        await client.SendAsync("40/adm?token=abc&u=%20x,");

        await client.AssertNextAsync("40/adm,");
        var socket = await _connected.NextAsync();
        Assert.That(socket.Id, Is.EqualTo("/adm#" + client.Sid));
        Assert.That(socket.Handshake.GetAuth<Dictionary<string, string>>(), Is.EquivalentTo(new Dictionary<string, string> { ["token"] = "abc", ["u"] = " x" }));
        await client.SendAsync("42/adm?zz=1,5[\"where\"]");
        await client.AssertNextAsync("43/adm,5[\"/adm\"]");
    }

    [Test]
    public async Task A_payload_of_the_connect_is_ignored()
    {
        await StartAsync();
        await using var client = await OpenAsync();
        await client.AssertNextAsync("40");
        await _connected.NextAsync();

        await client.SendAsync("40/adm,{\"token\":\"abc\"}");

        await client.AssertNextAsync("40/adm,");
        Assert.That((await _connected.NextAsync()).Handshake.GetAuth<Dictionary<string, string>>(), Is.Null);
    }

    [TestCase("/%", "/%")]
    [TestCase("/%63hat", "/%63hat")]
    [TestCase("/[x]^|", "/[x]^|")]
    [TestCase("/a b\"<>`{}\u007f", "/a%20b%22%3C%3E%60%7B%7D%7F")]
    [TestCase("/é#fragment?x=1", "/%C3%A9")]
    [TestCase("/x\t\ny ", "/xy")]
    [TestCase("/a\\b", "/a/b")]
    [TestCase("/a/../b/%2E%2e/./c", "/c")]
    [TestCase("/a//b/..", "/a//")]
    public async Task A_name_is_the_path_of_a_URL(string name, string answered)
    {
        await StartAsync();
        await using var client = await OpenAsync();
        await client.AssertNextAsync("40");

        await client.SendAsync($"40{name},");

        await client.AssertNextAsync($"44{answered},{{\"message\":\"Invalid namespace\"}}");
    }

    [TestCase("40/nope,", "44/nope,{\"message\":\"Invalid namespace\"}")]
    [TestCase("40/text,", "44/text,\"not ok\"")]
    [TestCase("40/data,", "44/data,{\"x\":1}")]
    public async Task A_refusal_is_the_details_or_the_text_alone(string packet, string answer)
    {
        await StartAsync(static io =>
        {
            io.Of("/text").Use(static (_, _) => throw new ConnectionRefusedException("not ok"));
            io.Of("/data").Use(static (_, _) => throw new ConnectionRefusedException("not ok", new { X = 1 }));
        });
        await using var client = await OpenAsync();
        await client.AssertNextAsync("40");

        await client.SendAsync(packet);

        await client.AssertNextAsync(answer);
    }

    [Test]
    public async Task A_refusal_in_the_main_namespace_leaves_the_connection()
    {
        await StartAsync(static io => io.Use(static (_, _) => throw new ConnectionRefusedException("root denied")));
        await using var client = await OpenAsync();

        await client.AssertNextAsync("44\"root denied\"");
        await client.SendAsync("40/adm,");

        await client.AssertNextAsync("40/adm,");
    }

    [Test]
    public async Task The_main_namespace_can_be_left_and_joined_again_with_the_same_id([Values] bool isPolling)
    {
        await StartAsync();
        await using var client = await OpenAsync(isPolling);
        await client.AssertNextAsync("40");
        var first = await _connected.NextAsync();

        await client.SendAsync("41");
        Assert.That(await _left.NextAsync(), Is.EqualTo("/ client namespace disconnect"));
        await client.SendAsync("40");

        await client.AssertNextAsync("40");
        var second = await _connected.NextAsync();
        Assert.That(second, Is.Not.SameAs(first));
        Assert.That(second.Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task A_client_that_the_server_has_thrown_out_can_come_back_at_once()
    {
        const int Rounds = 200;
        await StartAsync();
        await using var client = await OpenAsync();
        await client.AssertNextAsync("40");
        await _connected.NextAsync();

        for (var i = 0; i < Rounds; i++)
        {
            await client.SendAsync("40/adm,");
            await client.AssertNextAsync("40/adm,");
            _ = (await _connected.NextAsync()).DisconnectAsync();
            await client.AssertNextAsync("41/adm,");
        }

        Assert.That(_server.IO.Engine.ClientsCount, Is.EqualTo(1));
    }

    [TestCase("40")]
    [TestCase("40/?token=abc,")]
    [TestCase("42/adm,[\"x\"]")]
    public async Task A_second_connect_or_an_event_elsewhere_closes_the_connection(string packet)
    {
        await StartAsync();
        await using var client = await OpenAsync();
        await client.AssertNextAsync("40");

        await client.SendAsync(packet);

        await client.AssertClosedAsync();
        Assert.That(await _left.NextAsync(), Is.EqualTo("/ forced close"));
    }

    [Test]
    public async Task Sessions_of_these_clients_cannot_be_recovered()
    {
        await StartAsync(options: static options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions());
        await using var client = await OpenAsync();

        await client.AssertNextAsync("40");
        await client.SendAsync("40/adm?pid=abc,");

        await client.AssertNextAsync("40/adm,");
    }

    [Test]
    public async Task Names_are_treated_as_the_path_of_a_url()
    {
        await StartAsync(static io => io.Of("/%C3%A4"));
        await using var client = await OpenAsync();
        await client.AssertNextAsync("40");

        await client.SendAsync("40/ä,");

        await client.AssertNextAsync("40/%C3%A4,");
    }

    private async Task StartAsync(Action<ISocketIOServer>? configure = null, Action<SocketIOOptions>? options = null)
        => _server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.OnConnection(Observe);
                io.Of("/adm").OnConnection(Observe);
                configure?.Invoke(io);
            },
            settings =>
            {
                settings.AllowEIO3 = true;
                options?.Invoke(settings);
            });

    private Task<ProtocolClient> OpenAsync(bool isPolling = false) => ProtocolClient.OpenAsync(_server.Address, isPolling, protocol: 3);

    private void Observe(IServerSocket socket)
    {
        socket.OnWithAck("where", () => socket.Namespace.Name);
        socket.OnDisconnect(reason => _left.Add($"{socket.Namespace.Name} {reason}"));
        _connected.Add(socket);
    }
}
