using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace SocketIoSharp.EngineIO;

internal sealed partial class WebSocketMessageReader
{
    private const string TooBig = "Max payload size exceeded";

    /// <summary>What a client must not send, in the order in which the bytes of a header tell it.</summary>
    private (ushort Code, string Error)? FindViolation(in FrameHeader header)
    {
        if (header.HasUnknownReservedBits)
        {
            return (WebSocketCloseCode.ProtocolError, "RSV2 and RSV3 must be clear.");
        }

        var mayBeCompressed = _deflate && header.Opcode is WebSocketOpcode.Text or WebSocketOpcode.Binary;
        if (header.IsCompressed && !mayBeCompressed)
        {
            return (WebSocketCloseCode.ProtocolError, "RSV1 must be clear.");
        }

        switch (header.Opcode)
        {
            case WebSocketOpcode.Continuation when _messageOpcode == WebSocketOpcode.Continuation:
                return (WebSocketCloseCode.ProtocolError, "A continuation frame follows no unfinished message.");
            case WebSocketOpcode.Text or WebSocketOpcode.Binary when _messageOpcode != WebSocketOpcode.Continuation:
                return (WebSocketCloseCode.ProtocolError, "A new message begins within an unfinished one.");
            case WebSocketOpcode.Continuation or WebSocketOpcode.Text or WebSocketOpcode.Binary:
                break;
            case WebSocketOpcode.Close or WebSocketOpcode.Ping or WebSocketOpcode.Pong:
                if (!header.IsFinal)
                {
                    return (WebSocketCloseCode.ProtocolError, "A control frame must not be fragmented.");
                }

                if (header.ShortLength > 125 || (header.Opcode == WebSocketOpcode.Close && header.ShortLength == 1))
                {
                    return (WebSocketCloseCode.ProtocolError, "The length of a control frame is invalid.");
                }

                break;
            default:
                return (WebSocketCloseCode.ProtocolError, "The opcode is reserved.");
        }

        if (!header.IsMasked)
        {
            return (WebSocketCloseCode.ProtocolError, "A client must mask its frames.");
        }

        return header.IsControl ? null : FindExcess(header);
    }

    private (ushort Code, string Error)? FindExcess(in FrameHeader header)
    {
        if (header.PayloadLength < 0)
        {
            return (WebSocketCloseCode.ProtocolError, "The top bit of a 64-bit length must be clear.");
        }

        if (_messageFrames >= _maxFrames)
        {
            return (WebSocketCloseCode.PolicyViolation, "The message has too many frames.");
        }

        // The announced length decides, before any byte of it is held.
        return header.PayloadLength > _maxMessageBytes - _parts.Length ? (WebSocketCloseCode.MessageTooBig, TooBig) : null;
    }

    private WebSocketReadStatus ReadClose(ReadOnlyMemory<byte> payload, out WebSocketReadItem item)
    {
        var code = WebSocketCloseCode.NoStatusReceived;
        if (!payload.IsEmpty)
        {
            code = BinaryPrimitives.ReadUInt16BigEndian(payload.Span);
            if (!WebSocketCloseCode.MayBeReceived(code))
            {
                return Fail(WebSocketCloseCode.ProtocolError, "The close code is invalid.", out item);
            }

            payload = payload[2..];
            if (!Utf8.IsValid(payload.Span))
            {
                return Fail(WebSocketCloseCode.InvalidPayload, "The close reason is not valid UTF-8.", out item);
            }
        }

        // A message that the close interrupts never completes.
        Dispose();
        item = new WebSocketReadItem { Payload = payload, CloseCode = code };
        return WebSocketReadStatus.Close;
    }

    private WebSocketReadStatus Fail(ushort code, string error, out WebSocketReadItem item)
    {
        _errorCode = code;
        _error = error;
        Dispose();
        return ReportError(out item);
    }

    private WebSocketReadStatus ReportError(out WebSocketReadItem item)
    {
        item = new WebSocketReadItem { CloseCode = _errorCode, Error = _error };
        return WebSocketReadStatus.Error;
    }

    /// <summary>The header of a client's frame (RFC 6455 section 5.2), as far as its bytes have arrived.</summary>
    private readonly struct FrameHeader
    {
        public const int MinLength = 2;
        public const int MaxLength = 14;

        private readonly byte _first;
        private readonly byte _second;

        /// <param name="bytes">At least <see cref="MinLength"/> bytes.</param>
        public FrameHeader(ReadOnlySpan<byte> bytes)
        {
            _first = bytes[0];
            _second = bytes[1];
            var maskStart = ShortLength switch { 126 => 4, 127 => 10, _ => 2 };
            Length = IsMasked ? maskStart + sizeof(uint) : maskStart;
            if (bytes.Length >= maskStart)
            {
                // Lengths in more bytes than they need are accepted, as by Node's ws.
                PayloadLength = ShortLength switch
                {
                    126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
                    127 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
                    _ => ShortLength,
                };
            }

            IsComplete = bytes.Length >= Length;
            if (IsComplete && IsMasked)
            {
                Mask = MemoryMarshal.Read<uint>(bytes[maskStart..]);
            }
        }

        public int Length { get; }

        public bool IsComplete { get; }

        public long PayloadLength { get; }

        public uint Mask { get; }

        public WebSocketOpcode Opcode => (WebSocketOpcode)(_first & 0x0F);

        public bool IsControl => (_first & 0x08) != 0;

        public bool IsFinal => (_first & 0x80) != 0;

        public bool IsCompressed => (_first & 0x40) != 0;

        public bool HasUnknownReservedBits => (_first & 0x30) != 0;

        public bool IsMasked => (_second & 0x80) != 0;

        public int ShortLength => _second & 0x7F;
    }
}
