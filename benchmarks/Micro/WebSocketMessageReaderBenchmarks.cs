using System.Buffers;
using BenchmarkDotNet.Attributes;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>Frames of a client: head, mask, UTF-8.</summary>
public class WebSocketMessageReaderBenchmarks
{
    private const int FramesInABatch = 16;

    private readonly WebSocketMessageReader _reader = new(new WebSocketLimits(1_000_000, 1_000), deflate: false);
    private byte[] _frame = [];
    private byte[] _pristine = [];
    private byte[] _batch = [];

    [Params(16, 64, 4096)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _pristine = Packets.Frame(new string('x', Bytes));
        _frame = new byte[_pristine.Length];
        _batch = new byte[_pristine.Length * FramesInABatch];
    }

    /// <summary>Reading takes the mask off in place, so each time starts from a copy.</summary>
    [Benchmark(Description = "Read, one frame")]
    public int ReadOneFrame()
    {
        _pristine.CopyTo(_frame, 0);
        return ReadAll(_frame);
    }

    [Benchmark(Description = "Read, 16 frames in one piece", OperationsPerInvoke = FramesInABatch)]
    public int ReadBatch()
    {
        for (var index = 0; index < FramesInABatch; index++)
        {
            _pristine.CopyTo(_batch, index * _pristine.Length);
        }

        return ReadAll(_batch);
    }

    private int ReadAll(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        var read = 0;
        while (!buffer.IsEmpty && _reader.Read(ref buffer, out var item) == WebSocketReadStatus.Message)
        {
            read += item.Payload.Length;
            _reader.ReleaseMessage();
        }

        return read;
    }
}
