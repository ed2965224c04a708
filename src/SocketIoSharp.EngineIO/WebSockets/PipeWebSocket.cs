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
    private readonly bool _ownsPipes;

    // Guarded by the gate.
    private ValueTaskAwaiter<FlushResult> _flushing;
    private Action? _onFlushed;
    private bool _isFlushPending;
    private int _unflushedBytes;
    private volatile bool _isClosing;
    private bool _isOver;
    private ushort? _queuedClose;
    private TaskCompletionSource? _flushed;
    private byte[]? _queuedPong;
    private int _queuedPongs;

    /// <summary>Takes over a connection; pipes that were made for it, over a stream, are completed with it.</summary>
    public PipeWebSocket(WebSocketSettings settings, PipeReader input, PipeWriter output, bool ownsPipes, Action abort)
        : base(settings, abort)
    {
        _input = input;
        _output = output;
        _ownsPipes = ownsPipes;
    }

    public override bool CanWrite => !_isFlushPending && !_isClosing && !_isOver;

    public override int UnflushedBytes => _unflushedBytes;

    public override void Write(ReadOnlySpan<byte> data, bool isBinary)
    {
        var form = Settings.Form;
        var deflate = DeflateFor(data.Length + 1);
        if (deflate is not null || (isBinary && form is WireForm.V4Base64 or WireForm.V3Base64))
        {
            var payload = new ArrayBufferWriter<byte>(data.Length + 8);
            var isBinaryFrame = EngineIOPacketCodec.Encode(payload, PacketType.Message, data, isBinary, form);
            WebSocketFrameCache.WriteFrame(_output, payload.WrittenSpan, isBinaryFrame, deflate);
            _unflushedBytes += payload.WrittenCount;
            return;
        }

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

        _unflushedBytes += header + data.Length;
    }

    public override void Write(EncodedMessage message)
    {
        if (message is { IsForOne: true, Type: PacketType.Message } && !Settings.IsDeflating)
        {
            for (var i = 0; i < message.PartCount; i++)
            {
                var part = message.GetPart(i, out var isBinary);
                Write(part.Span, isBinary);
            }

            return;
        }

        var frames = message.Compress && DeflateFor(message.ByteCount) is not null
            ? WebSocketFrameCache.GetDeflatedFrames(message, Settings.Form, Server.FrameDeflater)
            : WebSocketFrameCache.GetFrames(message, Settings.Form);
        _output.Write(frames);
        _unflushedBytes += frames.Length;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is used once: here, or when its continuation runs.")]
    public override void Flush()
    {
        if (_unflushedBytes == 0 || _isFlushPending || _isOver)
        {
            return;
        }

        _unflushedBytes = 0;
        try
        {
            _flushing = _output.FlushAsync().GetAwaiter();
            if (!_flushing.IsCompleted)
            {
                _isFlushPending = true;
                _flushing.UnsafeOnCompleted(_onFlushed ??= OnFlushed);
                return;
            }

            TakeFlushResult();
        }
        catch (Exception exception) when (ConnectionLoss.IsOne(exception))
        {
            _isOver = true;
        }
    }

    public override void Close(ushort code, bool isShutdown)
    {
        if (_isClosing)
        {
            return;
        }

        SayGoodbye(code);
        LingerLocked(isShort: isShutdown || _isOver);
    }

    private PerMessageDeflateOptions? DeflateFor(int length)
        => Settings.IsDeflating && Server.Options.PerMessageDeflate is { } deflate && length >= deflate.Threshold ? deflate : null;

    private void OnFlushed()
    {
        lock (Gate)
        {
            try
            {
                _isFlushPending = false;
                TakeFlushResult();
                if (!_isOver)
                {
                    WriteQueued();
                }
            }
            catch (Exception exception) when (ConnectionLoss.IsOne(exception))
            {
                _isOver = true;
            }
            catch (Exception exception)
            {
                // This runs on the pool, where nobody else would catch it.
                Log.WritingFailed(Server.Logger, exception);
                _isOver = true;
                AbortLocked();
            }

            if (!_isFlushPending)
            {
                _flushed?.TrySetResult();
            }
        }
    }

    /// <summary>A flush has ended: what has queued up meanwhile goes out in the next one.</summary>
    private void WriteQueued()
    {
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
        else if (CanWrite)
        {
            Owner?.OnWritable();
        }

        Flush();
    }

    /// <summary>Sends a close frame, now or after the flush that is pending; nothing can be written afterwards.</summary>
    private void SayGoodbye(ushort code)
    {
        _isClosing = true;
        if (_isFlushPending)
        {
            _queuedClose = code;
        }
        else if (!_isOver)
        {
            WriteClose(code);
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
        _unflushedBytes += header + payload.Length;
    }
}
