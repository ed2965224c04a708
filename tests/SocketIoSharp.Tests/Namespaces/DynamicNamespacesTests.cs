using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Namespaces;

/// <summary>Namespaces that come into being when clients ask for their names.</summary>
public sealed partial class DynamicNamespacesTests
{
    private const string Invalid = "{\"message\":\"Invalid namespace\"}";

    [Test]
    public async Task A_name_that_matches_a_pattern_becomes_a_namespace_with_its_first_client()
    {
        var names = new List<string>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.OnNewNamespace(of => names.Add(of.Name));
            io.Of(Tenant()).OnConnection(static socket => socket.EmitAsync("hello", socket.Namespace.Name));
        });
        await using var first = await ProtocolClient.ConnectAsync(server, name: "/tenant-1,");
        await using var second = await ProtocolClient.ConnectAsync(server, name: "/tenant-1,");

        await first.AssertNextAsync("42/tenant-1,[\"hello\",\"/tenant-1\"]");
        await second.AssertNextAsync("42/tenant-1,[\"hello\",\"/tenant-1\"]");
        await first.SendAsync("40/tenant-x,");
        await first.AssertNextAsync("44/tenant-x," + Invalid);
        Assert.That(names, Is.EqualTo(new[] { "/tenant-1" }));
        Assert.That(server.IO.Of("/tenant-1").Sockets, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_function_decides_with_the_name_and_the_handshake([Values] bool isAsynchronous)
    {
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            if (isAsynchronous)
            {
                io.Of(static async (name, handshake) =>
                {
                    await Task.Yield();
                    return IsAllowed(name, handshake);
                });
            }
            else
            {
                io.Of(IsAllowed);
            }
        });
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        await client.SendAsync("40/x,{\"Token\":\"bad\"}");
        await client.AssertNextAsync("44/x," + Invalid);
        await client.SendAsync("40/y,{\"Token\":\"good\"}");
        await client.AssertNextAsync("44/y," + Invalid);
        await client.JoinAsync("/x,", "{\"Token\":\"good\"}");
    }

    [Test]
    public async Task The_first_registration_that_accepts_a_name_has_it()
    {
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Of(static (_, _) => false).OnConnection(static socket => socket.EmitAsync("refusing"));
            io.Of(static (name, _) => name == "/tenant-1").OnConnection(static socket => socket.EmitAsync("function"));
            io.Of(Tenant()).OnConnection(static socket => socket.EmitAsync("pattern"));
            io.Of(static (_, _) => true).OnConnection(static socket => socket.EmitAsync("all"));
        });
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        await client.JoinAsync("/tenant-1,");
        await client.AssertNextAsync("42/tenant-1,[\"function\"]");
        await client.JoinAsync("/tenant-2,");
        await client.AssertNextAsync("42/tenant-2,[\"pattern\"]");
        await client.JoinAsync("/other,");
        await client.AssertNextAsync("42/other,[\"all\"]");
    }

    [Test]
    public async Task A_function_that_throws_refuses_the_name_and_the_next_one_is_asked([Values] bool isAsynchronous)
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.Of((name, _) => isAsynchronous
                    ? Task.FromException<bool>(new InvalidOperationException("secret"))
                    : throw new InvalidOperationException("secret"));
                io.Of(Tenant());
            },
            allowErrors: true);
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        await client.SendAsync("40/x,");
        await client.AssertNextAsync("44/x," + Invalid);
        await client.JoinAsync("/tenant-1,");

        Assert.That(server.Log.Errors, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_static_name_that_matches_a_pattern_becomes_its_child()
    {
        IDynamicNamespace tenants = null!;
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            tenants = io.Of(Tenant());
            tenants.OnConnection(static socket => socket.EmitAsync("parent"));
            io.Of("/tenant-7").OnConnection(static socket => socket.EmitAsync("child"));
        });

        await using var client = await ProtocolClient.ConnectAsync(server, name: "/tenant-7,");

        await client.AssertNextAsync("42/tenant-7,[\"parent\"]", "42/tenant-7,[\"child\"]");
        Assert.That(tenants.Children.Single(), Is.SameAs(server.IO.Of("/tenant-7")));
    }

    [Test]
    public async Task A_child_keeps_the_rules_of_the_moment_at_which_it_was_made()
    {
        IDynamicNamespace tenants = null!;
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                tenants = io.Of(Tenant());
                tenants.Use(Say("use 1"));
                tenants.OnConnection(static socket => socket.EmitAsync("on 1"));
            },
            services: static services => services.AddAuthorization());
        await using var client = await ProtocolClient.OpenAsync(server.Address);
        server.IO.Of("/tenant-1");

        tenants.Use(Say("use 2"));
        tenants.OnConnection(static socket => socket.EmitAsync("on 2"));

        await client.SendAsync("40/tenant-1,");
        await client.AssertNextAsync("42/tenant-1,[\"use 1\"]");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/tenant-1,"));
        await client.AssertNextAsync("42/tenant-1,[\"on 1\"]");

        await client.SendAsync("40/tenant-2,");
        await client.AssertNextAsync("42/tenant-2,[\"use 1\"]", "42/tenant-2,[\"use 2\"]");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/tenant-2,"));
        await client.AssertNextAsync("42/tenant-2,[\"on 1\"]", "42/tenant-2,[\"on 2\"]");

        tenants.RequireAuthorization();
        await client.SendAsync("40/tenant-3,");
        await client.AssertNextAsync("42/tenant-3,[\"use 1\"]", "42/tenant-3,[\"use 2\"]", "44/tenant-3,{\"message\":\"Unauthorized\"}");
    }

    [Test]
    public async Task A_child_can_have_rules_of_its_own_before_its_first_client_is_in()
    {
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Of(Tenant());
            io.OnNewNamespace(static of =>
            {
                of.Use(Say("own rule"));
                of.OnConnection(static socket => socket.EmitAsync("own handler"));
            });
        });
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        await client.SendAsync("40/tenant-1,");

        await client.AssertNextAsync("42/tenant-1,[\"own rule\"]");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/tenant-1,"));
        await client.AssertNextAsync("42/tenant-1,[\"own handler\"]");
    }

    [Test]
    public async Task No_client_is_in_a_new_namespace_before_its_listeners_have_seen_it()
    {
        var isListening = new TaskCompletionSource();
        using var mayEnd = new ManualResetEventSlim();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Of(Tenant());
            io.OnNewNamespace(of =>
            {
                isListening.SetResult();
                mayEnd.Wait(Eventually.Patience);
                of.OnConnection(static socket => socket.EmitAsync("own handler"));
            });
        });
        await using var first = await ProtocolClient.OpenAsync(server.Address);
        await using var second = await ProtocolClient.OpenAsync(server.Address);

        await first.SendAsync("40/tenant-1,");
        await isListening.Task.Soon();
        await second.SendAsync("40/tenant-1,");
        await second.JoinAsync("");
        mayEnd.Set();

        Assert.That(await second.ReceiveAsync(), Does.StartWith("40/tenant-1,"));
        await second.AssertNextAsync("42/tenant-1,[\"own handler\"]");
    }

    [Test]
    public async Task Sending_to_the_parent_reaches_the_clients_of_all_children()
    {
        IDynamicNamespace tenants = null!;
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            tenants = io.Of(Tenant());
            tenants.OnConnection(static socket => socket.On("join", (string room) => socket.JoinAsync(room)));
        });
        await tenants.EmitAsync("nobody is there");
        Assert.That((await tenants.EmitWithAckAsync<int>("nobody")).IsComplete, Is.True);
        await using var first = await ProtocolClient.ConnectAsync(server, name: "/tenant-1,");
        await using var second = await ProtocolClient.ConnectAsync(server, name: "/tenant-2,");
        await server.IO.Of("/tenant-1").SocketsJoinAsync("room");

        await tenants.EmitAsync("all", new byte[] { 1 });
        await tenants.To("room").EmitAsync("room");
        await tenants.Except("room").EmitAsync("others");
        await tenants.SocketsJoinAsync("new");
        var asking = tenants.To("new").EmitWithAckAsync<int>("q");

        await first.AssertNextAsync("451-/tenant-1,[\"all\",{\"_placeholder\":true,\"num\":0}]", "bAQ==", "42/tenant-1,[\"room\"]", "42/tenant-1,0[\"q\"]");
        await second.AssertNextAsync("451-/tenant-2,[\"all\",{\"_placeholder\":true,\"num\":0}]", "bAQ==", "42/tenant-2,[\"others\"]", "42/tenant-2,0[\"q\"]");
        await first.SendAsync("43/tenant-1,0[1]");
        await second.SendAsync("43/tenant-2,0[2]");
        Assert.That((await asking.Soon()).Responses, Is.EquivalentTo(new[] { 1, 2 }));
        await tenants.DisconnectSocketsAsync();
        await first.AssertNextAsync("41/tenant-1,");
        await second.AssertNextAsync("41/tenant-2,");
    }

    [Test]
    public async Task Clients_cannot_be_fetched_across_children()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });
        var tenants = server.IO.Of(Tenant());

        Assert.That(() => tenants.FetchSocketsAsync(), Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("fetchSockets() is not supported on parent namespaces"));
        Assert.That(() => tenants.To("room").Local.FetchSocketsAsync(), Throws.TypeOf<NotSupportedException>());
    }

    private static bool IsAllowed(string name, Handshake handshake)
        => name == "/x" && handshake.GetAuth<Credentials>()?.Token == "good" && handshake.Query["transport"] == "websocket";

    private static Func<IServerSocket, Func<Task>, Task> Say(string text) => async (socket, next) =>
    {
        await socket.EmitAsync(text);
        await next();
    };

    [GeneratedRegex("^/tenant-[0-9]+$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Tenant();

    private sealed record Credentials(string Token);
}
