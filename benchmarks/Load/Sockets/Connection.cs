using SocketIoSharp.BenchmarkLoad.Measuring;

namespace SocketIoSharp.BenchmarkLoad.Sockets;

/// <summary>A TCP connection that keeps what could not be sent or understood yet.</summary>
internal abstract class Connection
{
    // A larger piece would keep the thread from the other connections.
    private const int LargestSend = 256 * 1024;
    private readonly Loop _loop;
    private readonly int _index;
    private readonly Epoll _epoll;
    private int _descriptor = -1;
    private uint _generation;
    private bool _isConnected;
    private bool _isWaitingForRoom;
    private bool _isWritten;
    private byte[] _output = [];
    private int _outputStart;
    private int _outputEnd;
    private ReadOnlyMemory<byte> _large;
    private byte[] _kept = [];
    private int _keptLength;

    protected Connection(Loop loop, bool isPriority = false)
    {
        _loop = loop;
        _index = loop.Register(this);
        _epoll = loop.EpollFor(isPriority);
    }

    public bool IsOpen => _descriptor >= 0;

    /// <summary>When the connection was begun.</summary>
    public long OpenedAt { get; private set; }

    /// <summary>With the generation, events of the socket that this connection had before are told apart.</summary>
    private ulong Token => ((ulong)_generation << 32) | (uint)_index;

    public void Open()
    {
        OpenedAt = Clock.Now;
        _generation++;
        _isConnected = false;
        _isWaitingForRoom = true;
        _descriptor = TcpSocket.Connect(_loop.Port, _loop.NextSource());
        _epoll.Add(_descriptor, Epoll.Readable | Epoll.Writable, Token);
    }

    public void Close()
    {
        if (_descriptor >= 0)
        {
            _ = Native.Close(_descriptor);
        }

        _descriptor = -1;
        _outputStart = _outputEnd = _keptLength = 0;
        _large = default;
    }

    /// <summary>Room for so many bytes, which are sent when the data that is being read has been handled.</summary>
    public Span<byte> Reserve(int length)
    {
        if (_outputEnd + length > _output.Length)
        {
            Array.Resize(ref _output, Math.Max(_outputEnd + length, 2 * _output.Length));
        }

        MarkWritten();
        var room = _output.AsSpan(_outputEnd, length);
        _outputEnd += length;
        return room;
    }

    public void Write(ReadOnlySpan<byte> data) => data.CopyTo(Reserve(data.Length));

    /// <summary>Sends the data without a copy and piece by piece; what is written meanwhile follows it.</summary>
    public void WriteLarge(ReadOnlyMemory<byte> data)
    {
        if (_outputStart < _outputEnd || !_large.IsEmpty)
        {
            throw new InvalidOperationException("Something else has not left yet.");
        }

        _large = data;
        MarkWritten();
    }

    public void Flush()
    {
        _isWritten = false;
        if (_descriptor < 0 || !_isConnected)
        {
            return;
        }

        if (!_large.IsEmpty)
        {
            _large = _large[TcpSocket.Send(_descriptor, _large.Span[..Math.Min(_large.Length, LargestSend)])..];
            if (!_large.IsEmpty)
            {
                WaitForRoom(true);
                return;
            }
        }

        while (_outputStart < _outputEnd)
        {
            var count = TcpSocket.Send(_descriptor, _output.AsSpan(_outputStart, _outputEnd - _outputStart));
            if (count == 0)
            {
                WaitForRoom(true);
                return;
            }

            _outputStart += count;
        }

        _outputStart = _outputEnd = 0;
        WaitForRoom(false);
    }

    public void OnEvents(uint events, uint generation)
    {
        if (_descriptor < 0 || generation != _generation)
        {
            return;
        }

        if ((events & Epoll.Writable) != 0 || !_isConnected)
        {
            if (!_isConnected)
            {
                if (TcpSocket.HasFailed(_descriptor))
                {
                    throw new LoadException("the server refused a connection");
                }

                _isConnected = true;
                OnConnected();
            }

            Flush();
        }

        if ((events & (Epoll.Readable | Epoll.Failed)) != 0)
        {
            Receive();
        }
    }

    protected abstract void OnConnected();

    /// <summary>Handles what is whole; gives the number of bytes that were used.</summary>
    protected abstract int OnReceived(ReadOnlySpan<byte> data, long now);

    protected virtual void OnClosedByServer() => throw new LoadException("the server closed a connection");

    private void Receive()
    {
        var buffer = _loop.ReceiveBuffer;
        _kept.AsSpan(0, _keptLength).CopyTo(buffer);
        var count = TcpSocket.Receive(_descriptor, buffer.AsSpan(_keptLength));
        if (count < 0)
        {
            return;
        }

        if (count == 0)
        {
            OnClosedByServer();
            return;
        }

        var generation = _generation;
        var total = _keptLength + count;
        var used = OnReceived(buffer.AsSpan(0, total), Clock.Now);
        if (_descriptor < 0 || generation != _generation)
        {
            return;
        }

        Keep(buffer.AsSpan(used, total - used));
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.Length == _loop.ReceiveBuffer.Length)
        {
            throw new LoadException("a message is larger than the buffer");
        }

        if (rest.Length > _kept.Length)
        {
            _kept = new byte[Math.Max(rest.Length, 512)];
        }

        rest.CopyTo(_kept);
        _keptLength = rest.Length;
    }

    private void MarkWritten()
    {
        if (!_isWritten)
        {
            _isWritten = true;
            _loop.FlushLater(this);
        }
    }

    private void WaitForRoom(bool isWaiting)
    {
        if (isWaiting != _isWaitingForRoom)
        {
            _isWaitingForRoom = isWaiting;
            _epoll.Change(_descriptor, Epoll.Readable | (isWaiting ? Epoll.Writable : 0), Token);
        }
    }
}
