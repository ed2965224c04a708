using System.Text.Json;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Recovery;

/// <summary>Many senders, and clients that are lost and come back while these send.</summary>
public sealed class RecoveryUnderLoadTests
{
    private const int Senders = 4;
    private const int EventsPerSender = 400;

    [Test]
    public async Task Every_event_arrives_exactly_once_and_in_order_however_often_clients_come_back()
    {
        using var pace = new SemaphoreSlim(40);
        var disconnected = new Inbox<DisconnectReason>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket => socket.OnDisconnect(disconnected.Add)),
            static options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions());
        await using var client = new RecoveringClient(server);
        await client.ConnectAsync();
        var id = client.Id;
        var sending = Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(server.IO, sender, pace))).ToArray();
        var random = new Random(7);
        var received = new List<string>();
        var resumes = 0;

        while (received.Count < Senders * EventsPerSender)
        {
            for (var left = random.Next(1, 60); left > 0 && received.Count < Senders * EventsPerSender; left--)
            {
                received.Add(await client.ReceiveAsync());
                pace.Release(2);
            }

            client.Lose();
            await disconnected.NextAsync();

            // So that some are sent while the client comes back.
            pace.Release(20);
            var missed = await client.ConnectAsync();
            received.AddRange(missed);
            pace.Release(missed.Count + 1);
            Assert.That(client.Id, Is.EqualTo(id), "The client has come back as a new one.");
            resumes++;
        }

        pace.Release(10_000);
        await Task.WhenAll(sending).Soon();
        Assert.That(resumes, Is.GreaterThan(5));
        var events = received.Select(static packet => JsonDocument.Parse(packet[2..]).RootElement).ToArray();
        for (var sender = 0; sender < Senders; sender++)
        {
            var numbers = events.Where(json => json[1].GetInt32() == sender).Select(static json => json[2].GetInt32());
            Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, EventsPerSender)));
        }

        Assert.That(events.Select(static json => json[3].GetString()), Is.Unique);
        Assert.That(events, Has.Length.EqualTo(Senders * EventsPerSender));
    }

    private static async Task SendAsync(ISocketIOServer io, int sender, SemaphoreSlim pace)
    {
        for (var i = 0; i < EventsPerSender; i++)
        {
            await pace.WaitAsync();

            // What others receive makes holes in the numbers, nothing else.
            if (i % 7 == 0)
            {
                await io.To("nobody").EmitAsync("elsewhere", "text");
            }

            await io.EmitAsync("e", sender, i);
        }
    }
}
