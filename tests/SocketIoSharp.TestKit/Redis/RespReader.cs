using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SocketIoSharp.TestKit;

/// <summary>What Redis sends: a reply, or an error instead of one.</summary>
internal readonly record struct RespReply(RedisReply Value, string? Error)
{
    public RedisReply ValueOrThrow() => Error is null ? Value : throw new RedisCommandException(Error);
}

/// <summary>Reads replies of the second version of the protocol of Redis from a socket, one after the other.</summary>
internal sealed class RespReader(Socket socket)
{
    private const int MaxDepth = 16;
    private const int MaxLength = 512 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Task<RespReply> ReadAsync(CancellationToken cancellationToken) => ReadAsync(0, cancellationToken);

    private async Task<RespReply> ReadAsync(int depth, CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        var rest = line.Length > 1 ? line[1..] : "";
        switch (line.Length == 0 ? ' ' : line[0])
        {
            case '+':
                return new RespReply(RedisReply.Of(Encoding.UTF8.GetBytes(rest)), null);
            case '-':
                return new RespReply(RedisReply.Null, rest);
            case ':':
                return new RespReply(RedisReply.Of(long.Parse(rest, CultureInfo.InvariantCulture)), null);
            case '$':
                var length = ParseLength(rest);
                return new RespReply(length < 0 ? RedisReply.Null : RedisReply.Of(await ReadBytesAsync(length, cancellationToken)), null);
            case '*' when depth < MaxDepth:
                return await ReadArrayAsync(ParseLength(rest), depth, cancellationToken);
            default:
                throw new InvalidDataException($"Redis sent what is no reply: {line}");
        }
    }

    private async Task<RespReply> ReadArrayAsync(int count, int depth, CancellationToken cancellationToken)
    {
        if (count < 0)
        {
            return new RespReply(RedisReply.Null, null);
        }

        var items = new List<RedisReply>(Math.Min(count, 1024));
        while (items.Count < count)
        {
            items.Add((await ReadAsync(depth + 1, cancellationToken)).ValueOrThrow());
        }

        return new RespReply(RedisReply.Of(items), null);
    }

    private static int ParseLength(string text)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) && length <= MaxLength ? length
            : throw new InvalidDataException($"Redis announced {text} bytes or elements.");

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>();
        while (true)
        {
            if (_start == _end)
            {
                await FillAsync(cancellationToken);
            }

            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var taken = end < 0 ? _end - _start : end + 1;
            line.Write(_buffer.AsSpan(_start, taken));
            _start += taken;
            if (end >= 0)
            {
                return Encoding.UTF8.GetString(line.WrittenSpan).TrimEnd('\r', '\n');
            }

            if (line.WrittenCount > _buffer.Length)
            {
                throw new InvalidDataException("Redis sent a line without an end.");
            }
        }
    }

    private async Task<byte[]> ReadBytesAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length + 2];
        var read = 0;
        while (read < bytes.Length)
        {
            if (_start == _end)
            {
                await FillAsync(cancellationToken);
            }

            var taken = Math.Min(bytes.Length - read, _end - _start);
            _buffer.AsSpan(_start, taken).CopyTo(bytes.AsSpan(read));
            _start += taken;
            read += taken;
        }

        return bytes[..length];
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await socket.ReceiveAsync(_buffer, cancellationToken);
        if (_end == 0)
        {
            throw new EndOfStreamException("Redis has closed the connection.");
        }
    }
}
