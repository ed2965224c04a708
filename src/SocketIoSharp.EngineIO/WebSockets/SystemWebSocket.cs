using System.Buffers;
using System.Net.WebSockets;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// A WebSocket whose framing the framework speaks: for hosts without access to the connection's pipe, and by option.
/// Senders queue messages; one pump at a time sends them.
/// </summary>
internal sealed partial class SystemWebSocket : WebSocketConnection
{
    private const int ReceiveSize = 4096;
    private static readonly byte[] s_closeFrameWithoutCode = [0x88, 0x00];

    private readonly WebSocket _webSocket;
    private readonly Stream? _stream;

    // Guarded by the gate.
    private List<OutgoingFrame> _pending = [];
    private bool _isPumping;
    private Task _pump = Task.CompletedTask;
    private int _pendingBytes;
    private volatile bool _isClosing;
    private bool _isOver;
    private ushort? _queuedClose;

    /// <summary>Takes over a connection; <paramref name="stream"/> is the one below the WebSocket where it is known.</summary>
    public SystemWebSocket(WebSocketSettings settings, WebSocket webSocket, Stream? stream, Action abort)
        : base(settings, abort)
    {
        _webSocket = webSocket;
        _stream = stream;
    }

    public override bool CanWrite => !_isPumping && !_isClosing && !_isOver;

    public override int UnflushedBytes => _pendingBytes;

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
            _pump = PumpAsync();
        }
    }

    public override void Close(ushort code, bool isShutdown)
    {
        if (!_isClosing)
        {
            _isClosing = true;
            _queuedClose = code;
            Flush();
            LingerLocked(isShort: isShutdown || _isOver);
        }
    }

    public override async Task RunAsync(IWebSocketOwner owner)
    {
        TakeOwner(owner);
        var end = new SessionClose(CloseReason.TransportClose);
        try
        {
            end = await ReceiveAsync(owner);
        }
        catch (Exception exception) when (ConnectionLoss.IsOne(exception) || exception is InvalidOperationException)
        {
            if (exception is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted or WebSocketError.HeaderError or WebSocketError.InvalidMessageType or WebSocketError.UnsupportedProtocol } error)
            {
                // The framework has found a broken rule and has sent its close frame.
                end = new SessionClose(CloseReason.TransportError, error.Message);
            }
        }
        catch (Exception exception)
        {
            Log.ReceivingFailed(Server.Logger, exception);
        }
        finally
        {
            ReleaseRequest();
            lock (Gate)
            {
                _isOver = true;
            }

            owner.OnEnded(end);
            _webSocket.Dispose();
        }
    }

    protected override void AbortLocked()
    {
        base.AbortLocked();

        // A host's own WebSocket may not hang on its request.
        _webSocket.Abort();
    }

    private async Task<SessionClose> ReceiveAsync(IWebSocketOwner owner)
    {
        var limits = Server.WebSocketLimits;
        while (true)
        {
            // Waiting for nothing holds no buffer. It does take close frames and empty messages, though.
            var first = await _webSocket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            if (first.MessageType == WebSocketMessageType.Close)
            {
                return await AnswerCloseAsync();
            }

            var message = new WebSocketPayloadBuffer();
            try
            {
                var result = first;
                var emptyFrames = 0;
                while (!result.EndOfMessage)
                {
                    BoundMessageTime(isInProgress: true, isNew: message.Length == 0 && emptyFrames == 0);
                    var length = (int)Math.Min(ReceiveSize, limits.MaxMessageBytes - message.Length + 1);
                    result = await _webSocket.ReceiveAsync(message.GetMemory(length)[..length], CancellationToken.None);
                    message.Advance(result.Count);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        return await AnswerCloseAsync();
                    }

                    if (message.Length > limits.MaxMessageBytes)
                    {
                        return await FailAsync(WebSocketCloseCode.MessageTooBig, "Max payload size exceeded");
                    }

                    // Of the others, the framework does not show where one ends; their bytes are bounded.
                    if (result.Count == 0 && ++emptyFrames > limits.MaxFramesPerMessage)
                    {
                        return await FailAsync(WebSocketCloseCode.PolicyViolation, "Too many frames in one message");
                    }
                }

                BoundMessageTime(isInProgress: false, isNew: true);
                if (!_isClosing)
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
        Task answering;
        lock (Gate)
        {
            if (!_isClosing)
            {
                // Behind what is being sent, and not for longer than a peer that has said goodbye deserves.
                _isClosing = true;
                _queuedClose = (ushort)(_webSocket.CloseStatus ?? WebSocketCloseStatus.Empty);
                Flush();
                LingerLocked(isShort: true);
            }

            answering = _pump;
        }

        await answering;
        return new SessionClose(CloseReason.TransportClose);
    }

    private async Task<SessionClose> FailAsync(ushort code, string details)
    {
        var end = new SessionClose(CloseReason.TransportError, details);
        Task closing;
        lock (Gate)
        {
            Close(code, isShutdown: true);
            closing = _pump;
        }

        Owner!.OnEnded(end);

        // The rest of the message may be broken too, which would end the connection before the close frame is on its way.
        await closing;

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
        _pendingBytes += payload.WrittenCount;
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
                }
                else if (_pending.Count == 0 || _isOver)
                {
                    _isPumping = false;
                    if (CanWrite)
                    {
                        Owner?.OnWritable();
                    }

                    return;
                }

                frames = _pending;
                _pending = [];
                _pendingBytes = 0;
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
            catch (Exception exception) when (ConnectionLoss.IsOne(exception) || exception is InvalidOperationException)
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

    private async Task SendCloseAsync(ushort code)
    {
        if (code != WebSocketCloseCode.NoStatusReceived)
        {
            await _webSocket.CloseOutputAsync((WebSocketCloseStatus)code, null, CancellationToken.None);
        }
        else if (_stream is not null)
        {
            // The framework cannot send a close frame without a code.
            await _stream.WriteAsync(s_closeFrameWithoutCode);
            await _stream.FlushAsync();
        }
        else
        {
            await _webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
    }

    private readonly record struct OutgoingFrame(ReadOnlyMemory<byte> Payload, bool IsBinary, bool IsCompressed);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Receiving from a WebSocket failed.", EventName = nameof(ReceivingFailed))]
        public static partial void ReceivingFailed(ILogger logger, Exception exception);
    }
}
