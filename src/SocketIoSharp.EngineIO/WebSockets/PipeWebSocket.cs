using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// Our own framing on a connection's pipe. Senders format straight into the pipe; while a flush is pending the owner queues,
/// and the flush's completion takes what has queued up. An idle connection holds no buffer.
/// </summary>
internal sealed partial class PipeWebSocket : WebSocketConnection
{
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly Action _abort;
    private readonly Action _onFlushed;
    private IWebSocketOwner? _owner;

    // Guarded by the gate.
    private ValueTaskAwaiter<FlushResult> _flushing;
    private bool _isFlushPending;
    private bool _hasUnflushed;
    private bool _isCloseSent;
    private bool _isOver;
    private ushort? _queuedClose;
    private byte[]? _queuedPong;
    private int _queuedPongs;

    public PipeWebSocket(WebSocketSettings settings, PipeReader input, PipeWriter output, Action abort)
        : base(settings)
    {
        _input = input;
        _output = output;
        _abort = abort;
        _onFlushed = OnFlushed;
    }

    public override bool CanWrite => !_isFlushPending && !_isCloseSent && !_isOver && _queuedClose is null;

    public override void Write(ReadOnlySpan<byte> data, bool isBinary)
    {
        var form = Settings.Form;
        var deflate = DeflateFor(data.Length + 1);
        if (deflate is not null || (isBinary && form is WireForm.V4Base64 or WireForm.V3Base64))
        {
            var payload = new ArrayBufferWriter<byte>(data.Length + 8);
            var isBinaryFrame = EngineIOPacketCodec.Encode(payload, PacketType.Message, data, isBinary, form);
            WebSocketFrameCache.WriteFrame(_output, payload.WrittenSpan, isBinaryFrame, deflate);
        }
        else
        {
            // The packet type goes in front: '4' for text, the raw value 4 for binary of protocol 3, nothing for binary of protocol 4.
            var hasPrefix = !isBinary || form == WireForm.V3;
            var length = data.Length + (hasPrefix ? 1 : 0);
            var span = _output.GetSpan(WebSocketFrame.MaxServerHeaderLength + 1);
            var header = WebSocketFrame.WriteHeader(span, isBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, length, compressed: false);
            if (hasPrefix)
            {
                span[header++] = isBinary ? (byte)PacketType.Message : (byte)'4';
            }

            if (data.Length <= span.Length - header)
            {
                data.CopyTo(span[header..]);
                _output.Advance(header + data.Length);
            }
            else
            {
                _output.Advance(header);
                _output.Write(data);
            }
        }

        _hasUnflushed = true;
    }

    public override void Write(EncodedMessage message)
    {
        var frames = DeflateFor(message.ByteCount) is { } deflate && message.Compress
            ? WebSocketFrameCache.GetDeflatedFrames(message, Settings.Form, deflate)
            : WebSocketFrameCache.GetFrames(message, Settings.Form);
        _output.Write(frames);
        _hasUnflushed = true;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is used once: here, or when its continuation runs.")]
    public override void Flush()
    {
        if (!_hasUnflushed || _isFlushPending || _isOver)
        {
            return;
        }

        _hasUnflushed = false;
        try
        {
            _flushing = _output.FlushAsync().GetAwaiter();
            if (!_flushing.IsCompleted)
            {
                _isFlushPending = true;
                _flushing.UnsafeOnCompleted(_onFlushed);
                return;
            }

            TakeFlushResult();
        }
        catch (Exception exception) when (IsConnectionLost(exception))
        {
            _isOver = true;
        }
    }

    public override void Close(ushort code, bool isShutdown)
    {
        if (_isCloseSent || _isOver || _queuedClose is not null)
        {
            return;
        }

        if (_isFlushPending)
        {
            _queuedClose = code;
        }
        else
        {
            WriteClose(code);
            Flush();
        }

        ScheduleLinger(isShutdown);
    }

    /// <summary>The time of a message, or of the closing handshake, is over.</summary>
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

            isClosing = _isCloseSent || _isOver || _queuedClose is not null;
            if (!isClosing)
            {
                Close(WebSocketCloseCode.PolicyViolation, isShutdown: false);
            }
        }

        if (isClosing)
        {
            _abort();
        }
        else
        {
            _owner?.OnEnded(new SessionClose(CloseReason.TransportError, $"a message took longer than {nameof(EngineIOOptions.MaxMessageTime)}"));
        }
    }

    private PerMessageDeflateOptions? DeflateFor(int length)
        => Settings.IsDeflating && Server.Options.PerMessageDeflate is { } deflate && length >= deflate.Threshold ? deflate : null;

    private void OnFlushed()
    {
        lock (Gate)
        {
            try
            {
                TakeFlushResult();
            }
            catch (Exception exception) when (IsConnectionLost(exception))
            {
                _isOver = true;
            }

            _isFlushPending = false;
            if (_isOver)
            {
                return;
            }

            if (_queuedPong is { } pong)
            {
                _queuedPong = null;
                _queuedPongs = 0;
                WriteControl(WebSocketOpcode.Pong, pong);
            }

            if (_queuedClose is { } code)
            {
                _queuedClose = null;
                WriteClose(code);
            }

            if (CanWrite)
            {
                _owner?.OnWritable();
            }

            Flush();
        }
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "The flush is complete.")]
    private void TakeFlushResult()
    {
        var flushing = _flushing;
        _flushing = default;
        _isOver |= flushing.GetResult().IsCompleted;
    }

    private void WriteClose(ushort code)
    {
        _isCloseSent = true;
        if (code == WebSocketCloseCode.NoStatusReceived)
        {
            WriteControl(WebSocketOpcode.Close, default);
        }
        else
        {
            WriteControl(WebSocketOpcode.Close, [(byte)(code >> 8), (byte)code]);
        }
    }

    private void WriteControl(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var span = _output.GetSpan(WebSocketFrame.MaxServerHeaderLength + payload.Length);
        var header = WebSocketFrame.WriteHeader(span, opcode, payload.Length, compressed: false);
        payload.CopyTo(span[header..]);
        _output.Advance(header + payload.Length);
        _hasUnflushed = true;
    }

    private static bool IsConnectionLost(Exception exception)
        => exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
