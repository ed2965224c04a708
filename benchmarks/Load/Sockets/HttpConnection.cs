using System.Buffers.Text;
using System.Text;

namespace SocketIoSharp.BenchmarkLoad.Sockets;

/// <summary>A keep-alive connection for one request after the other.</summary>
internal sealed class HttpConnection(Loop loop, Action<HttpConnection, long> onConnected, HttpAnswerHandler onAnswer) : Connection(loop)
{
    private readonly byte[] _chunks = new byte[4096];

    protected override void OnConnected() => onConnected(this, OpenedAt);

    protected override int OnReceived(ReadOnlySpan<byte> data, long now)
    {
        var headLength = data.IndexOf("\r\n\r\n"u8) + 4;
        if (headLength < 4)
        {
            return 0;
        }

        var head = data[..headLength];
        if (!head.StartsWith("HTTP/1.1 200"u8))
        {
            throw new LoadException($"a request was refused: {Encoding.UTF8.GetString(data)}");
        }

        var body = data[headLength..];
        int used;
        if (TryReadLength(head, out var length))
        {
            if (body.Length < length)
            {
                return 0;
            }

            body = body[..length];
            used = length;
        }
        else
        {
            used = ReadChunks(body, out var total);
            if (used == 0)
            {
                return 0;
            }

            body = _chunks.AsSpan(0, total);
        }

        onAnswer(this, body, now);
        return headLength + used;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> head, out int length)
    {
        length = 0;
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            const int NameLength = 15;
            if (line.Length > NameLength && Ascii.EqualsIgnoreCase(line[..NameLength], "content-length:"u8))
            {
                return Utf8Parser.TryParse(line[NameLength..].TrimStart((byte)' '), out length, out _);
            }
        }

        return false;
    }

    /// <summary>Puts the chunks together; 0 when the last one has not arrived.</summary>
    private int ReadChunks(ReadOnlySpan<byte> data, out int total)
    {
        total = 0;
        var used = 0;
        while (true)
        {
            var rest = data[used..];
            var end = rest.IndexOf("\r\n"u8);
            if (end < 0 || !Utf8Parser.TryParse(rest[..end], out int length, out _, 'x') || rest.Length < end + length + 4)
            {
                return 0;
            }

            rest.Slice(end + 2, length).CopyTo(_chunks.AsSpan(total));
            total += length;
            used += end + length + 4;
            if (length == 0)
            {
                return used;
            }
        }
    }
}

/// <summary>The body of an answer.</summary>
internal delegate void HttpAnswerHandler(HttpConnection connection, ReadOnlySpan<byte> body, long now);
