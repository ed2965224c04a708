using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>
/// What a socket receives. Nothing is received before somebody reads, and no memory is held while nothing has come. A reader that
/// waits is woken by the event loop, on its thread or on the pool.
/// </summary>
internal sealed class SocketReader(EpollConnection connection) : PipeReader, IValueTaskSource<ReadResult>, IThreadPoolWorkItem
{
    /// <summary>How often one connection receives before others get their turn.</summary>
    private const int MostAtOnce = 8;

    /// <summary>A block with less room than this is not filled up.</summary>
    private const int LeastRoom = 512;

    private Waiter<ReadResult> _waiter;
    private Block? _first;
    private Block? _last;
    private Exception? _error;
    private int _start;
    private byte _turns = MostAtOnce;
    private bool _mayReceive;
    private bool _isHangingUp;
    private bool _hasFilledBlock;
    private bool _hasNews;
    private bool _isScheduled;
    private bool _isCancelled;
    private bool _isEnded;
    private bool _isCompleted;

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        lock (connection.Gate)
        {
            if (TryTake(out var result))
            {
                return new(result);
            }

            if (_mayReceive)
            {
                // It has had its turns.
                Schedule();
            }

            return _waiter.WaitAsync(this, static reader => ((SocketReader)reader!).OnTokenCancelled(), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        lock (connection.Gate)
        {
            return TryTake(out result);
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (connection.Gate)
        {
            if (_first is null || consumed.GetObject() is not Block block)
            {
                return;
            }

            _hasNews = !ReferenceEquals(examined.GetObject(), _last) || examined.GetInteger() < _last!.End;
            while (!ReferenceEquals(_first, block))
            {
                DropFirst();
            }

            _start = consumed.GetInteger();
            if (_start == _first!.End)
            {
                DropFirst();
                _start = 0;
                DropEmptyBlock();
            }
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        lock (connection.Gate)
        {
            if (!_waiter.IsWaiting)
            {
                _isCancelled = true;
                return;
            }

            _waiter.End(isAsynchronous: true);
            _waiter.SetResult(Result(isCancelled: true));
        }
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        lock (connection.Gate)
        {
            _isCompleted = true;
            DropAll();
            if (_waiter.IsWaiting)
            {
                // Whatever is scheduled for it finds nobody.
                _waiter.End(isAsynchronous: true);
                _waiter.SetException(AfterCompletion());
            }
        }
    }

    /// <summary>The event loop: something has come, or the peer has ended.</summary>
    public void OnReadable(bool isHangingUp)
    {
        var isUnnoticed = false;
        lock (connection.Gate)
        {
            _mayReceive = true;
            _isHangingUp |= isHangingUp;
            if (!_waiter.IsWaiting)
            {
                isUnnoticed = isHangingUp && !_isEnded;
            }
            else if (_isScheduled)
            {
                return;
            }
            else
            {
                _isScheduled = true;
                if (!connection.RunsInline)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }
            }
        }

        if (isUnnoticed)
        {
            // Whoever works on a request learns that nobody waits for its answer.
            connection.OnPeerEnded();
        }
        else
        {
            Execute();
        }
    }

    /// <summary>Receives for the reader that waits, and lets it go on.</summary>
    public void Execute()
    {
        ReadResult result;
        Exception? error = null;
        lock (connection.Gate)
        {
            _isScheduled = false;
            _turns = MostAtOnce;
            if (!_waiter.IsWaiting)
            {
                return;
            }

            try
            {
                if (!TryTake(out result))
                {
                    return;
                }
            }
            catch (Exception exception)
            {
                // The reader's, whatever it is.
                result = default;
                error = exception;
            }

            _waiter.End(isAsynchronous: false);
            if (_isHangingUp)
            {
                // Whoever has its last words may not read again before they are answered.
                connection.OnPeerEnded();
            }
        }

        // The reader goes on here, outside of the lock.
        if (error is null)
        {
            _waiter.SetResult(result);
        }
        else
        {
            _waiter.SetException(error);
        }
    }

    /// <summary>Nothing is received any more. Without an error, as the server ends a connection whose peer has ended, it is an ordinary end.</summary>
    public void Abort(Exception? error)
    {
        _error ??= error;
        _isEnded = true;
        _mayReceive = false;
        if (!_waiter.IsWaiting)
        {
            return;
        }

        _waiter.End(isAsynchronous: true);
        if (_error is null)
        {
            _waiter.SetResult(Result(isCancelled: false));
        }
        else
        {
            _waiter.SetException(_error);
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _waiter.OnCompleted(continuation, state, token, flags);

    /// <summary>What there is, or what can be received at once.</summary>
    private bool TryTake(out ReadResult result)
    {
        if (_isCompleted)
        {
            throw AfterCompletion();
        }

        while (!_hasNews && !_isEnded && !_isCancelled && _mayReceive && _turns > 0)
        {
            Receive();
        }

        if (!_hasNews && _error is not null && !_isCancelled)
        {
            throw _error;
        }

        result = Result(_isCancelled);
        var hasResult = _hasNews || _isEnded || _isCancelled;
        _isCancelled = false;
        return hasResult;
    }

    private static InvalidOperationException AfterCompletion()
        => new("The reader of this connection has been completed: nothing can be read any more.");

    private ReadResult Result(bool isCancelled)
    {
        var buffer = _first is null ? default : new ReadOnlySequence<byte>(_first, _start, _last!, _last!.End);
        return new ReadResult(buffer, isCancelled, _isEnded);
    }

    private void Receive()
    {
        if (_last is null || _last.Room < LeastRoom)
        {
            var block = BlockPool.Rent(_hasFilledBlock ? Block.LargeSize : Block.SmallSize);
            _last?.Append(block);
            _first ??= block;
            _last = block;
        }

        var room = _last.Room;
        var received = connection.Receive(_last.FreeSpan);
        if (received > 0)
        {
            _turns--;
            _last.Fill(received);
            _hasNews = true;
            _hasFilledBlock = received == room;

            // What did not fill the room was all there is, and the next byte is an event. Only the end may be there already.
            _mayReceive = _hasFilledBlock || _isHangingUp;
            return;
        }

        DropEmptyBlock();
        _hasFilledBlock = false;
        _mayReceive = received == -Libc.Interrupted;
        if (received is 0 or < 0 and not -Libc.TryAgain and not -Libc.Interrupted)
        {
            _isEnded = true;
            _error ??= received == 0 ? null : new ConnectionResetException("The client has reset the connection.");
            connection.OnPeerEnded();
        }
    }

    private void Schedule()
    {
        _isScheduled = true;
        if (connection.RunsInline)
        {
            connection.Loop.Post(this);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void OnTokenCancelled()
    {
        lock (connection.Gate)
        {
            _waiter.OnTokenCancelled();
        }
    }

    private void DropFirst()
    {
        var block = _first!;
        _first = block.Following;
        _last = _first is null ? null : _last;
        BlockPool.Return(block);
    }

    private void DropAll()
    {
        while (_first is not null)
        {
            DropFirst();
        }

        _start = 0;
        _hasNews = false;
    }

    /// <summary>A block that was taken for something that did not come.</summary>
    private void DropEmptyBlock()
    {
        if (_first is { End: 0 })
        {
            DropFirst();
        }
    }
}
