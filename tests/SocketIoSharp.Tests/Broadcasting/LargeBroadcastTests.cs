using System.Globalization;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.EngineIO;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Broadcasting;

/// <summary>Broadcasts to so many that they are flushed in slices.</summary>
public sealed class LargeBroadcastTests
{
    private const int Clients = HeldFlush.LargestAtOnce + 100;

    [Test]
    public async Task Everybody_gets_everything_in_the_order_of_the_calls()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });
        var clients = new List<RawWebSocket>();
        try
        {
            for (var i = 0; i < Clients; i++)
            {
                clients.Add(await server.ConnectAsync());
            }

            await Eventually.True(() => server.IO.Sockets.Count == Clients);
            await server.IO.EmitAsync("all", 1);
            await server.IO.EmitAsync("all", 2);
            foreach (var socket in server.IO.Sockets.Values)
            {
                await socket.EmitAsync("own", 3);
            }

            await server.IO.EmitAsync("all", 4);

            foreach (var client in clients)
            {
                var received = new List<string>();
                for (var i = 0; i < 4; i++)
                {
                    received.Add(await client.ReceiveAsync());
                }

                Assert.That(received, Is.EqualTo(["42[\"all\",1]", "42[\"all\",2]", "42[\"own\",3]", "42[\"all\",4]"]));
            }
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    [Test]
    public async Task Within_a_batch_of_received_messages_too()
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.OnConnection(socket
            => socket.On("say", (int number) => io.EmitAsync("said", number))));
        var clients = new List<RawWebSocket>();
        try
        {
            for (var i = 0; i < Clients; i++)
            {
                clients.Add(await server.ConnectAsync());
            }

            await Eventually.True(() => server.IO.Sockets.Count == Clients);
            await clients[0].SendTogetherAsync("42[\"say\",0]", "42[\"say\",1]", "42[\"say\",2]");

            foreach (var client in clients)
            {
                for (var i = 0; i < 3; i++)
                {
                    Assert.That(await client.ReceiveAsync(), Is.EqualTo($"42[\"said\",{i.ToString(CultureInfo.InvariantCulture)}]"));
                }
            }
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }
}
