using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Builder;

namespace SocketIoSharp.Tests.Sockets;

/// <summary>The option that takes handlers off the threads that read. What blocks here would stop its own connection without it.</summary>
[SuppressMessage("Usage", "VSTHRD002", Justification = "Handlers that block are what this is about.")]
[SuppressMessage("Usage", "VSTHRD103", Justification = "Handlers that block are what this is about.")]
public sealed class HandlersOnThreadPoolTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_handler_may_block_until_its_own_client_has_answered()
    {
        await using var server = await StartAsync(static io => io.OnConnection(static socket
            => socket.OnWithAck("ask me", () => socket.EmitWithAckAsync<int>("how many", 0).Result + 1)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("427[\"ask me\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"how many\",0]"));
        await client.SendAsync("430[41]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("437[42]"));
    }

    [Test]
    public async Task A_middleware_of_a_namespace_may_block_until_an_event_in_another_one()
    {
        using var isTold = new ManualResetEventSlim();
        await using var server = await StartAsync(io =>
        {
            io.OnConnection(socket => socket.On("tell", isTold.Set));
            io.Of("/patient").Use((_, next) =>
            {
                Assert.That(isTold.Wait(s_longest), Is.True);
                return next();
            });
        });
        await using var client = await server.ConnectAsync();

        await client.SendAsync("40/patient,");
        await client.SendAsync("42[\"tell\"]");

        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/patient,{"));
    }

    [Test]
    public async Task Connection_handlers_may_block_and_events_wait_for_them()
    {
        using var isTold = new ManualResetEventSlim();
        await using var server = await StartAsync(io =>
        {
            io.OnConnection(socket => socket.On("tell", isTold.Set));
            io.Of("/patient").OnConnection(socket =>
            {
                Assert.That(isTold.Wait(s_longest), Is.True);
                socket.OnWithAck("echo", static (string text) => text);
            });
        });
        await using var client = await server.ConnectAsync();

        await client.SendAsync("40/patient,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/patient,{"));
        await client.SendAsync("42/patient,1[\"echo\",\"late\"]");
        await client.SendAsync("42[\"tell\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("43/patient,1[\"late\"]"));
    }

    [Test]
    public async Task Events_stay_in_order_and_the_end_comes_last()
    {
        const int Count = 300;
        var received = new List<string>();
        var isOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("number", (int number) => received.Add(number.ToString(CultureInfo.InvariantCulture)));
            socket.OnDisconnect(reason =>
            {
                received.Add(reason.Text);
                isOver.SetResult();
            });
        }));
        await using var client = await server.ConnectAsync();

        for (var i = 0; i < Count; i++)
        {
            await client.SendAsync($"42[\"number\",{i}]");
        }

        await client.SendAsync("41");
        await isOver.Task.WaitAsync(s_longest);

        Assert.That(received, Is.EqualTo(Enumerable.Range(0, Count).Select(static i => i.ToString(CultureInfo.InvariantCulture)).Append("client namespace disconnect")));
    }

    private static Task<SocketIOTestServer> StartAsync(Action<ISocketIOServer> configure)
        => SocketIOTestServer.StartAsync(configure, static options => options.RunHandlersOnThreadPool = true);
}
