using System.Text;
using SocketIoSharp.BenchmarkLoad.Dialects;

namespace SocketIoSharp.BenchmarkLoad.Sockets;

/// <summary>How far a connection has come.</summary>
internal enum ConnectionStage
{
    Upgrading,
    Opening,
    Connecting,
    Ready,
    Closing,
}

/// <summary>Takes messages in pieces as they arrive, so that a large one does not keep the thread when it is whole.</summary>
internal interface IPieces
{
    void OnPiece(ReadOnlySpan<byte> piece);
}

/// <summary>The client's end of a WebSocket: the upgrade, and messages out of frames.</summary>
internal sealed class WebSocketConnection(Loop loop, Dialect dialect, bool isPriority = false) : Connection(loop, isPriority)
{
    private const int SmallestPiece = 1024;
    private static readonly byte[] s_close = WebSocketFrame.Create(WebSocketFrame.CloseOpcode, [0x03, 0xE8]);
    private readonly byte[] _upgrade = Encoding.ASCII.GetBytes(
        $"GET {dialect.Path} HTTP/1.1\r\nHost: 127.0.0.1:{loop.Port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c29ja2V0LmlvLWJlbmNoLg==\r\n\r\n");
    private byte[] _fragments = [];
    private int _fragmentsLength;
    private bool _isFragmentBinary;
    private int _missing;

    public ConnectionStage Stage { get; set; }

    /// <summary>Which of the scenario's clients this is.</summary>
    public int Number { get; init; }

    /// <summary>Who gets the messages in pieces, instead of whole.</summary>
    public IPieces? Pieces { get; set; }

    /// <summary>Closes with a close frame; it is over when the server has answered it.</summary>
    public void CloseGracefully()
    {
        Stage = ConnectionStage.Closing;
        Write(s_close);
    }

    protected override void OnConnected()
    {
        Stage = ConnectionStage.Upgrading;
        _fragmentsLength = 0;
        Write(_upgrade);
    }

    protected override int OnReceived(ReadOnlySpan<byte> data, long now)
    {
        var used = 0;
        if (Stage == ConnectionStage.Upgrading)
        {
            used = ReadUpgrade(data, now);
        }

        while (IsOpen && Stage != ConnectionStage.Upgrading && (TryReadPiece(data[used..], out var length) || TryReadFrame(data[used..], now, out length)))
        {
            used += length;
        }

        return used;
    }

    protected override void OnClosedByServer()
    {
        if (Stage != ConnectionStage.Closing)
        {
            base.OnClosedByServer();
        }

        OnClosed(0);
    }

    /// <summary>Reads what is there of a large frame.</summary>
    private bool TryReadPiece(ReadOnlySpan<byte> data, out int length)
    {
        length = 0;
        if (Pieces is null || data.IsEmpty)
        {
            return false;
        }

        if (_missing == 0)
        {
            if (!WebSocketFrame.TryRead(data, out var frame) || frame.Opcode >= WebSocketFrame.CloseOpcode)
            {
                return false;
            }

            // A small message is not taken apart by where the reading happened to stop.
            if (data.Length - frame.HeaderLength < Math.Min(frame.PayloadLength, SmallestPiece))
            {
                return false;
            }

            length = frame.HeaderLength;
            _missing = frame.PayloadLength;
        }

        var piece = data[length..];
        piece = piece[..Math.Min(piece.Length, _missing)];
        _missing -= piece.Length;
        length += piece.Length;
        Pieces.OnPiece(piece);
        return true;
    }

    /// <summary>Reads a frame when all of it is there.</summary>
    private bool TryReadFrame(ReadOnlySpan<byte> data, long now, out int length)
    {
        length = 0;
        if (!WebSocketFrame.TryRead(data, out var frame) || data.Length - frame.HeaderLength < frame.PayloadLength)
        {
            return false;
        }

        length = frame.HeaderLength + frame.PayloadLength;
        OnFrame(frame, data.Slice(frame.HeaderLength, frame.PayloadLength), now);
        return true;
    }

    private void OnFrame(WebSocketFrame frame, ReadOnlySpan<byte> payload, long now)
    {
        if (frame is { Opcode: WebSocketFrame.Text or WebSocketFrame.Binary, IsFinal: true })
        {
            OnMessage(payload, frame.Opcode == WebSocketFrame.Binary, now);
        }
        else if (frame.Opcode == WebSocketFrame.CloseOpcode)
        {
            if (Stage != ConnectionStage.Closing)
            {
                throw new LoadException("the server sent a close frame");
            }

            OnClosed(now);
        }
        else if (frame.Opcode == WebSocketFrame.Ping)
        {
            Write(WebSocketFrame.Create(WebSocketFrame.Pong, payload));
        }
        else if (frame.Opcode != WebSocketFrame.Pong)
        {
            OnFragment(frame, payload, now);
        }
    }

    private void OnMessage(ReadOnlySpan<byte> data, bool isBinary, long now)
    {
        // What was on its way when the close frame was sent means nothing any more.
        if (Stage != ConnectionStage.Closing)
        {
            dialect.OnMessage(this, data, isBinary, now);
        }
    }

    private void OnFragment(WebSocketFrame frame, ReadOnlySpan<byte> payload, long now)
    {
        if (frame.Opcode != WebSocketFrame.Continuation)
        {
            _fragmentsLength = 0;
            _isFragmentBinary = frame.Opcode == WebSocketFrame.Binary;
        }

        if (_fragments.Length < _fragmentsLength + payload.Length)
        {
            Array.Resize(ref _fragments, Math.Max(_fragmentsLength + payload.Length, 2 * _fragments.Length));
        }

        payload.CopyTo(_fragments.AsSpan(_fragmentsLength));
        _fragmentsLength += payload.Length;
        if (frame.IsFinal)
        {
            OnMessage(_fragments.AsSpan(0, _fragmentsLength), _isFragmentBinary, now);
        }
    }

    private void OnClosed(long now)
    {
        Close();
        dialect.Client.OnClosed(this, now);
    }

    private int ReadUpgrade(ReadOnlySpan<byte> data, long now)
    {
        var end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        if (!data.StartsWith("HTTP/1.1 101"u8))
        {
            throw new LoadException($"the upgrade was refused: {Encoding.UTF8.GetString(data[..end])}");
        }

        dialect.OnUpgraded(this, now);
        return end + 4;
    }
}
