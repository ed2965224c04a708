using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Connections;

/// <summary>What the application learns of a client when it connects.</summary>
public sealed class HandshakeTests
{
    [Test]
    public async Task The_handshake_says_what_the_first_request_said([Values] bool isPolling)
    {
        var time = new ManualTimeProvider();
        var handshakes = new Inbox<Handshake>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => handshakes.Add(socket.Handshake)), time: time);
        await using var client = await ProtocolClient.OpenAsync(
            server.Address, isPolling, query: "t=abc&custom=a%20b&custom=c", headers: ["X-Custom: one", "Origin: https://example.org"]);
        time.Advance(TimeSpan.FromSeconds(5));

        await client.JoinAsync();

        var handshake = await handshakes.NextAsync();
        var transport = isPolling ? "polling" : "websocket";
        Assert.That(handshake.Url, Is.EqualTo($"/socket.io/?EIO=4&transport={transport}&t=abc&custom=a%20b&custom=c"));
        Assert.That(handshake.Query, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["EIO"] = "4",
            ["transport"] = transport,
            ["t"] = "abc",
            ["custom"] = "c",
        }));
        Assert.That(handshake.Headers["x-custom"].ToString(), Is.EqualTo("one"));
        Assert.That(handshake.GetHeader("X-CUSTOM").ToString(), Is.EqualTo("one"));
        Assert.That(handshake.GetHeader("X-Other").Count, Is.Zero);
        Assert.That(handshake.Address, Is.EqualTo("127.0.0.1"));
        Assert.That(handshake.RemoteAddress, Is.EqualTo(System.Net.IPAddress.Loopback));
        Assert.That(handshake.IsSecure, Is.False);
        Assert.That(handshake.IsCrossDomain, Is.True);
        Assert.That(handshake.Issued, Is.EqualTo(time.GetUtcNow() - TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_request_without_an_origin_is_not_cross_domain()
    {
        var handshakes = new Inbox<Handshake>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => handshakes.Add(socket.Handshake)));

        await using var client = await server.ConnectAsync();

        Assert.That((await handshakes.NextAsync()).IsCrossDomain, Is.False);
    }

    [Test]
    public async Task Credentials_are_read_at_the_type_that_is_wanted()
    {
        var handshakes = new Inbox<Handshake>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => handshakes.Add(socket.Handshake)));

        await using var client = await server.ConnectAsync("{\"token\":\"abc\",\"level\":7}");

        var handshake = await handshakes.NextAsync();
        Assert.That(handshake.GetAuth<Credentials>(), Is.EqualTo(new Credentials("abc", 7)));
        Assert.That(handshake.GetAuth<Dictionary<string, System.Text.Json.JsonElement>>()!["token"].GetString(), Is.EqualTo("abc"));
        Assert.That(handshake.GetAuth<int[]>(), Is.Null, "What does not fit is not there.");
        Assert.That(System.Text.Encoding.UTF8.GetString(handshake.AuthJson.Span), Is.EqualTo("{\"token\":\"abc\",\"level\":7}"));
    }

    [Test]
    public async Task Without_credentials_there_are_none()
    {
        var handshakes = new Inbox<Handshake>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => handshakes.Add(socket.Handshake)));

        await using var client = await server.ConnectAsync();

        Assert.That((await handshakes.NextAsync()).GetAuth<Credentials>(), Is.Null);
    }

    [Test]
    public async Task Each_namespace_has_credentials_of_its_own()
    {
        var tokens = new Inbox<string?>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.OnConnection(socket => tokens.Add(socket.Handshake.GetAuth<Credentials>()?.Token));
            io.Of("/a").OnConnection(socket => tokens.Add(socket.Handshake.GetAuth<Credentials>()?.Token));
        });
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        await client.JoinAsync("", "{\"token\":\"main\"}");
        await client.JoinAsync("/a,", "{\"token\":\"a\"}");

        Assert.That(await tokens.NextAsync(), Is.EqualTo("main"));
        Assert.That(await tokens.NextAsync(), Is.EqualTo("a"));
    }

    [TestCase("40[\"token\"]")]
    [TestCase("40\"token\"")]
    [TestCase("40null")]
    [TestCase("40{\"token\":")]
    [TestCase("40/admin,[]")]
    public async Task Credentials_that_are_no_object_close_the_connection(string packet)
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.Of("/admin"));
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        await client.SendAsync(packet);

        await client.AssertClosedAsync();
    }

    [Test]
    public async Task The_user_is_the_one_of_the_first_request([Values] bool isPolling)
    {
        var users = new Inbox<string?>();
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.OnConnection(socket => users.Add(socket.User.Identity?.Name));
                io.Of("/a").Use((socket, next) =>
                {
                    socket.User = TestUsers.Create("alice");
                    return next();
                });
                io.Of("/a").OnConnection(socket => users.Add(socket.User.Identity?.Name));
            },
            before: TestUsers.FromHeader);
        await using var client = await ProtocolClient.OpenAsync(server.Address, isPolling, headers: ["X-User: bob"]);

        await client.JoinAsync();
        await client.JoinAsync("/a,");

        Assert.That(await users.NextAsync(), Is.EqualTo("bob"));
        Assert.That(await users.NextAsync(), Is.EqualTo("alice"), "A middleware has set another one, for its namespace.");
    }

    [Test]
    public async Task Without_authentication_the_user_is_nobody()
    {
        var users = new Inbox<ClaimsPrincipal>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => users.Add(socket.User)));

        await using var client = await server.ConnectAsync();

        Assert.That((await users.NextAsync()).Identity?.IsAuthenticated, Is.Not.True);
    }

    private sealed record Credentials(string Token, int Level);
}

/// <summary>Users as a test names them in a header.</summary>
internal static class TestUsers
{
    public static ClaimsPrincipal Create(string name) => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test"));

    /// <summary>Stands in for the application's authentication.</summary>
    public static void FromHeader(WebApplication application) => application.Use((context, next) =>
    {
        if (context.Request.Headers["X-User"].ToString() is { Length: > 0 } name)
        {
            context.User = Create(name);
        }

        return next(context);
    });
}
