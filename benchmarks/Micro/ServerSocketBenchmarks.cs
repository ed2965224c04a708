using BenchmarkDotNet.Attributes;

namespace SocketIoSharp.Benchmarks;

/// <summary>From the bytes of an event to its handler, and to the bytes of what the handler sends.</summary>
public class ServerSocketBenchmarks
{
    private readonly BenchmarkServer _server = new();
    private SilentSession? _session;
    private EngineIO.EngineIOMessage _message;

    [Params("nothing", "nobody listens", "number", "string", "argument", "element", "ack number", "ack string")]
    public string Event { get; set; } = "";

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        var argument = Event switch
        {
            "nothing" => "",
            "number" or "ack number" => ",5",
            _ => $",\"{Packets.Text64}\"",
        };
        var id = Event.StartsWith("ack", StringComparison.Ordinal) ? "7" : "";
        _message = Packets.Message($"2{id}[\"{Event}\"{argument}]");
        _session = await _server.ConnectAsync();
    }

    [Benchmark]
    public Task Receive() => _server.ReceiveAsync(_session!, _message);

    [GlobalCleanup]
    public async Task CleanUpAsync() => await _server.DisposeAsync();
}
