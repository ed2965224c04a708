using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>What tests do with the sockets of clients and the pipes of servers.</summary>
internal static class Sockets
{
    public static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    public static Task SendTextAsync(this Socket socket, string text) => socket.SendAsync(Encoding.ASCII.GetBytes(text)).Soon();

    public static async Task<string> ReceiveTextAsync(this Socket socket, int length)
        => Encoding.ASCII.GetString(await socket.ReceiveExactlyAsync(length));

    public static async Task<byte[]> ReceiveExactlyAsync(this Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var got = 0; got < length;)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(got)).Soon();
            Assert.That(count, Is.Positive, $"the connection has ended after {got} of {length} bytes");
            got += count;
        }

        return bytes;
    }

    /// <summary>Closes a socket so that its peer gets a reset.</summary>
    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    /// <summary>Reads so many bytes, whatever the pieces in which they come.</summary>
    public static async Task<byte[]> ReadExactlyAsync(this PipeReader reader, int length)
    {
        var result = await reader.ReadAtLeastAsync(length).Soon();
        var bytes = result.Buffer.Slice(0, length).ToArray();
        reader.AdvanceTo(result.Buffer.GetPosition(length));
        return bytes;
    }

    public static async Task<string> ReadTextAsync(this PipeReader reader, int length) => Encoding.ASCII.GetString(await reader.ReadExactlyAsync(length));

    public static void WriteText(this PipeWriter writer, string text) => Encoding.ASCII.GetBytes(text, writer);
}
