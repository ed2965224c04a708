using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketIoSharp.TestKit;

/// <summary>An answer as it came over the wire.</summary>
public sealed record RawResponse(int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Body => Encoding.UTF8.GetString(Bytes);

    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;

    public override string ToString() => $"{Status} {Body}";
}

/// <summary>One TCP connection on which a test writes requests byte by byte.</summary>
public sealed class RawHttpConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private RawHttpConnection(Socket socket)
    {
        _socket = socket;
    }

    /// <summary>Connects, from an address of this machine if one is given.</summary>
    public static async Task<RawHttpConnection> ConnectAsync(Uri address, IPAddress? from = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        await socket.ConnectAsync(IPAddress.Loopback, address.Port).Soon();
        return new RawHttpConnection(socket);
    }

    public int ReceiveBufferSize
    {
        get => _socket.ReceiveBufferSize;
        set => _socket.ReceiveBufferSize = value;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes).Soon()..];
        }
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes the request line and the headers, each without its line end, and the empty line.</summary>
    public Task WriteHeadAsync(string requestLine, params string[] headers)
        => WriteAsync(string.Join("\r\n", [requestLine, "Host: localhost", .. headers, "", ""]));

    /// <summary>Reads an answer; one without a length lasts until the connection ends.</summary>
    public async Task<RawResponse> ReadResponseAsync(bool hasBody = true)
    {
        var head = await ReadHeadAsync();
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var status = int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        var body = !hasBody || status == 101 ? []
            : headers.TryGetValue("Content-Length", out var length) ? await ReadAsync(int.Parse(length, System.Globalization.CultureInfo.InvariantCulture))
            : await ReadToEndAsync();
        return new RawResponse(status, body, headers);
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            if (_start == _end && !await FillAsync())
            {
                throw new EndOfStreamException($"The connection ended after {read} of {count} bytes.");
            }

            var part = Math.Min(count - read, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(read));
            _start += part;
            read += part;
        }

        return bytes;
    }

    /// <summary>Reads until the peer ends or resets the connection.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var bytes = new List<byte>();
        do
        {
            bytes.AddRange(_buffer.AsSpan(_start, _end - _start));
            _start = _end;
        }
        while (await FillAsync());
        return [.. bytes];
    }

    /// <summary>Says that nothing more will be written.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (head.Length < 4 || !head.ToString(head.Length - 4, 4).Equals("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadAsync(1))[0]);
        }

        return head.ToString();
    }

    private async Task<bool> FillAsync()
    {
        try
        {
            _start = 0;
            _end = 0;
            _end = await _socket.ReceiveAsync(_buffer.AsMemory()).Soon();
            return _end > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
