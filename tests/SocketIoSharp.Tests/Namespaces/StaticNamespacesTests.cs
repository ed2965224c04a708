using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Namespaces;

/// <summary>Namespaces that the application names, and the clients that are in several of them.</summary>
public sealed class StaticNamespacesTests
{
    [Test]
    public async Task A_namespace_is_joined_and_its_reply_names_an_id_of_its_own()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Of("/admin").OnConnection(socket => socket.EmitAsync("hello", socket.Namespace.Name)));
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        var id = await client.JoinAsync("/admin,");

        Assert.That(id, Does.Match("^[\\w-]{20}$").And.Not.EqualTo(client.Sid));
        await client.AssertNextAsync("42/admin,[\"hello\",\"/admin\"]");
    }

    [Test]
    public async Task A_missing_slash_is_added_and_the_same_name_is_the_same_namespace()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });

        var admin = server.IO.Of("admin");

        Assert.That(admin.Name, Is.EqualTo("/admin"));
        Assert.That(server.IO.Of("/admin"), Is.SameAs(admin));
        Assert.That(admin.Server, Is.SameAs(server.IO));
        Assert.That(server.IO.Of("/"), Is.SameAs(server.IO.MainNamespace));
        Assert.That(server.IO.Namespaces.Select(static of => of.Name), Is.EquivalentTo(new[] { "/", "/admin" }));
    }

    [Test]
    public async Task The_main_namespace_is_the_server_itself()
    {
        var names = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.OnConnection(socket => names.Add("server " + socket.Namespace.Name));
            io.MainNamespace.OnConnection(socket => names.Add("main " + socket.Namespace.Name));
        });

        await using var client = await server.ConnectAsync();

        Assert.That(await names.NextAsync(), Is.EqualTo("server /"));
        Assert.That(await names.NextAsync(), Is.EqualTo("main /"));
    }

    [TestCase("40/nope,", "44/nope,{\"message\":\"Invalid namespace\"}")]
    [TestCase("40/nope", "44/nope,{\"message\":\"Invalid namespace\"}")]
    [TestCase("40/nope,{\"token\":1}", "44/nope,{\"message\":\"Invalid namespace\"}")]
    [TestCase("40/admin?x=1,", "44/admin?x=1,{\"message\":\"Invalid namespace\"}", Description = "A query is part of the name.")]
    [TestCase("40/Admin,", "44/Admin,{\"message\":\"Invalid namespace\"}")]
    [TestCase("40/_0,", "44/_0,{\"message\":\"Invalid namespace\"}")]
    public async Task An_unknown_name_is_refused_and_the_client_may_try_again(string packet, string answer)
    {
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Of("/admin");
            io.Of(new Regex("^/dynamic$", RegexOptions.NonBacktracking));
        });
        await using var client = await server.OpenAsync();

        await client.SendAsync(packet);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(answer));
        await client.SendAsync(packet);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(answer));

        await client.SendAsync("40/admin,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/admin,{\"sid\":"));
    }

    [Test]
    public async Task A_client_is_in_several_namespaces_at_once_and_leaves_one_of_them([Values] bool isPolling)
    {
        var left = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            foreach (var of in new[] { io.MainNamespace, io.Of("/a"), io.Of("/b") })
            {
                of.OnConnection(socket =>
                {
                    socket.OnWithAck("where", () => socket.Namespace.Name);
                    socket.OnDisconnect(reason => left.Add($"{socket.Namespace.Name} {reason}"));
                });
            }
        });
        await using var client = await ProtocolClient.ConnectAsync(server, isPolling);
        var ids = new[] { await client.JoinAsync("/a,"), await client.JoinAsync("/b,") };

        await client.SendAsync("41/a,");
        Assert.That(await left.NextAsync(), Is.EqualTo("/a client namespace disconnect"));
        await client.SendAsync("421[\"where\"]");
        await client.SendAsync("42/b,1[\"where\"]");

        await client.AssertNextAsync("431[\"/\"]", "43/b,1[\"/b\"]");
        Assert.That(server.IO.Of("/a").Sockets, Is.Empty);
        Assert.That(server.IO.Of("/b").Sockets.Keys, Is.EqualTo(new[] { ids[1] }));
    }

    [Test]
    public async Task A_namespace_can_be_joined_again_after_it_was_left_and_the_id_is_new()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.Of("/a"));
        await using var client = await ProtocolClient.OpenAsync(server.Address);
        var first = await client.JoinAsync("/a,");

        await client.SendAsync("41/a,");

        Assert.That(await client.JoinAsync("/a,"), Is.Not.EqualTo(first));
    }

    [TestCase("40/a,", Description = "A second connect.")]
    [TestCase("40/a,{\"token\":1}")]
    [TestCase("44/a,{\"message\":\"no\"}", Description = "Refusals are the server's.")]
    [TestCase("41/b,", Description = "Leaving what was not joined.")]
    [TestCase("42/b,[\"x\"]", Description = "An event elsewhere.")]
    [TestCase("44/b,\"no\"")]
    public async Task What_a_client_may_not_send_closes_its_connection(string packet)
    {
        await using var server = await SocketIOTestServer.StartAsync(static io =>
        {
            io.Of("/a");
            io.Of("/b");
        });
        await using var client = await ProtocolClient.ConnectAsync(server, name: "/a,");

        await client.SendAsync(packet);

        await client.AssertClosedAsync();
    }

    [Test]
    public async Task An_event_after_leaving_closes_the_connection_but_a_late_answer_does_not()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.Of("/a"));
        await using var client = await ProtocolClient.ConnectAsync(server, name: "/a,");
        await client.SendAsync("41/a,");

        await client.SendAsync("43/a,0[1]");
        await client.JoinAsync();
        await client.SendAsync("42/a,[\"x\"]");

        await client.AssertClosedAsync();
    }

    [TestCase("40/slow,")]
    [TestCase("42/slow,[\"x\"]")]
    [TestCase("41/slow,")]
    public async Task A_packet_for_a_namespace_that_is_still_being_joined_closes_the_connection(string packet)
    {
        var gate = new TaskCompletionSource();
        var isAborted = new TaskCompletionSource();
        await using var server = await SocketIOTestServer.StartAsync(io => io.Of("/slow").Use(async (socket, next) =>
        {
            socket.Disconnected.Register(isAborted.SetResult);
            await gate.Task;
            await next();
        }));
        await using var client = await server.OpenAsync();

        await client.SendTogetherAsync("40/slow,", packet);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await isAborted.Task.Soon();
        gate.SetResult();
        await Eventually.True(() => server.IO.Of("/slow").Adapter.Rooms.Count == 0);
    }

    [Test]
    public async Task More_namespaces_than_a_client_may_be_in_are_refused_until_it_leaves_one()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            static io =>
            {
                io.Of("/a");
                io.Of("/b");
                io.Of("/c");
            },
            static options => options.MaxNamespacesPerClient = 2);
        await using var client = await ProtocolClient.OpenAsync(server.Address);
        await client.JoinAsync("/a,");
        await client.JoinAsync("/b,");

        await client.SendAsync("40/c,");
        await client.AssertNextAsync("44/c,{\"message\":\"Too many namespaces\"}");
        await client.SendAsync("41/a,");

        await client.JoinAsync("/c,");
        Assert.That(server.Log.Of("TooManyNamespaces").Single().Message, Does.Contain("MaxNamespacesPerClient"));
    }

    [Test]
    public async Task New_namespaces_are_told_but_not_the_main_one()
    {
        var names = new List<string>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            using var registration = io.OnNewNamespace(of => names.Add(of.Name));
            io.Of("/");
            io.Of("/a");
            io.Of("a");
            io.Of("/b");
        });

        server.IO.Of("/c");

        Assert.That(names, Is.EqualTo(new[] { "/a", "/b" }));
    }

    [Test]
    public async Task Namespaces_have_rooms_and_numbers_of_answers_of_their_own()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io =>
        {
            io.OnConnection(static socket => socket.JoinAsync("room"));
            io.Of("/a").OnConnection(static socket => socket.JoinAsync("room"));
        });
        await using var client = await ProtocolClient.ConnectAsync(server);
        await client.JoinAsync("/a,");
        await Eventually.True(() => server.IO.Of("/a").Adapter.GetSockets("room").Count == 1);

        await server.IO.Of("/a").To("room").EmitAsync("x", 1);
        _ = server.IO.EmitWithAckAsync<int>("q");
        _ = server.IO.Of("/a").EmitWithAckAsync<int>("q");
        _ = server.IO.EmitWithAckAsync<int>("q");

        await client.AssertNextAsync("42/a,[\"x\",1]", "420[\"q\"]", "42/a,0[\"q\"]", "421[\"q\"]");
    }

    [Test]
    public async Task The_name_may_be_anything_but_a_comma()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.Of("/ä b/[\"x\"]?y=1").OnConnection(static socket => socket.EmitAsync("x")));
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        await client.JoinAsync("/ä b/[\"x\"]?y=1,");

        await client.AssertNextAsync("42/ä b/[\"x\"]?y=1,[\"x\"]");
    }
}
