using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using SocketIoSharp.Redis.Tests.Adapters;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Security;

/// <summary>The channels of each adapter, and what is counted.</summary>
public sealed partial class RedisLedgerTests
{
    private bool IsClassic => adapter is AdapterKind.Classic or AdapterKind.ClassicWithOwnResponses or AdapterKind.ClassicWithLog;

    private bool IsStreams => adapter is AdapterKind.Streams or AdapterKind.StreamsWithRecovery or AdapterKind.StreamsSharded;

    private bool IsSharded => adapter.IsSharded();

    private RedisChannelKind Kind => IsSharded ? RedisChannelKind.Sharded : RedisChannelKind.Plain;

    /// <summary>Where servers are asked.</summary>
    private string Request => _cluster.CountedChannel;

    /// <summary>Where this server alone is answered.</summary>
    private string Own => IsClassic
        ? RedisChannels.ClassicResponse(_cluster.Prefix, "/", ((ClusterAdapter)_server.IO.Adapter).Uid)
        : RedisChannels.Server(_cluster.Prefix, "/", ((ClusterAdapter)_server.IO.Adapter).Uid);

    /// <summary>Everything from which the server reads at any time. The classic adapter reads answers only while it waits for some.</summary>
    private IReadOnlyList<Func<byte[], Task>> Targets
    {
        get
        {
            List<Func<byte[], Task>> targets = [bytes => PublishAsync(Request, bytes)];
            if (IsClassic)
            {
                targets.Add(bytes => PublishAsync(RedisChannels.Namespace(_cluster.Prefix, "/"), bytes));
                targets.Add(bytes => PublishAsync(RedisChannels.Room(_cluster.Prefix, "/", "r"), bytes));
            }
            else
            {
                targets.Add(bytes => PublishAsync(Own, bytes));
            }

            if (adapter is AdapterKind.ShardedDynamic or AdapterKind.ShardedDynamicPrivate)
            {
                targets.Add(bytes => PublishAsync(RedisChannels.Room(_cluster.Prefix, "/", "r"), bytes));
            }

            if (IsStreams)
            {
                targets.Add(bytes => AppendAsync("x", "3", bytes.Length == 0 ? "{"u8.ToArray() : bytes));
            }

            return targets;
        }
    }

    private IEnumerable<(Func<byte[], Task> Target, byte[] Message)> GoodMessages()
    {
        const string Event = """{"packet":{"type":2,"data":["x",{"a":[1,"ä"]}]},"opts":{"rooms":[],"except":["e"],"flags":{"volatile":true}}}""";
        if (IsClassic)
        {
            var broadcast = HostileMessages.Pack("""["x",{"type":2,"data":["x",{"a":[1,"ä"]}],"nsp":"/"},{"rooms":[],"except":["e"],"flags":{"volatile":true}}]""");
            yield return (bytes => PublishAsync(RedisChannels.Namespace(_cluster.Prefix, "/"), bytes), broadcast);
            var request = """{"uid":"x","requestId":"1","type":7,"packet":{"type":2,"data":["x"]},"opts":{"rooms":[],"except":[]}}""";
            yield return (bytes => PublishAsync(Request, bytes), HostileMessages.Pack(request));
            yield return (bytes => PublishAsync(Request, bytes), Encoding.UTF8.GetBytes(request));
            yield break;
        }

        var message = $$"""{"type":3,"data":{{Event}},"uid":"x","nsp":"/"}""";
        yield return (bytes => PublishAsync(Request, bytes), HostileMessages.Pack(message));
        yield return (bytes => PublishAsync(Request, bytes), Encoding.UTF8.GetBytes(message));
        if (IsStreams)
        {
            yield return (bytes => AppendAsync("x", "3", bytes), Encoding.UTF8.GetBytes(Event));
            yield return (bytes => AppendAsync("x", "3", bytes), Encoding.ASCII.GetBytes(Convert.ToBase64String(HostileMessages.Pack(Event))));
        }
    }

    private IEnumerable<(Func<byte[], Task> Target, byte[] Message)> WrongMessages()
    {
        if (IsClassic)
        {
            foreach (var text in HostileMessages.ClassicRequests())
            {
                yield return (bytes => PublishAsync(Request, bytes), Encoding.UTF8.GetBytes(text));
                yield return (bytes => PublishAsync(Request, bytes), HostileMessages.Pack(text));
            }

            foreach (var text in HostileMessages.ClassicBroadcasts())
            {
                yield return (bytes => PublishAsync(RedisChannels.Namespace(_cluster.Prefix, "/"), bytes), HostileMessages.Pack(text));
                yield return (bytes => PublishAsync(RedisChannels.Room(_cluster.Prefix, "/", "r"), bytes), HostileMessages.Pack(text));
            }

            yield break;
        }

        foreach (var text in HostileMessages.Cluster())
        {
            yield return (bytes => PublishAsync(Request, bytes), Encoding.UTF8.GetBytes(text));
            yield return (bytes => PublishAsync(Own, bytes), HostileMessages.Pack(text));
        }

        if (!IsStreams)
        {
            yield break;
        }

        foreach (var (type, data) in HostileMessages.ClusterData())
        {
            var number = type.ToString(System.Globalization.CultureInfo.InvariantCulture);
            yield return (bytes => AppendAsync("x", number, bytes), Encoding.UTF8.GetBytes(data));
            yield return (bytes => AppendAsync("x", number, bytes), Encoding.ASCII.GetBytes(Convert.ToBase64String(HostileMessages.Pack(data))));
        }

        foreach (var type in new[] { "", "0", "99", "-3", " 3", "3.0", "x", "99999999999999999999" })
        {
            yield return (bytes => AppendAsync("x", type, bytes), """{"packet":{"type":2,"data":["x"]},"opts":{"rooms":[]}}"""u8.ToArray());
        }

        foreach (var uid in new[] { "", new string('u', 1_000) })
        {
            yield return (bytes => AppendAsync(uid, "3", bytes), """{"packet":{"type":2,"data":["x"]},"opts":{"rooms":[]}}"""u8.ToArray());
        }
    }

    private Task PublishAsync(string channel, byte[] message) => _link.Bus.PublishAsync(channel, message, IsSharded).Soon();

    private Task AppendAsync(string uid, string type, byte[] data)
        => _link.Bus.ExecuteAsync(
            "XADD",
            new RedisArgument[] { StreamWire.GetStreamName(_cluster.Prefix, adapter == AdapterKind.StreamsSharded ? 4 : 1, "/"), "*", "uid", uid, "nsp", "/", "type", type, "data", data },
            CancellationToken.None).Soon();

    private string ReadRequestId(ReadOnlyMemory<byte> bytes)
    {
        Assert.That(WireText.TryRead(bytes, out var text));
        var json = System.Text.Json.JsonDocument.Parse(text.Json).RootElement;
        return (IsClassic ? json : json.GetProperty("data")).GetProperty("requestId").GetString()!;
    }

    private void Count()
    {
        var meters = _server.Services.GetRequiredService<IMeterFactory>();
        _meters = new MeterListener();
        _meters.InstrumentPublished = (instrument, enabled) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name is "socketio.redis.messages.dropped" or "socketio.redis.messages.received")
            {
                enabled.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                Interlocked.Add(ref instrument.Name.EndsWith("dropped", StringComparison.Ordinal) ? ref _dropped : ref _received, value);
            }
        });
        _meters.Start();
    }

    private Task WhenReceivedAsync(long count) => Eventually.True(() => Interlocked.Read(ref _received) >= count);

    /// <summary>All bad messages have come in; nothing has come of them, and good ones still arrive.</summary>
    /// <param name="published">How many were published.</param>
    /// <param name="dropped">How many are counted as dropped; null when that does not matter.</param>
    private async Task ExpectDroppedAsync(int published, int? dropped)
    {
        await WhenReceivedAsync(published);
        await _other.IO.EmitAsync("good");
        Assert.That(await _client.ReceiveAsync(), Is.EqualTo("""2["good"]"""));
        await _other.IO.To("r").EmitAsync("good for the room");
        Assert.That(await _client.ReceiveAsync(), Is.EqualTo("""2["good for the room"]"""));
        Assert.That(_client.Socket.Rooms, Is.EquivalentTo(new[] { _client.Id, "r" }));
        Assert.That((await _server.IO.Timeout(Eventually.Patience).FetchSocketsAsync().Soon()).Select(static socket => socket.Id), Is.EqualTo(new[] { _client.Id }));
        if (dropped is { } expected)
        {
            await Eventually.True(() => Interlocked.Read(ref _dropped) >= expected);
            Assert.That(Interlocked.Read(ref _dropped), Is.EqualTo(expected));
            Assert.That(_server.Log.Lines.Any(static line => line.Level == LogLevel.Warning), Is.EqualTo(expected > 0));
        }

        var adapterOfServer = (ClusterAdapter)_server.IO.Adapter;
        Assert.That(adapterOfServer.PendingRequests, Is.Zero);
        Assert.That(adapterOfServer.ServedBroadcasts, Is.Zero);
        Assert.That(_server.Log.Lines.Count(static line => line.Level >= LogLevel.Warning), Is.LessThan(5));
        Assert.That(_server.Log.Errors, Is.Empty);
    }
}
