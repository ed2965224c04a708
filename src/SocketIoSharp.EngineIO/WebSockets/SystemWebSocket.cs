using System.Buffers;
using System.Net.WebSockets;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// A WebSocket whose framing the framework speaks: for hosts without access to the connection's pipe, and by option.
/// Senders queue messages; one pump at a time sends them.
/// </summary>
internal sealed class SystemWebSocket : WebSocketConnection
{
    private const int ReceiveSize = 4096;

    private readonly WebSocket _webSocket;
    private readonly Action _abort;
    private IWebSocketOwner? _owner;

    // Guarded by the gate.
    private List<OutgoingFrame> _pending = [];
    private bool _isPumping;
    private bool _isCloseSent;
    private bool _isOver;
    private bool _isMessageTimed;
    private ushort? _queuedClose;

    public SystemWebSocket(WebSocketSettings settings, WebSocket webSocket, Action abort)
        : base(settings)
    {
        _webSocket = webSocket;
        _abort = abort;
    }

    public override bool CanWrite => !_isPumping && !_isCloseSent && !_isOver && _queuedClose is null;

    private bool IsClosing => _isCloseSent || _isOver || _queuedClose is not null;

    public override void Write(ReadOnlySpan<byte> data, bool isBinary)
        => Add(PacketType.Message, data, isBinary, compress: true);

    public override void Write(EncodedMessage message)
    {
        for (var i = 0; i < message.PartCount; i++)
        {
            var part = message.GetPart(i, out var isBinary);
            Add(message.Type, part.Span, isBinary, message.Compress);
        }
    }

    public override void Flush()
    {
        if (!_isPumping && (_pending.Count > 0 || _queuedClose is not null) && !_isOver)
        {
            _isPumping = true;
            _ = PumpAsync();
        }
    }

    public override void Close(ushort code, bool isShutdown)
    {
        if (!IsClosing)
        {
            _queuedClose = code;
            Flush();
            ScheduleLinger(isShutdown);
        }
    }

    public override async Task RunAsync(IWebSocketOwner owner)
    {
        _owner = owner;
        var end = new SessionClose(CloseReason.TransportClose);
        try
        {
            end = await ReceiveAsync(owner);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            if (exception is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted or WebSocketError.HeaderError or WebSocketError.InvalidMessageType or WebSocketError.UnsupportedProtocol } error)
            {
                // The framework has found a broken rule and has sent its close frame.
                end = new SessionClose(CloseReason.TransportError, error.Message);
            }
        }
        finally
        {
            lock (Gate)
            {
                _isOver = true;
            }

            Server.Clock.Cancel(this);
            owner.OnEnded(end);
            _webSocket.Dispose();
        }
    }

    protected internal override void OnDue()
    {
        bool isClosing;
        lock (Gate)
        {
            if (IsScheduled)
            {
                // Set anew while this was on its way: the closing has begun and has its own time.
                return;
            }

            isClosing = IsClosing;
            if (!isClosing)
            {
                Close(WebSocketCloseCode.PolicyViolation, isShutdown: false);
            }
        }

        if (isClosing)
        {
            _abort();
            _webSocket.Abort();
        }
        else
        {
            _owner?.OnEnded(new SessionClose(CloseReason.TransportError, $"a message took longer than {nameof(EngineIOOptions.MaxMessageTime)}"));
        }
    }

    private async Task<SessionClose> ReceiveAsync(IWebSocketOwner owner)
    {
        var limits = Server.WebSocketLimits;
        while (true)
        {
            // Waiting for nothing holds no buffer. An empty message or a close frame is complete with that.
            var result = await _webSocket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            var message = new WebSocketPayloadBuffer();
            try
            {
                var frames = 1;
                while (true)
                {
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        return await AnswerCloseAsync();
                    }

                    BoundMessageTime(!result.EndOfMessage);
                    if (result.EndOfMessage)
                    {
                        break;
                    }

                    var length = (int)Math.Min(ReceiveSize, limits.MaxMessageBytes - message.Length + 1);
                    var memory = message.GetMemory(length);
                    result = await _webSocket.ReceiveAsync(memory[..length], CancellationToken.None);
                    message.Advance(result.Count);
                    frames++;
                    if (message.Length > limits.MaxMessageBytes)
                    {
                        return await FailAsync(WebSocketCloseCode.MessageTooBig, "Max payload size exceeded");
                    }

                    if (result.Count == 0 && frames > limits.MaxFramesPerMessage)
                    {
                        return await FailAsync(WebSocketCloseCode.PolicyViolation, "Too many frames in one message");
                    }
                }

                bool isEnding;
                lock (Gate)
                {
                    isEnding = IsClosing;
                }

                if (!isEnding)
                {
                    await owner.OnMessageAsync(message.Memory, result.MessageType == WebSocketMessageType.Binary);
                }
            }
            finally
            {
                message.Return();
            }
        }
    }

    private async Task<SessionClose> AnswerCloseAsync()
    {
        lock (Gate)
        {
            _isOver = true;
        }

        if (_webSocket.State == WebSocketState.CloseReceived)
        {
            await SendCloseAsync((ushort)(_webSocket.CloseStatus ?? WebSocketCloseStatus.Empty));
        }

        return new SessionClose(CloseReason.TransportClose);
    }

    private async Task<SessionClose> FailAsync(ushort code, string details)
    {
        var end = new SessionClose(CloseReason.TransportError, details);
        lock (Gate)
        {
            Close(code, isShutdown: true);
        }

        _owner!.OnEnded(end);

        // The peer's close frame, or the end of its patience with us, ends the wait.
        var rest = ArrayPool<byte>.Shared.Rent(ReceiveSize);
        try
        {
            while ((await _webSocket.ReceiveAsync(rest.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rest);
        }

        return end;
    }

    private void Add(PacketType type, ReadOnlySpan<byte> data, bool isBinary, bool compress)
    {
        var payload = new ArrayBufferWriter<byte>(data.Length + 8);
        var isBinaryFrame = EngineIOPacketCodec.Encode(payload, type, data, isBinary, Settings.Form);
        var isCompressed = compress && Settings.IsDeflating && payload.WrittenCount >= (Server.Options.PerMessageDeflate?.Threshold ?? int.MaxValue);
        _pending.Add(new OutgoingFrame(payload.WrittenMemory, isBinaryFrame, isCompressed));
    }

    private async Task PumpAsync()
    {
        // Never on the sender's thread, which holds the gate.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            List<OutgoingFrame> frames;
            ushort? close = null;
            lock (Gate)
            {
                if (_pending.Count == 0 && _queuedClose is { } queued)
                {
                    close = queued;
                    _queuedClose = null;
                    _isCloseSent = true;
                }
                else if (_pending.Count == 0 || _isOver)
                {
                    _isPumping = false;
                    if (CanWrite)
                    {
                        _owner?.OnWritable();
                    }

                    return;
                }

                frames = _pending;
                _pending = [];
            }

            try
            {
                foreach (var frame in frames)
                {
                    var flags = WebSocketMessageFlags.EndOfMessage | (frame.IsCompressed ? WebSocketMessageFlags.None : WebSocketMessageFlags.DisableCompression);
                    await _webSocket.SendAsync(frame.Payload, frame.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, flags, CancellationToken.None);
                }

                if (close is { } code)
                {
                    await SendCloseAsync(code);
                }
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                lock (Gate)
                {
                    _isOver = true;
                    _pending.Clear();
                }

                _webSocket.Abort();
            }
        }
    }

    /// <remarks>The framework cannot send a close frame without a code: it would put 1005 into it, which RFC 6455 7.4.1 forbids.</remarks>
    private Task SendCloseAsync(ushort code)
        => _webSocket.CloseOutputAsync(
            code == WebSocketCloseCode.NoStatusReceived ? WebSocketCloseStatus.NormalClosure : (WebSocketCloseStatus)code,
            null,
            CancellationToken.None);

    private void BoundMessageTime(bool isMessageInProgress)
    {
        lock (Gate)
        {
            if (isMessageInProgress == _isMessageTimed || IsClosing || Server.Options.EffectiveMessageTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            _isMessageTimed = isMessageInProgress;
            if (isMessageInProgress)
            {
                Server.Clock.Schedule(this, Server.Options.EffectiveMessageTime, Server.ShortestInterval);
            }
            else
            {
                Server.Clock.Cancel(this);
            }
        }
    }

    private readonly record struct OutgoingFrame(ReadOnlyMemory<byte> Payload, bool IsBinary, bool IsCompressed);
}
