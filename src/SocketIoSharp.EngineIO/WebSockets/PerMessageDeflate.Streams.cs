namespace SocketIoSharp.EngineIO;

/// <summary>Where a deflater writes to: a pooled buffer, until it is told to stop.</summary>
internal sealed class DeflateSink : OneWayStream
{
    private WebSocketPayloadBuffer _buffer;
    private bool _stopped;

    public ReadOnlySpan<byte> Written => _buffer.Span;

    public override bool CanWrite => true;

    public void Stop() => _stopped = true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_stopped)
        {
            _buffer.Append(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _buffer.Return();
        base.Dispose(disposing);
    }
}

/// <summary>What an inflater reads from: one compressed message, then the end that did not travel with it.</summary>
internal sealed class InflateSource(ReadOnlyMemory<byte> compressed) : OneWayStream
{
    private ReadOnlyMemory<byte> _compressed = compressed;
    private int _endPosition;

    public override bool CanRead => true;

    // The marker of RFC 7692 section 7.2.2, then an empty final block: a stream that never ends is
    // truncated data to an inflater that validates strictly.
    private static ReadOnlySpan<byte> End => [0x00, 0x00, 0xFF, 0xFF, 0x03, 0x00];

    public override int Read(Span<byte> buffer)
    {
        var fromMessage = Math.Min(buffer.Length, _compressed.Length);
        _compressed.Span[..fromMessage].CopyTo(buffer);
        _compressed = _compressed[fromMessage..];

        var end = End[_endPosition..];
        var fromEnd = Math.Min(buffer.Length - fromMessage, end.Length);
        end[..fromEnd].CopyTo(buffer[fromMessage..]);
        _endPosition += fromEnd;
        return fromMessage + fromEnd;
    }
}
