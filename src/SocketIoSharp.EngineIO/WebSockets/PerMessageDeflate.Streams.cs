namespace SocketIoSharp.EngineIO;

/// <summary>Where a deflater writes to: a pooled buffer, until it is told to stop.</summary>
internal sealed class DeflateSink : Stream
{
    private WebSocketPayloadBuffer _buffer;
    private bool _stopped;

    public ReadOnlySpan<byte> Written => _buffer.Span;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Stop() => _stopped = true;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_stopped)
        {
            _buffer.Append(buffer);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _buffer.Return();
        base.Dispose(disposing);
    }
}

/// <summary>What an inflater reads from: one compressed message, then the end that did not travel with it.</summary>
internal sealed class InflateSource(ReadOnlyMemory<byte> compressed) : Stream
{
    private ReadOnlyMemory<byte> _compressed = compressed;
    private int _endPosition;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // The marker of RFC 7692 section 7.2.2, then an empty final block: a stream that never ends is
    // truncated data to an inflater that validates strictly.
    private static ReadOnlySpan<byte> End => [0x00, 0x00, 0xFF, 0xFF, 0x03, 0x00];

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
