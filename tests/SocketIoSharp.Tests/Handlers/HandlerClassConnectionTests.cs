using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>Handler classes and the namespaces that use them: who gets in, and what happens when the connection itself fails.</summary>
public sealed class HandlerClassConnectionTests
{
    [Test]
    public async Task A_class_whose_connection_fails_is_logged_and_its_events_still_run()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.UseHandler<FailingHandler>(), allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"answer\"]"));
        Assert.That(server.Log.Errors.Select(static line => line.Exception?.Message), Is.EqualTo(new[] { "not connected" }));
    }

    [Test]
    public async Task A_class_whose_end_fails_is_logged_and_the_client_may_come_back()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.UseHandler<FailingHandler>(), allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("41");
        await Eventually.True(() => server.Log.Errors.Count == 2);
        await client.SendAsync("40");

        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{\"sid\":"));
        Assert.That(server.Log.Errors[1].Exception?.Message, Is.EqualTo("not disconnected: client namespace disconnect"));
    }

    [Test]
    public async Task A_policy_of_the_namespace_keeps_clients_out_before_the_class_sees_them()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            static io => io.Of("/admin")
                .Use(static (socket, next) =>
                {
                    var role = socket.Handshake.GetAuth<Dictionary<string, string>>()?.GetValueOrDefault("role");
                    socket.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("role", role ?? "")], "test"));
                    return next();
                })
                .RequireAuthorization("admins")
                .UseHandler<GreetingHandler>(),
            services: static services => services.AddAuthorizationBuilder().AddPolicy("admins", static policy => policy.RequireClaim("role", "admin")));
        await using var client = await server.OpenAsync();

        await client.SendAsync("40/admin,{\"role\":\"guest\"}");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("44/admin,{\"message\":"));
        await client.SendAsync("40/admin,{\"role\":\"admin\"}");

        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/admin,{\"sid\":"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42/admin,[\"hello\"]"));
    }

    private sealed class FailingHandler : SocketHandler, ISocketHandler<FailingHandler>
    {
        public static void MapEvents(EventMap<FailingHandler> events) => events.OnWithAck("x", static _ => "answer");

        public override Task OnConnectedAsync() => throw new InvalidOperationException("not connected");

        public override async Task OnDisconnectedAsync(DisconnectReason reason)
        {
            await Task.Yield();
            throw new InvalidOperationException($"not disconnected: {reason}");
        }
    }

    private sealed class GreetingHandler : SocketHandler, ISocketHandler<GreetingHandler>
    {
        public static void MapEvents(EventMap<GreetingHandler> events) => ArgumentNullException.ThrowIfNull(events);

        public override Task OnConnectedAsync() => Socket.EmitAsync("hello");
    }
}
