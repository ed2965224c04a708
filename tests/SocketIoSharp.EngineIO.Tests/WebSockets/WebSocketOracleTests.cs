using System.Buffers;
using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using static SocketIoSharp.EngineIO.Tests.WebSocketWire;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>The client of the .NET runtime speaks the same protocol in both directions.</summary>
public sealed class WebSocketOracleTests
{
    private static readonly int[] Sizes = [0, 1, 125, 126, 1_000, 16_384, 65_535, 65_536, 200_000];

    [Test]
    public async Task What_the_runtime_client_writes_is_read([Values] bool deflate)
    {
        var wire = new RecordedStream([]);
        var expected = new List<string>();
        using (var client = CreateClient(wire, deflate))
        {
            foreach (var size in Sizes)
            {
                var text = new string('x', size);
                await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                expected.Add("text " + text);
            }

            await client.SendAsync("frag"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
            await client.SendAsync("men"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
            await client.SendAsync("ted"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            expected.Add("text fragmented");
            await client.SendAsync(new byte[] { 1, 2, 0xFF }, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            expected.Add("binary 0102FF");
            await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "bye", CancellationToken.None);
            expected.Add("close 1001 bye");
        }

        var written = wire.Written.ToArray();
        Assert.That(ReadAll(written, deflate: deflate), Is.EqualTo(expected));
        Assert.That(ReadArriving(written.Chunk(4_096), deflate: deflate), Is.EqualTo(expected));
        if (deflate)
        {
            Assert.That(written, Has.Length.LessThan(10_000), "the client did compress");
        }
    }

    [Test]
    public async Task What_the_server_writes_is_read_by_the_runtime_client([Values] bool deflate)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var size in Sizes)
        {
            WriteFrame(output, WebSocketOpcode.Binary, Payload(size), deflate);
            WriteFrame(output, WebSocketOpcode.Ping, "are you there"u8, compressed: false);
        }

        WriteFrame(output, WebSocketOpcode.Text, "\u20AC"u8, deflate);
        WriteFrame(output, WebSocketOpcode.Text, "not compressed"u8, compressed: false);
        WriteFrame(output, WebSocketOpcode.Close, [0x03, 0xE8, .. "done"u8], compressed: false);
        var wire = new RecordedStream(output.WrittenSpan.ToArray());
        using var client = CreateClient(wire, deflate);

        foreach (var size in Sizes)
        {
            var (type, bytes) = await ReceiveAsync(client);
            Assert.That(type, Is.EqualTo(WebSocketMessageType.Binary));
            Assert.That(bytes.AsSpan().SequenceEqual(Payload(size)), Is.True, $"{size} bytes");
        }

        Assert.That(Encoding.UTF8.GetString((await ReceiveAsync(client)).Bytes), Is.EqualTo("\u20AC"));
        Assert.That(Encoding.UTF8.GetString((await ReceiveAsync(client)).Bytes), Is.EqualTo("not compressed"));
        Assert.That((await ReceiveAsync(client)).Type, Is.EqualTo(WebSocketMessageType.Close));
        Assert.That(client.CloseStatusDescription, Is.EqualTo("done"));

        // The client's answers to our pings are frames that our reader must know.
        Assert.That(ReadAll(wire.Written.ToArray(), deflate: deflate), Is.EqualTo(Sizes.Select(_ => "pong are you there")));
    }

    private static void WriteFrame(ArrayBufferWriter<byte> output, WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool compressed)
    {
        if (compressed)
        {
            var deflated = new ArrayBufferWriter<byte>();
            PerMessageDeflate.Deflate(payload, deflated, CompressionLevel.Fastest);
            payload = deflated.WrittenSpan;
        }

        output.Advance(WebSocketFrame.WriteHeader(output.GetSpan(WebSocketFrame.MaxServerHeaderLength), opcode, payload.Length, compressed));
        output.Write(payload);
    }

    private static byte[] Payload(int size) => [.. Enumerable.Range(0, size).Select(index => (byte)(index % 251))];

    private static WebSocket CreateClient(Stream stream, bool deflate) => WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
    {
        IsServer = false,
        KeepAliveInterval = TimeSpan.Zero,
        DangerousDeflateOptions = deflate
            ? new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false }
            : null,
    });

    private static async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync(WebSocket client)
    {
        var message = new ArrayBufferWriter<byte>();
        while (true)
        {
            var result = await client.ReceiveAsync(message.GetMemory(4_096), CancellationToken.None);
            message.Advance(result.Count);
            if (result.EndOfMessage)
            {
                return (result.MessageType, message.WrittenSpan.ToArray());
            }
        }
    }

    /// <summary>Reads what was recorded before, and keeps what is written.</summary>
    private sealed class RecordedStream(byte[] recorded) : Stream
    {
        private readonly MemoryStream _recorded = new(recorded);

        public MemoryStream Written { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => _recorded.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => Written.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
