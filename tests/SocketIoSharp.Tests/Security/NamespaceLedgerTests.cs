using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What one client may ask of a server in namespaces, and what is left of it.</summary>
public sealed class NamespaceLedgerTests
{
    [Test]
    public async Task The_namespaces_of_one_client_are_limited()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.Of("/a");
                io.Of("/b");
            },
            options => options.MaxNamespacesPerClient = 2);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("40/a,", "40/b,", "40/b,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/a,{"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/b,{\"message\":\"Too many namespaces\"}"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/b,{\"message\":\"Too many namespaces\"}"));
        Assert.That(server.Log.Of("TooManyNamespaces").Single().Message, Does.Contain("MaxNamespacesPerClient"));

        await client.SendTogetherAsync("41/a,", "40/b,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/b,{"), "there is room again");
    }

    [Test]
    public async Task The_children_of_a_dynamic_namespace_are_limited_and_empty_ones_make_room()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.Of((_, _) => true),
            options => options.MaxChildNamespaces = 2);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("40/a,", "40/b,", "40/c,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/a,{"));
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/b,{"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/c,{\"message\":\"Invalid namespace\"}"));
        Assert.That(server.Log.Of("TooManyChildren").Single().Message, Does.Contain("MaxChildNamespaces"));

        await client.SendTogetherAsync("41/a,", "40/c,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/c,{"), "the empty one has made room");
        Assert.That(server.IO.Namespaces.Select(static found => found.Name), Is.EquivalentTo(new[] { "/", "/b", "/c" }));
    }

    [Test]
    public async Task The_name_of_a_namespace_is_limited_before_anybody_is_asked_about_it()
    {
        var names = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.Of((name, _) =>
            {
                names.Add(name);
                return false;
            }),
            options => options.MaxNamespaceLength = 10);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("40/123456789,");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/123456789,{\"message\":\"Invalid namespace\"}"));
        await client.SendAsync("40/1234567890,");

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(names.Count, Is.EqualTo(1));
        Assert.That(server.Log.Of("InvalidPacket").Single().Message, Does.Contain("MaxNamespaceLength, 10"));
    }

    [Test]
    public async Task Floods_of_refused_connects_unknown_answers_and_rejoins_leave_nothing_behind()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Of("/mw").Use((_, _) => throw new ConnectionRefusedException("no")));
        await using var client = await server.ConnectAsync();

        for (var round = 0; round < 20; round++)
        {
            await client.SendTogetherAsync([.. Enumerable.Range(0, 100).SelectMany(static i => new[] { $"40/nope{i},", $"43{i}[1]", "40/mw,", "41", "40" })]);
            for (var i = 0; i < 300; i++)
            {
                Assert.That(await client.ReceiveAsync(), Does.StartWith("44/").Or.StartWith("40{"));
            }
        }

        Assert.That(server.IO.Namespaces, Has.Count.EqualTo(2));
        Assert.That(server.IO.MainNamespace.Adapter.Rooms, Has.Count.EqualTo(1));
        Assert.That(server.IO.Of("/mw").Adapter.Rooms, Is.Empty);
        Assert.That(((SocketNamespace)server.IO.Of("/mw")).Adapter.Table.Count, Is.Zero);
        Assert.That(((SocketNamespace)server.IO.MainNamespace).Adapter.Table.Count, Is.EqualTo(1));
    }
}
