using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SocketIoSharp.EngineIO;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>The recovery of one server without the server: a budget, and namespaces whose deliveries are recorded.</summary>
internal sealed class RecoveryBench : IDisposable
{
    private readonly EngineIOClock _clock;

    public RecoveryBench(ConnectionStateRecoveryOptions? options = null)
    {
        _clock = new EngineIOClock(Time, NullLogger<EngineIOClock>.Instance);
        Budget = new RecoveryBudget(options ?? new ConnectionStateRecoveryOptions(), _clock);
    }

    public ManualTimeProvider Time { get; } = new();

    public RecoveryBudget Budget { get; }

    public int WaitingDeadlines => _clock.Count;

    public RecoveredNamespace CreateNamespace() => new(Budget);

    public void Dispose() => _clock.Dispose();

    public static EncodedPacket Packet(string json, long? id = null) => new("/", Encoding.UTF8.GetBytes(json), [], id);

    public static string Text(EncodedPacket packet) => Encoding.UTF8.GetString(packet.Json.Span);

    /// <summary>The offset at the end of an event.</summary>
    public static string OffsetOf(string json) => json.EndsWith("\"]", StringComparison.Ordinal) ? json.Split('"')[^2]
        : throw new InvalidOperationException($"No offset at the end of {json}");
}

/// <summary>One namespace of the bench.</summary>
internal sealed class RecoveredNamespace
{
    public RecoveredNamespace(RecoveryBudget budget) => Store = new SessionRecoveryStore(
        budget, packet => WhenEncoded?.Invoke(packet), (packet, _) =>
        {
            Delivered.Add(RecoveryBench.Text(packet));
            WhenDelivered?.Invoke(packet);
        });

    public SessionRecoveryStore Store { get; }

    public List<string> Delivered { get; } = [];

    public Action<EncodedPacket>? WhenEncoded { get; set; }

    public Action<EncodedPacket>? WhenDelivered { get; set; }

    /// <summary>Sends an event and gives the offset with which it was delivered.</summary>
    public string Broadcast(string json, BroadcastOptions? options = null)
    {
        Store.Broadcast(RecoveryBench.Packet(json), options ?? BroadcastOptions.Everybody);
        return RecoveryBench.OffsetOf(Delivered[^1]);
    }

    /// <summary>A client that connects now and is lost at once.</summary>
    public RecoverySession Lose(string privateId, params string[] rooms)
    {
        var session = new RecoverySession("id-of-" + privateId, privateId, rooms, new SocketData()) { ConnectOffset = Store.CurrentOffset };
        Store.Persist(session);
        return session;
    }

    /// <summary>What a client receives that comes back; null when it cannot.</summary>
    public List<string>? Resume(string privateId, string? offset)
    {
        List<string>? received = null;
        return Store.Find(privateId, offset) is { } session
            && Store.Resume(session, offset, missed => received = [.. missed.Select(RecoveryBench.Text)])
            ? received
            : null;
    }
}
