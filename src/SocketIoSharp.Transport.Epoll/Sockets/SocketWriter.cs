using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>
/// What a socket sends. A flush sends on the thread of its caller; what the socket does not take then waits for the event loop, and
/// the flush is complete when everything has been taken. No memory is held while there is nothing to send.
/// </summary>
internal sealed class SocketWriter(EpollConnection connection) : PipeWriter, IValueTaskSource<FlushResult>
{
    private Waiter<FlushResult> _waiter;
    private Block? _first;
    private Block? _last;
    private TaskCompletionSource? _allSent;
    private long _unsent;
    private long _unflushed;
    private int _start;
    private bool _isLent;
    private bool _isCancelled;
    private bool _isCompleted;
    private bool _isOver;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _unflushed;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        lock (connection.Gate)
        {
            return MakeRoom(sizeHint).FreeMemory;
        }
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        lock (connection.Gate)
        {
            return MakeRoom(sizeHint).FreeSpan;
        }
    }

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        lock (connection.Gate)
        {
            if (bytes == 0)
            {
                return;
            }

            if (_last is null || bytes < 0 || bytes > _last.Room)
            {
                throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "More has been written than the memory holds that was asked for.");
            }

            _last.Fill(bytes);
            _unflushed += bytes;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        lock (connection.Gate)
        {
            if (_waiter.IsWaiting)
            {
                throw new InvalidOperationException("The flush before this one has not ended yet: await it first.");
            }

            Commit();
            var isCancelled = _isCancelled;
            _isCancelled = false;
            if (_unsent == 0 || _isOver || isCancelled)
            {
                return new(new FlushResult(isCancelled, _isOver));
            }

            return _waiter.WaitAsync(this, static writer => ((SocketWriter)writer!).OnTokenCancelled(), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        lock (connection.Gate)
        {
            if (!_waiter.IsWaiting)
            {
                _isCancelled = true;
                return;
            }

            _waiter.End(isAsynchronous: true);
            _waiter.SetResult(new FlushResult(isCanceled: true, _isOver));
        }
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        lock (connection.Gate)
        {
            if (!_isCompleted)
            {
                _isCompleted = true;
                Commit();
            }
        }
    }

    /// <summary>Everything that was flushed has been taken by the socket, or never will be.</summary>
    public Task WhenAllSentAsync()
    {
        lock (connection.Gate)
        {
            return _unsent == 0 || _isOver
                ? Task.CompletedTask
                : (_allSent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>The event loop: the socket takes more.</summary>
    public void OnWritable()
    {
        // Most events find nothing that waits.
        if (Volatile.Read(ref _unsent) == 0)
        {
            return;
        }

        var isOver = false;
        lock (connection.Gate)
        {
            if (_unsent == 0)
            {
                return;
            }

            Send();
            if (_unsent > 0)
            {
                return;
            }

            _allSent?.TrySetResult();
            if (!_waiter.IsWaiting)
            {
                return;
            }

            isOver = _isOver;
            _waiter.End(isAsynchronous: !connection.RunsInline);
        }

        _waiter.SetResult(new FlushResult(isCanceled: false, isOver));
    }

    /// <summary>Nothing is sent any more.</summary>
    public void Abort()
    {
        GiveUp();
        _allSent?.TrySetResult();
        if (_waiter.IsWaiting)
        {
            _waiter.End(isAsynchronous: true);
            _waiter.SetResult(new FlushResult(isCanceled: false, isCompleted: true));
        }
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _waiter.OnCompleted(continuation, state, token, flags);

    private Block MakeRoom(int sizeHint)
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The writer of this connection has been completed: nothing can be written any more.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_last is null || _last.Room < Math.Max(sizeHint, 1))
        {
            // Whoever writes more than a small block writes much.
            var block = BlockPool.Rent(Math.Max(sizeHint, _last is null ? Block.SmallSize : Block.LargeSize));
            _last?.Append(block);
            _first ??= block;
            _last = block;
        }

        _isLent = true;
        return _last;
    }

    /// <summary>Whoever writes has finished: everything may be sent, and no memory is lent.</summary>
    private void Commit()
    {
        var isBehindOthers = _unsent > 0;
        _isLent = false;
        _unsent += _unflushed;
        _unflushed = 0;
        if (_isOver)
        {
            GiveUp();
        }
        else if (!isBehindOthers)
        {
            Send();
        }
    }

    private void Send()
    {
        while (_unsent > 0)
        {
            var block = _first!;
            var length = (int)Math.Min(block.End - _start, _unsent);
            var sent = length == 0 ? 0 : connection.Send(block.Span(_start, length), length < _unsent ? Libc.More : 0);
            if (sent < 0)
            {
                if (sent == -Libc.Interrupted)
                {
                    continue;
                }

                if (sent != -Libc.TryAgain)
                {
                    GiveUp();
                }

                return;
            }

            _start += sent;
            _unsent -= sent;
            if (_start == block.End && !ReferenceEquals(block, _last))
            {
                DropFirst();
            }
        }

        if (!_isLent)
        {
            DropAll();
        }
    }

    /// <summary>The peer takes nothing any more.</summary>
    private void GiveUp()
    {
        _isOver = true;
        _unsent = 0;
        if (!_isLent)
        {
            DropAll();
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
        _start = 0;
        BlockPool.Return(block);
    }

    private void DropAll()
    {
        while (_first is not null)
        {
            DropFirst();
        }

        _unflushed = 0;
    }
}
