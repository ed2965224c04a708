using BenchmarkDotNet.Attributes;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>Socket.IO packets in text.</summary>
public class JsonPacketDecoderBenchmarks
{
    private readonly JsonPacketDecoder _decoder = new(Packets.Limits);
    private readonly EngineIOMessage _event = Packets.Message($"2[\"echo\",\"{Packets.Text64}\"]");
    private readonly EngineIOMessage _eventOfNamespace = Packets.Message($"2/chat,17[\"echo\",\"{Packets.Text64}\"]");
    private readonly EngineIOMessage _answer = Packets.Message("3999[1]");
    private readonly EngineIOMessage _object = Packets.Message("2[\"order\",{\"id\":17,\"lines\":[{\"sku\":\"a-1\",\"count\":2},{\"sku\":\"b-2\",\"count\":1}],\"note\":\"soon\"}]");
    private readonly EngineIOMessage _binaryHead = Packets.Message("51-[\"bin\",{\"_placeholder\":true,\"num\":0}]");
    private readonly EngineIOMessage _attachment = new(new byte[256], true);

    [Benchmark(Description = "Decode, event", Baseline = true)]
    public PacketDecodeResult DecodeEvent() => _decoder.Decode(_event, out _, out _);

    [Benchmark(Description = "Decode, event of a namespace, with id")]
    public PacketDecodeResult DecodeEventOfNamespace() => _decoder.Decode(_eventOfNamespace, out _, out _);

    [Benchmark(Description = "Decode, answer")]
    public PacketDecodeResult DecodeAnswer() => _decoder.Decode(_answer, out _, out _);

    [Benchmark(Description = "Decode, event with an object")]
    public PacketDecodeResult DecodeObject() => _decoder.Decode(_object, out _, out _);

    [Benchmark(Description = "Decode, event with 256 bytes of binary")]
    public PacketDecodeResult DecodeBinary()
    {
        _decoder.Decode(_binaryHead, out _, out _);
        return _decoder.Decode(_attachment, out _, out _);
    }
}
