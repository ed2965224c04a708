using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// One client's session: the owner of its state, its queue and its deadlines. Every change happens under <see cref="Gate"/>,
/// which is never held across an await, nor across a call into the application but for its observer.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source of Closed has no timer and is never linked; its tokens outlive the session.")]
internal sealed partial class EngineIOSession : ClockEntry, IEngineIOSession
{
    private const int StackBytes = 512;

    // What a batch may write to one client before it is flushed: beyond it, the client's reading speed must count.
    private const int LargestUnflushed = 32 * 1024;

    private readonly EngineIOServer _server;
    private readonly EngineIOOptions _options;
    private readonly long _startTimestamp;
    private EngineIOTransport _transport = null!;
    private SessionOutbox _outbox;
    private volatile SessionState _state;
    private SessionClose _close;
    private CancellationTokenSource? _closed;
    private TaskCompletionSource<bool>? _writable;
    private Task _opening = Task.CompletedTask;
    private bool _isOpenReturned;
    private bool _isMarked;
    private bool _isCounted;

    public EngineIOSession(EngineIOServer server, string id, int protocol, EngineIOHandshake handshake)
    {
        _server = server;
        _options = server.Options;
        _startTimestamp = server.Clock.Time.GetTimestamp();
        Id = id;
        Protocol = protocol;
        Handshake = handshake;
    }

    /// <summary>Guards everything of this session, its transports included.</summary>
    public Lock Gate { get; } = new();

    public string Id { get; }

    public int Protocol { get; }

    public EngineIOHandshake Handshake { get; }

    public SessionState State => _state;

    public EngineIOServer Server => _server;

    public EngineIOTransportType Transport => Volatile.Read(ref _transport).Type;

    public EngineIOTransport CurrentTransport => Volatile.Read(ref _transport);

    public bool IsUpgraded { get; private set; }

    public object? UserState { get; set; }

    public bool IsWritable
    {
        get
        {
            lock (Gate)
            {
                return IsWritableLocked;
            }
        }
    }

    public CancellationToken Closed
    {
        get
        {
            lock (Gate)
            {
                if (_closed is null)
                {
                    _closed = new CancellationTokenSource();
                    if (_state == SessionState.Closed)
                    {
                        _closed.Cancel();
                    }
                }

                return _closed.Token;
            }
        }
    }

    private bool IsWritableLocked => _state == SessionState.Open && !_isDrainHeld && _outbox.IsEmpty && _transport.IsReady;

    /// <summary>Gives the session its first transport, before anybody can find it.</summary>
    public void Attach(EngineIOTransport transport) => _transport = transport;

    /// <summary>The session can be found; its open packet is about to leave.</summary>
    public void Open()
    {
        lock (Gate)
        {
            if (_state == SessionState.Opening)
            {
                _state = SessionState.Open;
                StartHeartbeatLocked();
            }
        }

        _isCounted = _server.Metrics.SessionOpened(_transport.Type);
        Log.Opened(_server.Logger, Id, Protocol, _transport.Type);
        _server.Observer?.Opened(this);
    }

    /// <summary>Tells the application. Messages that arrive meanwhile wait.</summary>
    public void RaiseOpen()
    {
        Task opening;
        try
        {
            opening = _server.Handler.OnOpenAsync(this);
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(_server.Logger, exception, Id, nameof(IEngineIOHandler.OnOpenAsync));
            opening = Task.CompletedTask;
        }

        if (!opening.IsCompletedSuccessfully)
        {
            Volatile.Write(ref _opening, GuardAsync(opening, nameof(IEngineIOHandler.OnOpenAsync)));
        }

        lock (Gate)
        {
            _isOpenReturned = true;
            if (_state == SessionState.Closed)
            {
                QueueRaiseClose();
            }
        }
    }

    public bool TrySendText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[]? rented = null;
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = length <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return TrySend(buffer[..Encoding.UTF8.GetBytes(text, buffer)], isBinary: false);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    public bool TrySendText(ReadOnlySpan<byte> utf8Text) => TrySend(utf8Text, isBinary: false);

    public bool TrySendBinary(ReadOnlySpan<byte> data) => TrySend(data, isBinary: true);

    public bool TrySend(EncodedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (Gate)
        {
            if (_state != SessionState.Open)
            {
                return false;
            }

            if (!_isDrainHeld && _outbox.IsEmpty && FlushMarks.Current is not { HoldsMessages: true } && _transport.TryWrite(message))
            {
                ObserveCreated(message);
            }
            else if (!EnqueueLocked(message))
            {
                return false;
            }

            MarkOrFlushLocked();
            return true;
        }
    }

    private bool TrySend(ReadOnlySpan<byte> data, bool isBinary)
    {
        lock (Gate)
        {
            if (_state != SessionState.Open)
            {
                return false;
            }

            if (!_isDrainHeld && _outbox.IsEmpty && _transport.TryWrite(data, isBinary))
            {
                ObserveCreated(PacketType.Message, data);
            }
            else if (!EnqueueLocked(isBinary ? EncodedMessage.Binary(data) : EncodedMessage.Text(data)))
            {
                return false;
            }

            MarkOrFlushLocked();
            return true;
        }
    }

    public Task<bool> WhenWritableAsync(CancellationToken cancellationToken = default)
    {
        Task<bool> writable;
        lock (Gate)
        {
            if (_state != SessionState.Open)
            {
                return Task.FromResult(false);
            }

            if (_outbox.IsEmpty && (_transport.IsReady || _transport.Type == EngineIOTransportType.Polling))
            {
                return Task.FromResult(true);
            }

            _writable ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            writable = _writable.Task;
        }

        return writable.WaitAsync(cancellationToken);
    }

    /// <summary>Queues a packet of any type; the caller flushes.</summary>
    internal bool EnqueueLocked(EncodedMessage message)
    {
        ObserveCreated(message);
        if (_outbox.TryAdd(message, _options.MaxOutgoingBytes))
        {
            return true;
        }

        Log.OutgoingBoundExceeded(_server.Logger, Id, _outbox.ByteCount, _options.MaxOutgoingBytes.GetValueOrDefault(), nameof(EngineIOOptions.MaxOutgoingBytes));
        CloseLocked(new SessionClose(CloseReason.TransportError, "the client reads too slowly"));
        return false;
    }

    private void ObserveCreated(EncodedMessage message)
    {
        for (var i = 0; i < message.PartCount; i++)
        {
            ObserveCreated(message.Type, message.GetPart(i, out _).Span);
        }
    }

    private void ObserveCreated(PacketType type, ReadOnlySpan<byte> data)
    {
        Log.PacketSent(_server.Logger, Id, type, data.Length);
        _server.Observer?.PacketCreated(this, (int)type, data);
    }

    /// <summary>A batch has ended: what was written during it goes out.</summary>
    internal void FlushMarked()
    {
        try
        {
            lock (Gate)
            {
                _isMarked = false;
                FlushLocked();
            }
        }
        catch (Exception exception)
        {
            // The others of the batch, and the thread that works on it, have nothing to do with this session.
            Log.FlushFailed(_server.Logger, exception, Id);
            Close(new SessionClose(CloseReason.TransportError));
        }
    }

    /// <summary>Flushes now, or at the end of the batch of messages that this thread is working through.</summary>
    private void MarkOrFlushLocked()
    {
        if (FlushMarks.Current is not { } marks || _transport.UnflushedBytes >= LargestUnflushed)
        {
            FlushLocked();
        }
        else if (!_isMarked)
        {
            _isMarked = true;
            marks.Mark(this);
        }
    }

    /// <summary>Gives the transport what is queued, as far as it takes it; called whenever either of them has changed.</summary>
    internal void FlushLocked()
    {
        if (_state == SessionState.Closed || _isDrainHeld)
        {
            return;
        }

        var hadPackets = !_outbox.IsEmpty || _transport.UnflushedBytes > 0;
        if (hadPackets && _transport.IsReady)
        {
            _server.Observer?.Flushed(this);
        }

        _transport.Flush(ref _outbox);
        if (!_outbox.IsEmpty)
        {
            return;
        }

        if (hadPackets)
        {
            _server.Observer?.Drained(this);
        }

        CompleteWritableLocked(isOpen: true);
        if (_state == SessionState.Closing)
        {
            FinishCloseLocked();
        }
    }

    private void CompleteWritableLocked(bool isOpen)
    {
        if (_writable is { } writable && (!isOpen || _transport.IsReady || _transport.Type == EngineIOTransportType.Polling))
        {
            _writable = null;
            writable.TrySetResult(isOpen);
        }
    }
}
