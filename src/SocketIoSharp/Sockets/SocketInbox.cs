using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// Runs a socket's events in order. The connection's read loop runs an event itself while nothing is under way, and never waits
/// for it; otherwise the event is copied and waits. One thread at a time takes events out. Nothing is awaited under the lock.
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

        Run(connectionHandlers());
        Pump();
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

            if (!_isPumping && _running < MostRunning && _waiting is not { IsEmpty: false })
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

        Run(socket.RunEventAsync(packet.Json, packet.Attachments, packet.Id));
        Pump();
    }

    /// <summary>The client has left: what it had sent before still runs, then this, then nothing.</summary>
    public void Close(Func<Task> disconnectHandlers)
    {
        lock (_gate)
        {
            _isClosed = true;
            Waiting.SetLast(disconnectHandlers);
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

    /// <summary>Takes out what waits, one after the other, until an event is unfinished or nothing is left.</summary>
    private void Pump()
    {
        while (true)
        {
            WaitingEvent? next;
            Func<Task>? last;
            lock (_gate)
            {
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
                Run(socket.RunEventAsync(waitingEvent.Json, waitingEvent.Attachments, waitingEvent.Id));
            }
            else
            {
                _runningEvent = "disconnect";
                Run(last!());
            }
        }
    }

    /// <summary>The task never fails: what handlers throw has been caught.</summary>
    private void Run(Task running)
    {
        if (running.IsCompleted)
        {
            lock (_gate)
            {
                _running--;
            }
        }
        else
        {
            _ = ContinueAfterAsync(running);
        }
    }

    private async Task ContinueAfterAsync(Task running)
    {
        await running;
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

    private readonly record struct WaitingEvent(byte[] Json, IReadOnlyList<ReadOnlyMemory<byte>> Attachments, long? Id)
    {
        public long Bytes => Json.Length + Attachments.Sum(static attachment => (long)attachment.Length);
    }

    /// <summary>The queue, and the clock entry that notices a handler which holds it up. Guarded by the inbox.</summary>
    private sealed class WaitingEvents(SocketInbox inbox) : ClockEntry
    {
        // What an event costs beside its bytes; makes a flood of empty events count.
        private const int EventOverhead = 64;

        private readonly Queue<WaitingEvent> _events = [];
        private Func<Task>? _last;
        private long _takenCount;
        private long _watchedCount;
        private long _warnedCount = -1;
        private bool _isWatching;

        public int Count => _events.Count;

        public bool IsEmpty => _events.Count == 0 && _last is null;

        private ClientConnection Connection => inbox.Socket.Connection;

        private int MostWaiting => inbox.Socket.Server.Options.MaxQueuedEventsPerSocket;

        public void Add(WaitingEvent waitingEvent)
        {
            _events.Enqueue(waitingEvent);
            Connection.AddQueuedBytes(waitingEvent.Bytes + EventOverhead);
            if (_events.Count == MostWaiting)
            {
                Connection.AddFullInboxes(1);
            }

            if (inbox._running > 0)
            {
                WatchIfHeldBack();
            }
        }

        /// <summary>Begins to look whether the handler that runs now holds back others; each is warned of once.</summary>
        public void WatchIfHeldBack()
        {
            if (!_isWatching && _events.Count > 0 && _warnedCount != _takenCount)
            {
                Watch();
            }
        }

        public void SetLast(Func<Task> last) => _last = last;

        public WaitingEvent? Take(out Func<Task>? last)
        {
            _takenCount++;
            last = null;
            if (_events.Count == 0)
            {
                last = _last;
                _last = null;
                return null;
            }

            if (_events.Count == MostWaiting)
            {
                Connection.AddFullInboxes(-1);
            }

            var next = _events.Dequeue();
            Connection.AddQueuedBytes(-(next.Bytes + EventOverhead));
            WatchIfHeldBack();
            return next;
        }

        public void Clear()
        {
            while (_events.Count > 0)
            {
                Take(out _);
            }
        }

        protected internal override void OnDue()
        {
            bool isHeldUp;
            lock (inbox._gate)
            {
                isHeldUp = _takenCount == _watchedCount && _events.Count > 0 && inbox._running > 0;
                _isWatching = false;
                if (isHeldUp)
                {
                    _warnedCount = _takenCount;
                }
                else if (_events.Count > 0)
                {
                    Watch();
                }
            }

            if (isHeldUp)
            {
                inbox.WarnOfSlowHandler();
            }
        }

        private void Watch()
        {
            _isWatching = true;
            _watchedCount = _takenCount;
            inbox.Schedule(this);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A handler of \"{EventName}\" on socket {SocketId} has held back further events of this client for {Seconds} seconds. Handle long work elsewhere, or set {Option} above 1 to let events start without waiting for each other.", EventName = nameof(SlowHandler))]
        public static partial void SlowHandler(ILogger logger, string eventName, string socketId, double seconds, string option);

        [LoggerMessage(2, LogLevel.Warning, "Socket {SocketId} sent more events than may wait while the server awaits its answer; its connection is closed. The limits are {Option} and {ByteOption}.", EventName = nameof(TooManyEvents))]
        public static partial void TooManyEvents(ILogger logger, string socketId, string option, string byteOption);
    }
}
