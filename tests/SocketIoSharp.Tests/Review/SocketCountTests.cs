using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Review;

public sealed class SocketCountTests
{
    [Test]
    public async Task A_socket_that_leaves_while_it_is_being_counted_is_counted_out()
    {
        long sum = 0;
        await using var server = await SocketIOTestServer.StartAsync(static _ => { });
        using var listener = new MeterListener();
        var scope = server.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Name == "socketio.server.active_sockets")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) =>
        {
            Interlocked.Add(ref sum, value);
            if (value > 0)
            {
                foreach (var socket in server.IO.Sockets.Values)
                {
                    _ = socket.DisconnectAsync();
                }
            }
        });
        listener.Start();
        await using var client = await server.ConnectAsync();

        client.Reset();
        await Eventually.True(() => server.IO.Adapter.Table.Count == 0);

        await Eventually.True(() => Interlocked.Read(ref sum) == 0);
        Assert.That(server.IO.Sockets, Is.Empty);
    }
}
