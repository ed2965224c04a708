using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// Takes messages and control frames off the bytes of one client (RFC 6455 sections 5 and 7). Never throws on what a
/// client sent, and holds no buffer between messages.
/// </summary>
internal sealed partial class WebSocketMessageReader : IDisposable
{
    // A frame up to this size waits in the pipe until it is complete, so that it can be read in place.
    private const int LargestWaitingFrame = 16 * 1024;

    private readonly int _maxMessageBytes;
    private readonly int _maxFrames;
    private readonly bool _deflate;

    // The message in progress: its parts so far, and what its first frame said.
    private WebSocketPayloadBuffer _parts;
    private WebSocketOpcode _messageOpcode;
    private bool _messageCompressed;
    private int _messageFrames;

    // The frame that is being moved into the parts while it arrives.
    private long _frameLength;
    private long _frameRemaining;
    private uint _frameMask;
    private bool _frameIsFinal;

    private bool _frameWaits;
    private bool _partsDelivered;
    private bool _closed;
    private ushort _errorCode;
    private string? _error;

    public WebSocketMessageReader(WebSocketLimits limits, bool deflate)
    {
        // One array holds a message, so its size is the bound of last resort.
        _maxMessageBytes = (int)Math.Clamp(limits.MaxMessageBytes, 0, Array.MaxLength - 1);
        _maxFrames = limits.MaxFramesPerMessage;
        _deflate = deflate;
    }

    /// <summary>Whether a frame or message has begun and is not complete: its time is running.</summary>
    public bool MessageInProgress => _frameWaits || _messageOpcode != WebSocketOpcode.Continuation;

    /// <summary>
    /// Takes one item off the front of <paramref name="buffer"/>. A payload may lie in the memory of the buffer itself,
    /// unmasked in place: the caller handles it before it gives the memory back to the pipe.
    /// </summary>
    public WebSocketReadStatus Read(ref ReadOnlySequence<byte> buffer, out WebSocketReadItem item)
    {
        ReleaseMessage();
        item = default;
        if (_closed)
        {
            // RFC 6455 section 5.5.1: nothing that follows a close frame means anything.
            buffer = buffer.Slice(buffer.End);
            return _error is null ? WebSocketReadStatus.NeedMore : ReportError(out item);
        }

        while (true)
        {
            if (_frameRemaining == 0)
            {
                var status = ReadFrame(ref buffer, out item, out var partTaken);
                if (!partTaken)
                {
                    return status;
                }
            }
            else if (!TakeFramePart(ref buffer))
            {
                return WebSocketReadStatus.NeedMore;
            }
            else if (_frameIsFinal)
            {
                _partsDelivered = true;
                return CompleteMessage(_parts.Memory, out item);
            }
        }
    }

    /// <summary>Gives the buffers of the item that was read last back to their pool.</summary>
    public void ReleaseMessage()
    {
        if (_partsDelivered)
        {
            _partsDelivered = false;
            _parts.Return();
        }
    }

    public void Dispose()
    {
        _closed = true;
        EndMessage();
        _partsDelivered = false;
        _parts.Return();
    }

    /// <summary>Reads a frame, or says what it lacks. <paramref name="partTaken"/>: there is no item yet, read on.</summary>
    private WebSocketReadStatus ReadFrame(ref ReadOnlySequence<byte> buffer, out WebSocketReadItem item, out bool partTaken)
    {
        item = default;
        partTaken = false;
        _frameWaits = false;
        if (!TryPeekHeader(buffer, out var header))
        {
            _frameWaits = !buffer.IsEmpty;
            return WebSocketReadStatus.NeedMore;
        }

        if (FindViolation(header) is { } violation)
        {
            return Fail(violation.Code, violation.Error, out item);
        }

        if (!header.IsComplete || (buffer.Length - header.Length < header.PayloadLength && !MovesToParts(header)))
        {
            _frameWaits = true;
            return WebSocketReadStatus.NeedMore;
        }

        if (header.IsControl)
        {
            return ReadControlFrame(ref buffer, header, out item);
        }

        if (header.Opcode != WebSocketOpcode.Continuation)
        {
            _messageOpcode = header.Opcode;
            _messageCompressed = header.IsCompressed;
        }

        _messageFrames++;
        var isWhole = buffer.Length - header.Length >= header.PayloadLength;
        if (isWhole && header.IsFinal && _parts.Length == 0 && TryTakeInPlace(ref buffer, header, out var payload))
        {
            return CompleteMessage(payload, out item);
        }

        buffer = buffer.Slice(header.Length);
        _frameLength = header.PayloadLength;
        _frameRemaining = header.PayloadLength;
        _frameMask = header.Mask;
        _frameIsFinal = header.IsFinal;
        if (_frameRemaining == 0 && _frameIsFinal)
        {
            _partsDelivered = true;
            return CompleteMessage(_parts.Memory, out item);
        }

        partTaken = true;
        return WebSocketReadStatus.NeedMore;
    }

    /// <summary>Reads a header as far as it has arrived; two bytes of it are enough to be judged.</summary>
    private static bool TryPeekHeader(in ReadOnlySequence<byte> buffer, out FrameHeader header)
    {
        var bytes = buffer.FirstSpan;
        if (bytes.Length < FrameHeader.MaxLength && !buffer.IsSingleSegment)
        {
            return TryPeekJoinedHeader(buffer, out header);
        }

        header = bytes.Length < FrameHeader.MinLength ? default : new FrameHeader(bytes);
        return bytes.Length >= FrameHeader.MinLength;
    }

    private static bool TryPeekJoinedHeader(in ReadOnlySequence<byte> buffer, out FrameHeader header)
    {
        Span<byte> joined = stackalloc byte[FrameHeader.MaxLength];
        var available = (int)Math.Min(buffer.Length, FrameHeader.MaxLength);
        buffer.Slice(0, available).CopyTo(joined);
        header = available < FrameHeader.MinLength ? default : new FrameHeader(joined[..available]);
        return available >= FrameHeader.MinLength;
    }

    private static bool MovesToParts(in FrameHeader header) => !header.IsControl && header.PayloadLength > LargestWaitingFrame;

    private WebSocketReadStatus ReadControlFrame(ref ReadOnlySequence<byte> buffer, in FrameHeader header, out WebSocketReadItem item)
    {
        if (!TryTakeInPlace(ref buffer, header, out var payload))
        {
            var copy = new byte[header.PayloadLength];
            buffer.Slice(header.Length, header.PayloadLength).CopyTo(copy);
            WebSocketFrame.Unmask(copy, header.Mask, 0);
            buffer = buffer.Slice(header.Length + header.PayloadLength);
            payload = copy;
        }

        if (header.Opcode == WebSocketOpcode.Close)
        {
            return ReadClose(payload, out item);
        }

        item = new WebSocketReadItem { Payload = payload };
        return header.Opcode == WebSocketOpcode.Ping ? WebSocketReadStatus.Ping : WebSocketReadStatus.Pong;
    }

    /// <summary>Unmasks and takes the payload where it lies, when it lies in one piece.</summary>
    private static bool TryTakeInPlace(ref ReadOnlySequence<byte> buffer, in FrameHeader header, out ReadOnlyMemory<byte> payload)
    {
        var first = buffer.First;
        var end = header.Length + header.PayloadLength;
        if (end <= first.Length)
        {
            payload = first.Slice(header.Length, (int)header.PayloadLength);
        }
        else
        {
            var pieces = buffer.Slice(header.Length, header.PayloadLength);
            payload = pieces.First;
            if (!pieces.IsSingleSegment)
            {
                return false;
            }
        }

        WebSocketFrame.Unmask(MemoryMarshal.AsMemory(payload).Span, header.Mask, 0);
        buffer = buffer.Slice(end);
        return true;
    }

    /// <summary>Moves what has arrived of the frame into the parts; says whether that was the rest of it.</summary>
    private bool TakeFramePart(ref ReadOnlySequence<byte> buffer)
    {
        var taken = buffer.Slice(0, Math.Min(buffer.Length, _frameRemaining));
        foreach (var segment in taken)
        {
            if (segment.IsEmpty)
            {
                continue;
            }

            var start = _parts.Length;
            _parts.Append(segment.Span);
            WebSocketFrame.Unmask(_parts.Span[start..], _frameMask, _frameLength - _frameRemaining);
            _frameRemaining -= segment.Length;
        }

        buffer = buffer.Slice(taken.End);
        return _frameRemaining == 0;
    }

    private WebSocketReadStatus CompleteMessage(ReadOnlyMemory<byte> payload, out WebSocketReadItem item)
    {
        var isBinary = _messageOpcode == WebSocketOpcode.Binary;
        var isCompressed = _messageCompressed;
        EndMessage();
        if (isCompressed)
        {
            var inflated = default(WebSocketPayloadBuffer);
            var status = PerMessageDeflate.Inflate(payload, ref inflated, _maxMessageBytes);

            // The compressed bytes may be the parts themselves; from here on the parts are the message.
            _parts.Return();
            _parts = inflated;
            _partsDelivered = true;
            payload = inflated.Memory;
            if (status != InflateStatus.Done)
            {
                return status == InflateStatus.TooLarge
                    ? Fail(WebSocketCloseCode.MessageTooBig, TooBig, out item)
                    : Fail(WebSocketCloseCode.InvalidPayload, "The compressed message is corrupt.", out item);
            }
        }

        if (!isBinary && !Utf8.IsValid(payload.Span))
        {
            return Fail(WebSocketCloseCode.InvalidPayload, "The text message is not valid UTF-8.", out item);
        }

        item = new WebSocketReadItem { Payload = payload, IsBinary = isBinary };
        return WebSocketReadStatus.Message;
    }

    private void EndMessage()
    {
        _frameWaits = false;
        _frameRemaining = 0;
        _messageOpcode = WebSocketOpcode.Continuation;
        _messageCompressed = false;
        _messageFrames = 0;
    }
}
