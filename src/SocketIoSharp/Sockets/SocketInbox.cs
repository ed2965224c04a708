using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// Runs a socket's events in order. The connection's read loop runs an event itself while nothing is under way, and never waits
/// for it; otherwise the event is copied and waits, as it always does where handlers belong on the thread pool. One thread at a
/// time takes events out. Nothing is awaited under the lock.
/// </summary>
internal sealed partial class SocketInbox(ServerSocket socket)
{
    private readonly Lock _gate = new();
    private WaitingEvents? _waiting;
    private TaskCompletionSource? _done;
    private string? _runningEvent;
    private int _running;

    // Closed until the connection handlers begin: they come first.
    private bool _isPumping = true;
    private bool _isClosed;
    private bool _isLastTaken;

    private ServerSocket Socket => socket;

    private int MostRunning => socket.Server.Options.MaxConcurrentEventsPerSocket;

    private bool RunsOnPool => socket.Server.Options.RunHandlersOnThreadPool;

    private WaitingEvents Waiting => _waiting ??= new WaitingEvents(this);

    /// <summary>Runs the connection handlers, and from then on events.</summary>
    public void Open(Func<Task> connectionHandlers)
    {
        _runningEvent = "connection";
        lock (_gate)
        {
            _running++;
            _waiting?.WatchIfHeldBack();
        }

        if (RunsOnPool)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static opening => opening.Inbox.Start(opening.Handlers), (Inbox: this, Handlers: connectionHandlers), preferLocal: false);
        }
        else
        {
            Start(connectionHandlers);
        }
    }

    private void Start(Func<Task> connectionHandlers)
    {
        PumpAfter(connectionHandlers());
    }

    /// <summary>Runs an event, or lets it wait.</summary>
    public void Deliver(in SocketIOPacket packet)
    {
        bool isTooMuch;
        lock (_gate)
        {
            if (_isClosed)
            {
                // The connection ended on another thread while this event was being read.
                return;
            }

            if (!_isPumping && _running < MostRunning && _waiting is not { IsEmpty: false } && !RunsOnPool)
            {
                _isPumping = true;
                _running++;
                isTooMuch = false;
            }
            else
            {
                var before = socket.Connection.QueuedBytes;
                Waiting.Add(new WaitingEvent(packet.Json.ToArray(), packet.Attachments, packet.Id));
                isTooMuch = IsTooMuch(Waiting.Count, before);
                if (!isTooMuch)
                {
                    PumpOnPoolLocked();
                    return;
                }
            }
        }

        if (isTooMuch)
        {
            Log.TooManyEvents(
                socket.Server.Logger,
                socket.Id,
                nameof(SocketIOOptions.MaxQueuedEventsWhileAwaitingAck),
                nameof(SocketIOOptions.MaxQueuedBytesWhileAwaitingAck));
            socket.Connection.CloseSoon();
            return;
        }

        PumpAfter(StartEventAsync(packet.Json, packet.Attachments, packet.Id));
    }

    /// <summary>The client has left: what it had sent before still runs, then this, then nothing.</summary>
    public void Close(Func<Task> disconnectHandlers)
    {
        lock (_gate)
        {
            _isClosed = true;
            Waiting.SetLast(disconnectHandlers);
            if (RunsOnPool)
            {
                PumpOnPoolLocked();
                return;
            }

            if (_isPumping || _running >= MostRunning)
            {
                return;
            }

            _isPumping = true;
        }

        Pump();
    }

    /// <summary>The server has thrown the client out: what it had sent does not run any more.</summary>
    public void DropEvents()
    {
        lock (_gate)
        {
            _waiting?.Clear();
        }
    }

    /// <summary>The socket has never been connected: there is nothing to run.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _waiting?.Clear();
            _isClosed = true;
            _isLastTaken = true;
            CompleteDoneLocked();
        }
    }

    /// <summary>The name of the event whose handler is about to run.</summary>
    public void SetRunningEvent(string name) => _runningEvent = name;

    public Task WhenDoneAsync()
    {
        lock (_gate)
        {
            if (_isLastTaken && _running == 0)
            {
                return Task.CompletedTask;
            }

            _done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _done.Task;
        }
    }

    /// <summary>
    /// Reading stops when much waits, but not while the server awaits an answer: it may come behind these events. An event of
    /// any size may be the one that reaches the bound, so a client is never closed while reading stops in time.
    /// </summary>
    private bool IsTooMuch(int count, long bytesBefore)
    {
        var options = socket.Server.Options;
        return count > options.MaxQueuedEventsWhileAwaitingAck || bytesBefore >= options.MaxQueuedBytesWhileAwaitingAck;
    }

    /// <summary>Where handlers belong on the thread pool, a thread of it takes out what waits, unless one is at it.</summary>
    private void PumpOnPoolLocked()
    {
        if (RunsOnPool && !_isPumping && _running < MostRunning)
        {
            _isPumping = true;
            ThreadPool.UnsafeQueueUserWorkItem(static inbox => inbox.Pump(), this, preferLocal: false);
        }
    }

    /// <summary>Takes out what waits, one after the other, until an event is unfinished or nothing is left.</summary>
    private void Pump() => PumpAfter(null);

    /// <summary>The same, after what has been started before; null when nothing has.</summary>
    private void PumpAfter(Task? started)
    {
        while (true)
        {
            WaitingEvent? next;
            Func<Task>? last;
            var isDone = started is { IsCompletedSuccessfully: true };
            if (started is not null && !isDone)
            {
                _ = ContinueAfterAsync(started);
            }

            lock (_gate)
            {
                if (isDone)
                {
                    _running--;
                }

                if (_running >= MostRunning || _waiting is not { IsEmpty: false } waiting)
                {
                    _isPumping = false;
                    CompleteDoneLocked();
                    return;
                }

                next = waiting.Take(out last);
                _isLastTaken |= last is not null;
                _running++;
            }

            if (next is { } waitingEvent)
            {
                socket.Connection.OnDequeued();
                started = StartEventAsync(waitingEvent.Json, waitingEvent.Attachments, waitingEvent.Id);
            }
            else
            {
                _runningEvent = "disconnect";
                started = last!();
            }
        }
    }

    /// <summary>What handlers throw has been caught; what fails around them, such as the listener of a meter, must not stop the inbox.</summary>
    private Task StartEventAsync(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, long? ackId)
    {
        try
        {
            return socket.RunEventAsync(json, attachments, ackId);
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }
    }

    private async Task ContinueAfterAsync(Task running)
    {
        try
        {
            await running;
        }
        catch (Exception exception)
        {
            Log.HandlingFailed(socket.Server.Logger, exception, socket.Id);
        }

        lock (_gate)
        {
            _running--;
            if (_isPumping)
            {
                return;
            }

            _isPumping = true;
        }

        Pump();
    }

    private void CompleteDoneLocked()
    {
        if (_isLastTaken && _running == 0)
        {
            _done?.TrySetResult();
        }
    }

    private void WarnOfSlowHandler()
        => Log.SlowHandler(
            socket.Server.Logger,
            _runningEvent ?? "an event",
            socket.Id,
            socket.Server.Options.SlowHandlerWarning.TotalSeconds,
            nameof(SocketIOOptions.MaxConcurrentEventsPerSocket));

    private void Schedule(ClockEntry entry)
    {
        var delay = socket.Server.Options.SlowHandlerWarning;
        if (delay > TimeSpan.Zero && delay != Timeout.InfiniteTimeSpan)
        {
            socket.Server.Clock.Schedule(entry, delay, delay);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A handler of \"{EventName}\" on socket {SocketId} has held back further events of this client for {Seconds} seconds. Handle long work elsewhere, or set {Option} above 1 to let events start without waiting for each other.", EventName = nameof(SlowHandler))]
        public static partial void SlowHandler(ILogger logger, string eventName, string socketId, double seconds, string option);

        [LoggerMessage(2, LogLevel.Warning, "Socket {SocketId} sent more events than may wait while the server awaits its answer; its connection is closed. The limits are {Option} and {ByteOption}.", EventName = nameof(TooManyEvents))]
        public static partial void TooManyEvents(ILogger logger, string socketId, string option, string byteOption);

        [LoggerMessage(3, LogLevel.Error, "Something around the handlers of an event of socket {SocketId} failed; the events behind it are handled.", EventName = nameof(HandlingFailed))]
        public static partial void HandlingFailed(ILogger logger, Exception exception, string socketId);
    }
}
