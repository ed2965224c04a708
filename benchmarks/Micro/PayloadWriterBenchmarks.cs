using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>The answer to a poll.</summary>
public class PayloadWriterBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);
    private EncodedMessage[] _messages = [];

    [Params(1, 16)]
    public int Messages { get; set; }

    [GlobalSetup]
    public void Prepare()
        => _messages = [.. Enumerable.Range(0, Messages).Select(_ => EncodedMessage.Text($"2[\"echo\",\"{Packets.Text64}\"]"))];

    [Benchmark]
    public int Write()
    {
        _output.ResetWrittenCount();
        PayloadWriter.Write(_output, _messages, WireForm.V4);
        return _output.WrittenCount;
    }
}
