using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What fails around the handlers of an event, in code that is not ours, costs that event at the most.</summary>
public sealed class FailuresAroundHandlersTests
{
    [TestCase("socketio.server.events.received")]
    [TestCase("socketio.server.event.duration")]
    public async Task The_listener_of_a_meter_that_throws_does_not_stop_the_next_event(string instrumentName)
    {
        await using var server = await SocketIOTestServer.StartAsync(
            static io => io.OnConnection(static socket => socket.OnWithAck("e", static (int number) => number)),
            allowErrors: true);
        using var listener = FailOnce(server.Services.GetRequiredService<IMeterFactory>(), instrumentName);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"e\",0]", "421[\"e\",1]", "422[\"e\",2]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[1]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[2]"));
        Assert.That(server.Log.Of("HandlingFailed").Single().Exception, Is.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task The_listener_of_a_meter_that_throws_after_an_async_handler_does_not_stop_what_waits()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("slow", () => gate.Task);
                socket.OnWithAck("e", static (int number) => number);
            }),
            allowErrors: true);
        using var listener = FailOnce(server.Services.GetRequiredService<IMeterFactory>(), "socketio.server.event.duration");
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"slow\"]", "421[\"e\",1]");
        gate.SetResult();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[1]"));
        Assert.That(server.Log.Of("HandlingFailed"), Has.Count.EqualTo(1));
    }

    private static MeterListener FailOnce(IMeterFactory scope, string instrumentName)
    {
        var hasFailed = 0;
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, scope) && string.Equals(instrument.Name, instrumentName, StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Fail());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Fail());
        listener.Start();
        return listener;

        void Fail()
        {
            if (Interlocked.Exchange(ref hasFailed, 1) == 0)
            {
                throw new NotSupportedException("a listener that throws");
            }
        }
    }
}
