using System.Text;
using System.Text.Json;
using SocketIoSharp.BenchmarkLoad.Dialects;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>A client with two connections, one for what it sends and one for what it waits for.</summary>
internal sealed class PollingClient
{
    private const byte Separator = 0x1E;
    private readonly HttpConnection _getter;
    private readonly HttpConnection _poster;
    private readonly Loop _loop;
    private readonly Message _message;
    private readonly Action<PollingClient, long, long> _onAnswered;
    private byte[] _get = [];
    private byte[] _post = [];
    private byte[] _postPong = [];
    private bool _isPosted;
    private bool _hasAnswer;
    private bool _hasPing;
    private long _sentAt;
    private int _number;

    public PollingClient(Loop loop, Message message, int number, Action<PollingClient, long, long> onAnswered)
    {
        _loop = loop;
        _message = message;
        _onAnswered = onAnswered;
        _number = 10_000_000 + (number * 7919);
        _getter = new HttpConnection(loop, (connection, _) => WriteGet(connection, ""), OnGot);
        _poster = new HttpConnection(loop, (_, _) => { }, OnPosted);
    }

    /// <summary>Whether a request may be sent.</summary>
    public bool IsReady { get; private set; }

    public void Open()
    {
        _getter.Open();
        _poster.Open();
    }

    public void Send(long now)
    {
        IsReady = false;
        _isPosted = _hasAnswer = false;
        _sentAt = now;
        _getter.Write(_get);
        _poster.Write(_post);
        _message.Append(_poster, _number);
    }

    private void WriteGet(HttpConnection connection, string session) => connection.Write(CreateGet(session));

    private byte[] CreateGet(string session) =>
        Encoding.ASCII.GetBytes($"GET /socket.io/?EIO=4&transport=polling{session} HTTP/1.1\r\nHost: 127.0.0.1:{_loop.Port}\r\n\r\n");

    private byte[] CreatePost(string session, int length, string body = "") => Encoding.ASCII.GetBytes(
        $"POST /socket.io/?EIO=4&transport=polling{session} HTTP/1.1\r\nHost: 127.0.0.1:{_loop.Port}\r\n" +
        $"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {length}\r\n\r\n{body}");

    private void OnPosted(HttpConnection connection, ReadOnlySpan<byte> body, long now)
    {
        if (!body.SequenceEqual("ok"u8))
        {
            throw Pipeline.Wrong(body, "ok");
        }

        _isPosted = true;
        if (_hasPing)
        {
            _hasPing = _isPosted = false;
            _poster.Write(_postPong);
        }
        else
        {
            CompleteIfBoth(now);
        }
    }

    private void OnGot(HttpConnection connection, ReadOnlySpan<byte> body, long now)
    {
        foreach (var range in body.Split(Separator))
        {
            OnPacket(body[range]);
        }

        // A GET that brought a ping alone is followed by another one.
        if (_get.Length > 0 && !_hasAnswer)
        {
            connection.Write(_get);
        }

        CompleteIfBoth(now);
    }

    private void OnPacket(ReadOnlySpan<byte> packet)
    {
        if (_get.Length == 0 && packet.StartsWith("0{\"sid\""u8))
        {
            using var open = JsonDocument.Parse(packet[1..].ToArray());
            var session = $"&sid={open.RootElement.GetProperty("sid").GetString()}";
            _get = CreateGet(session);
            _post = CreatePost(session, _message.Length);
            _postPong = CreatePost(session, 1, "3");
            _poster.Write(CreatePost(session, 2, "40"));
        }
        else if (packet is [(byte)'2'])
        {
            // When a POST is under way, the pong follows it.
            _hasPing = !_isPosted;
            if (_isPosted)
            {
                _isPosted = false;
                _poster.Write(_postPong);
            }
        }
        else if (_sentAt == 0 ? packet.StartsWith("40{\"sid\""u8) : !_hasAnswer && _message.Matches(packet, isBinary: false, _number))
        {
            _hasAnswer = true;
        }
        else
        {
            throw Pipeline.Wrong(packet, _message.ToString());
        }
    }

    private void CompleteIfBoth(long now)
    {
        if (IsReady || !_isPosted || !_hasAnswer)
        {
            return;
        }

        IsReady = true;
        if (_sentAt != 0)
        {
            _number++;
            _onAnswered(this, _sentAt, now);
        }
    }
}
