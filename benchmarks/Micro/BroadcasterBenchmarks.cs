using BenchmarkDotNet.Attributes;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>One event to many sockets, up to the engine: cost and bytes should grow with nothing but the recipients.</summary>
public class BroadcasterBenchmarks
{
    private readonly BenchmarkServer _server = new();
    private readonly EngineIOMessage _toAll = Packets.Message($"2[\"broadcast\",\"{Packets.Text64}\"]");
    private readonly EngineIOMessage _toRoom = Packets.Message($"2[\"to the room\",\"{Packets.Text64}\"]");
    private SilentSession? _session;

    [Params(1, 100, 1_000, 10_000)]
    public int Sockets { get; set; }

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        for (var index = 0; index < Sockets; index++)
        {
            _session = await _server.ConnectAsync();
        }
    }

    [Benchmark(Description = "to all of the namespace", Baseline = true)]
    public Task ToAll() => _server.ReceiveAsync(_session!, _toAll);

    [Benchmark(Description = "to a room")]
    public Task ToRoom() => _server.ReceiveAsync(_session!, _toRoom);

    [GlobalCleanup]
    public async Task CleanUpAsync() => await _server.DisposeAsync();
}
