using System.Text;
using BenchmarkDotNet.Attributes;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>Packets on their way out.</summary>
public class JsonPacketParserBenchmarks
{
    private readonly JsonPacketParser _parser = new();
    private readonly SocketIOPacket _event = new() { Type = SocketIOPacketType.Event, Json = Encoding.UTF8.GetBytes($"[\"echo\",\"{Packets.Text64}\"]") };

    private readonly SocketIOPacket _binary = new()
    {
        Type = SocketIOPacketType.Event,
        Namespace = "/chat"u8.ToArray(),
        Json = "[\"bin\",{\"_placeholder\":true,\"num\":0}]"u8.ToArray(),
        Attachments = new ReadOnlyMemory<byte>[] { new byte[256] },
    };

    [Benchmark(Description = "Encode, event", Baseline = true)]
    public EncodedMessage EncodeEvent() => _parser.Encode(_event);

    [Benchmark(Description = "Encode, event with 256 bytes of binary")]
    public EncodedMessage EncodeBinary() => _parser.Encode(_binary);
}
