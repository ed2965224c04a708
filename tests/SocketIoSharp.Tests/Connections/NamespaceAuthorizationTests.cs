using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.Tests.Recovery;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Connections;

/// <summary>ASP.NET Core's policies on namespaces.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NamespaceAuthorizationTests
{
    private SocketIOTestServer? _server;

    [TearDown]
    public async Task Stop() => await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);

    [TestCase(null, "44{\"message\":\"Unauthorized\"}")]
    [TestCase("bob", "40{\"sid\":")]
    public async Task The_default_policy_wants_a_user(string? user, string answer)
    {
        await StartAsync(static io => io.RequireAuthorization());

        Assert.That(await AskAsync("40", user), Does.StartWith(answer));
    }

    [TestCase(null, "44/admin,{\"message\":\"Unauthorized\"}")]
    [TestCase("bob", "44/admin,{\"message\":\"Forbidden\"}")]
    [TestCase("root", "40/admin,{\"sid\":")]
    public async Task A_named_policy_decides_about_one_namespace(string? user, string answer)
    {
        await StartAsync(static io => io.Of("/admin").RequireAuthorization("admins"));

        Assert.That(await AskAsync("40/admin,", user), Does.StartWith(answer));
        Assert.That(await AskAsync("40", user), Does.StartWith("40{\"sid\":"));
    }

    [TestCase(null, "44/room-1,{\"message\":\"Unauthorized\"}")]
    [TestCase("bob", "44/room-1,{\"message\":\"Forbidden\"}")]
    [TestCase("root", "40/room-1,{\"sid\":")]
    public async Task A_policy_of_a_dynamic_namespace_holds_for_its_children(string? user, string answer)
    {
        await StartAsync(static io => io.Of(new Regex("^/room-1$", RegexOptions.NonBacktracking)).RequireAuthorization("admins"));

        Assert.That(await AskAsync("40/room-1,", user), Does.StartWith(answer));
    }

    [TestCase("bob", "44{\"message\":\"Forbidden\"}")]
    [TestCase("root", "40{\"sid\":")]
    public async Task Of_several_policies_all_count(string user, string answer)
    {
        await StartAsync(static io => io.RequireAuthorization("anybody", "admins"));

        Assert.That(await AskAsync("40", user), Does.StartWith(answer));
    }

    [Test]
    public async Task The_default_policy_still_counts_beside_a_named_one([Values] bool isNamedFirst)
    {
        await StartAsync(io =>
        {
            if (isNamedFirst)
            {
                io.RequireAuthorization("anybody").RequireAuthorization();
            }
            else
            {
                io.RequireAuthorization().RequireAuthorization("anybody");
            }
        });

        Assert.That(await AskAsync("40", null), Is.EqualTo("44{\"message\":\"Unauthorized\"}"));
    }

    [Test]
    public async Task A_policy_is_asked_about_the_user_that_a_middleware_has_set()
    {
        await StartAsync(static io =>
        {
            io.RequireAuthorization("admins");
            io.Use(static (socket, next) =>
            {
                socket.User = TestUsers.Create(socket.Handshake.GetAuth<Credentials>()!.Token);
                return next();
            });
        });

        Assert.That(await AskAsync("40{\"token\":\"root\"}", "bob"), Does.StartWith("40{\"sid\":"));
        Assert.That(await AskAsync("40{\"token\":\"bob\"}", "root"), Is.EqualTo("44{\"message\":\"Forbidden\"}"));
    }

    [Test]
    public async Task A_policy_that_nobody_has_added_refuses_and_is_logged()
    {
        await StartAsync(static io => io.RequireAuthorization("nobody knows"), allowErrors: true);

        Assert.That(await AskAsync("40", "root"), Is.EqualTo("44{\"message\":\"Connection failed\"}"));
        Assert.That(_server!.Log.Errors.Single().Exception!.Message, Does.Contain("nobody knows"));
    }

    [Test]
    public void Without_the_services_the_exception_says_what_to_call()
        => Assert.That(
            async () => _server = await SocketIOTestServer.StartAsync(static io => io.RequireAuthorization()),
            Throws.InvalidOperationException.With.Message.Contains("AddAuthorization()"));

    [Test]
    public async Task A_policy_is_asked_again_when_a_client_comes_back_to_its_session()
    {
        var isAllowed = true;
        await StartAsync(
            static io => io.RequireAuthorization("now"),
            static options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions(),
            policies: authorization => authorization.AddPolicy("now", policy => policy.RequireAssertion(_ => isAllowed)));
        await using var client = new RecoveringClient(_server!);
        await client.ConnectAsync();
        client.Lose();
        await Eventually.True(() => _server!.IO.Sockets.Count == 0);

        isAllowed = false;

        await using var again = await _server!.OpenAsync();
        await again.SendAsync($$"""40{"pid":"{{client.PrivateId}}"}""");
        Assert.That(await again.ReceiveAsync(), Is.EqualTo("44{\"message\":\"Unauthorized\"}"));
        isAllowed = true;
        var id = client.Id;
        await client.ConnectAsync();
        Assert.That(client.Id, Is.EqualTo(id), "A refusal does not cost the session.");
    }

    [TestCase("bob", true, true)]
    [TestCase("root", true, false)]
    [TestCase(null, true, false)]
    [TestCase("root", false, true)]
    public async Task A_session_is_not_given_to_another_user(string? user, bool isRequired, bool isResumed)
    {
        await StartAsync(static _ => { }, options =>
        {
            options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions();
            options.RequireSameUser = isRequired;
        });
        await using var client = await _server!.OpenAsync(["X-User: bob"]);
        await client.SendAsync("40");
        var reply = System.Text.Json.JsonDocument.Parse((await client.ReceiveAsync())[2..]).RootElement;
        client.Reset();
        await Eventually.True(() => _server!.IO.Sockets.Count == 0);

        var answer = await AskAsync($$"""40{"pid":"{{reply.GetProperty("pid").GetString()}}"}""", user);

        Assert.That(answer.Contains(reply.GetProperty("sid").GetString()!, StringComparison.Ordinal), Is.EqualTo(isResumed));
    }

    [Test]
    public async Task A_policy_sees_the_user_that_a_middleware_had_set_before_the_connection_was_lost()
    {
        await StartAsync(
            static io =>
            {
                io.RequireAuthorization("admins");
                io.Use(static (socket, next) =>
                {
                    socket.User = TestUsers.Create("root");
                    return next();
                });
            },
            static options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions());
        await using var client = new RecoveringClient(_server!);
        await client.ConnectAsync();
        var id = client.Id;
        client.Lose();
        await Eventually.True(() => _server!.IO.Sockets.Count == 0);

        await client.ConnectAsync();

        Assert.That(client.Id, Is.EqualTo(id));
        Assert.That(_server!.IO.Sockets[id].User.Identity!.Name, Is.EqualTo("root"));
        Assert.That(_server.IO.Sockets[id].Recovered, Is.True);
    }

    private async Task StartAsync(
        Action<ISocketIOServer> configure,
        Action<SocketIOOptions>? options = null,
        bool allowErrors = false,
        Action<Microsoft.AspNetCore.Authorization.AuthorizationOptions>? policies = null)
        => _server = await SocketIOTestServer.StartAsync(
            configure,
            options,
            allowErrors: allowErrors,
            services: services => services.AddAuthorization(authorization =>
            {
                authorization.AddPolicy("admins", static policy => policy.RequireUserName("root"));
                authorization.AddPolicy("anybody", static policy => policy.RequireAssertion(static _ => true));
                policies?.Invoke(authorization);
            }),
            before: TestUsers.FromHeader);

    private async Task<string> AskAsync(string packet, string? user)
    {
        await using var client = await _server!.OpenAsync(user is null ? [] : ["X-User: " + user]);
        await client.SendAsync(packet);
        return await client.ReceiveAsync();
    }

    private sealed record Credentials(string Token);
}
