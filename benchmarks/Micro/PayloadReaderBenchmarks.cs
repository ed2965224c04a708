using System.Text;
using BenchmarkDotNet.Attributes;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>The body of a POST: packets with a separator in between.</summary>
public class PayloadReaderBenchmarks
{
    private byte[] _body = [];

    [Params(1, 16)]
    public int Packets { get; set; }

    [GlobalSetup]
    public void Prepare()
        => _body = Encoding.UTF8.GetBytes(string.Join('\u001e', Enumerable.Repeat($"42[\"echo\",\"{Benchmarks.Packets.Text64}\"]", Packets)));

    [Benchmark]
    public int Read()
    {
        var reader = new PayloadReader(_body, protocol: 4, isOctetStream: false);
        var read = 0;
        while (reader.Read(out var packet) == PayloadReadResult.Packet)
        {
            read += packet.Data.Length;
        }

        return read;
    }
}
