namespace SocketIoSharp.EngineIO;

/// <summary>
/// Engine.IO over one WebSocket connection: one packet per message. Begins either as the session's transport or as the
/// connection that probes an upgrade.
/// </summary>
internal sealed class WebSocketTransport : EngineIOTransport, IWebSocketOwner
{
    private const int LargestWrite = 64 * 1024;

    private readonly EngineIOSession _session;
    private readonly WebSocketConnection _connection;
    private volatile bool _isProbing;

    public WebSocketTransport(EngineIOSession session, WebSocketConnection connection, bool isProbing)
    {
        _session = session;
        _connection = connection;
        _isProbing = isProbing;
    }

    public override EngineIOTransportType Type => EngineIOTransportType.WebSocket;

    public override bool IsReady => _connection.CanWrite;

    public override bool TryWrite(ReadOnlySpan<byte> data, bool isBinary)
    {
        if (!_connection.CanWrite)
        {
            return false;
        }

        _connection.Write(data, isBinary);
        return true;
    }

    public override bool TryWrite(EncodedMessage message)
    {
        if (!_connection.CanWrite)
        {
            return false;
        }

        _connection.Write(message);
        return true;
    }

    public override int UnflushedBytes => _connection.UnflushedBytes;

    public override void Flush(ref SessionOutbox outbox)
    {
        // Bit by bit: what has gone to the connection does not count as queued any more.
        do
        {
            while (_connection.CanWrite && _connection.UnflushedBytes < LargestWrite && outbox.TryTake(out var message))
            {
                _connection.Write(message);
            }

            _connection.Flush();
        }
        while (_connection.CanWrite && !outbox.IsEmpty);
    }

    // A close frame of the server carries no code, whatever the reason.
    public override void End(EndKind kind) => _connection.Close(WebSocketCloseCode.NoStatusReceived, kind == EndKind.Shutdown);

    public void WriteProbeAnswer()
    {
        if (_connection.CanWrite)
        {
            _connection.Write(EncodedMessage.ProbePong);
            _connection.Flush();
        }
    }

    /// <summary>The probe has succeeded: from now on this is the session's transport.</summary>
    public void Activate() => _isProbing = false;

    /// <summary>Serves the connection until it ends.</summary>
    public Task RunAsync() => _connection.RunAsync(this);

    public Task OnMessageAsync(ReadOnlyMemory<byte> payload, bool isBinary)
    {
        var isValid = EngineIOPacketCodec.TryDecode(payload, isBinary, _session.Protocol, out var packet);
        if (_isProbing)
        {
            return _session.OnProbePacketAsync(this, packet, isValid);
        }

        if (!isValid)
        {
            _session.Close(new SessionClose(CloseReason.ParseError));
            return Task.CompletedTask;
        }

        return _session.OnPacketAsync(packet);
    }

    public void OnWritable()
    {
        if (!_isProbing)
        {
            _session.FlushLocked();
        }
    }

    public void OnEnded(SessionClose close)
    {
        if (_isProbing)
        {
            _session.OnProbeEnded(this);
        }
        else
        {
            _session.Close(close);
        }
    }
}
