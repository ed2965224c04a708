using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>The meter of the engine: what it is called, what it counts, and that it comes back to zero.</summary>
public sealed class MetricsTests
{
    [Test]
    public async Task A_life_on_polling()
    {
        await using var engine = await HostedEngine.StartAsync();
        using var meter = new RecordedMeter(engine);
        await using var client = engine.CreateClient();

        await client.HandshakeAsync();
        Assert.That(meter.Take(), Is.EqualTo(new[] { "engineio.server.active_sessions {session} +1 engineio.transport=polling" }));
        await client.PostAsync("1");
        await engine.Handler.NextCloseAsync();

        Assert.That(meter.Take(), Is.EquivalentTo(new[]
        {
            "engineio.server.active_sessions {session} -1 engineio.transport=polling",
            "engineio.server.session.duration s engineio.close.reason=transport close engineio.transport=polling",
        }));
        Assert.That(meter.ActiveSessions, Is.Zero);
    }

    [Test]
    public async Task A_life_with_an_upgrade([Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        using var meter = new RecordedMeter(engine);
        await using var client = engine.CreateClient();

        await client.HandshakeAsync();
        var webSocket = await client.UpgradeAsync();
        await webSocket.SendAsync("2");
        await engine.Handler.NextCloseAsync();

        Assert.That(meter.Take(), Is.EquivalentTo(new[]
        {
            "engineio.server.active_sessions {session} +1 engineio.transport=polling",
            "engineio.server.active_sessions {session} -1 engineio.transport=polling",
            "engineio.server.active_sessions {session} +1 engineio.transport=websocket",
            "engineio.server.upgrades {upgrade} +1 engineio.transport=websocket",
            "engineio.server.active_sessions {session} -1 engineio.transport=websocket",
            "engineio.server.session.duration s engineio.close.reason=transport error engineio.transport=websocket",
        }));
        Assert.That(meter.ActiveSessions, Is.Zero);
    }

    [TestCase("GET /engine.io/", "Transport unknown")]
    [TestCase("GET /engine.io/?EIO=4&transport=polling&sid=x", "Session ID unknown")]
    [TestCase("PUT /engine.io/?EIO=4&transport=polling", "Bad handshake method")]
    [TestCase("GET /engine.io/?EIO=4&transport=websocket", "TRANSPORT_HANDSHAKE_ERROR")]
    [TestCase("GET /engine.io/?EIO=3&transport=polling", "Unsupported protocol version")]
    public async Task A_refused_request(string request, string error)
    {
        await using var engine = await HostedEngine.StartAsync();
        using var meter = new RecordedMeter(engine);

        await engine.RequestAsync(request);

        Assert.That(meter.Take(), Is.EqualTo(new[] { $"engineio.server.rejected_requests {{request}} +1 error.type={error}" }));
    }

    [Test]
    public async Task A_listener_that_comes_later_never_counts_below_zero([Values] bool isUpgraded)
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        using var meter = new RecordedMeter(engine);

        if (isUpgraded)
        {
            await client.UpgradeAsync();
            await Eventually.True(() => engine.Server.FindSession(client.Sid) is { IsUpgraded: true });
        }

        engine.Server.FindSession(client.Sid)!.Close(discard: true);
        await engine.Handler.NextCloseAsync();

        Assert.That(meter.ActiveSessions, Is.Zero);
        Assert.That(meter.Take().Where(static line => line.Contains("active_sessions", StringComparison.Ordinal)), Is.Empty);
        await engine.AssertServesAsync();
        Assert.That(await CountAsync(), Is.Zero, "those that came after the listener are counted in and out");

        async Task<long> CountAsync()
        {
            await engine.Handler.NextCloseAsync();
            return meter.ActiveSessions;
        }
    }

    [TestCase("METHOD_NOT_ALLOWED", 405)]
    [TestCase("PAYLOAD_TOO_LARGE", 413)]
    [TestCase("WEBSOCKET_HANDSHAKE_ERROR", 400)]
    [TestCase("SERVER_CLOSING", 503)]
    public async Task A_request_that_is_refused_without_a_numbered_error(string error, int status)
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.MaxHttpBufferSize = 1_000);
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        if (status == 503)
        {
            await engine.Server.CloseAsync().Soon();
            await engine.Handler.NextCloseAsync();
        }

        using var meter = new RecordedMeter(engine);
        var answer = status switch
        {
            405 => await engine.RequestAsync("DELETE " + client.Target("polling")),
            413 => await client.SendPostAsync("4" + new string('x', 1_000)),
            400 => await engine.RequestAsync("GET " + client.Target("websocket"), "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
            _ => await engine.RequestAsync("GET " + client.Target("polling")),
        };

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(meter.Take(), Is.EqualTo(new[] { $"engineio.server.rejected_requests {{request}} +1 error.type={error}" }));
    }

    [Test]
    public async Task Many_sessions_that_end_in_many_ways_leave_zero_behind()
    {
        var time = new SkippingTimeProvider();
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = static options => options.PingInterval = options.PingTimeout = TimeSpan.FromSeconds(5),
            Services = builder => builder.Services.AddSingleton<TimeProvider>(time),
        });
        using var meter = new RecordedMeter(engine);
        const int Rounds = 10;
        for (var i = 0; i < Rounds; i++)
        {
            await engine.RequestAsync("GET /engine.io/?EIO=4&transport=polling");
            var reset = await RawWebSocket.ConnectAsync(engine.Address, "/engine.io/?EIO=4&transport=websocket");
            reset.Reset();
            await using var closed = await RawWebSocket.ConnectAsync(engine.Address, "/engine.io/?EIO=4&transport=websocket");
            await closed.ReceiveAsync();
            await closed.CloseAsync(1000);
        }

        await Eventually.True(() =>
        {
            time.Skip(TimeSpan.FromSeconds(1));
            return engine.Server.ClientsCount == 0;
        });
        for (var i = 0; i < 3 * Rounds; i++)
        {
            await engine.Handler.NextCloseAsync();
        }

        Assert.That(meter.ActiveSessions, Is.Zero);
        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    /// <summary>Everything that the meter of one application says.</summary>
    private sealed class RecordedMeter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<string> _lines = new();
        private long _activeSessions;

        public RecordedMeter(HostedEngine engine)
        {
            var scope = engine.App.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "SocketIoSharp.EngineIO" && ReferenceEquals(instrument.Meter.Scope, scope))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                if (instrument is UpDownCounter<long>)
                {
                    Interlocked.Add(ref _activeSessions, value);
                }

                Add(instrument, value > 0 ? $" +{value}" : $" {value}", tags);
            });
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            {
                Assert.That(value, Is.InRange(0, Eventually.Patience.TotalSeconds));
                Add(instrument, "", tags);
            });
            _listener.Start();
        }

        public long ActiveSessions => Interlocked.Read(ref _activeSessions);

        public IReadOnlyList<string> Take()
        {
            var lines = _lines.ToArray();
            _lines.Clear();
            return lines;
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var texts = tags.ToArray().Select(static tag => $" {tag.Key}={tag.Value}").Order(StringComparer.Ordinal);
            _lines.Enqueue($"{instrument.Name} {instrument.Unit}{value}{string.Concat(texts)}");
        }
    }
}
