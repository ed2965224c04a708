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
    private bool _isPumping;
    private bool _isBlockingReader;
    private bool _isLastTaken;

    /// <summary>Whether reading should pause.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _isBlockingReader;
            }
        }
    }

    private int MostRunning => socket.Server.Options.MaxConcurrentEventsPerSocket;

    /// <summary>Runs an event, or lets it wait.</summary>
    /// <returns>False when so many events wait that nothing more should be read for the time being.</returns>
    public bool Deliver(in SocketIOPacket packet)
    {
        lock (_gate)
        {
            if (_isPumping || _running >= MostRunning || _waiting is { IsEmpty: false })
            {
                return EnqueueLocked(new WaitingEvent(null, null, packet.Json.ToArray(), packet.Attachments, packet.Id));
            }

            _isPumping = true;
            _running++;
        }

        Run(socket.RunEventAsync(packet.Json, packet.Attachments, packet.Id));
        Pump();
        return true;
    }

    /// <summary>Runs work of the library in its turn: the connection handlers come first, those of leaving last.</summary>
    public void Deliver(string name, Func<Task> work, bool isLast = false)
    {
        lock (_gate)
        {
            Waiting.Add(new WaitingEvent(name, work, [], [], null), isLast);
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
            _waiting?.DropEvents();
            _isBlockingReader = false;
        }
    }

    /// <summary>The name of the event whose handler has just returned an unfinished task.</summary>
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

    private WaitingEvents Waiting => _waiting ??= new WaitingEvents(this);

    private bool EnqueueLocked(WaitingEvent waitingEvent)
    {
        var waiting = Waiting;
        waiting.Add(waitingEvent, isLast: false);
        var options = socket.Server.Options;
        if (waiting.Count < options.MaxQueuedEventsPerSocket)
        {
            return true;
        }

        if (!socket.Connection.IsAwaitingAcks)
        {
            _isBlockingReader = true;
            return false;
        }

        // The answer that the server waits for may come behind these events.
        if (waiting.Count > options.MaxQueuedEventsWhileAwaitingAck || waiting.Bytes > options.MaxQueuedBytesWhileAwaitingAck)
        {
            Log.TooManyEvents(
                socket.Server.Logger,
                socket.Id,
                waiting.Count,
                waiting.Bytes,
                nameof(SocketIOOptions.MaxQueuedEventsWhileAwaitingAck),
                nameof(SocketIOOptions.MaxQueuedBytesWhileAwaitingAck));
            socket.Connection.CloseSoon();
        }

        return true;
    }

    /// <summary>Takes out what waits, one after the other, until an event is unfinished or nothing is left.</summary>
    private void Pump()
    {
        while (true)
        {
            WaitingEvent next;
            var wasBlocking = false;
            lock (_gate)
            {
                if (_running >= MostRunning || _waiting is not { IsEmpty: false } waiting)
                {
                    _isPumping = false;
                    CompleteDoneLocked();
                    return;
                }

                next = waiting.Take(out var isLast);
                _isLastTaken |= isLast;
                _running++;
                if (_isBlockingReader && waiting.Count < socket.Server.Options.MaxQueuedEventsPerSocket)
                {
                    wasBlocking = true;
                    _isBlockingReader = false;
                }
            }

            if (wasBlocking)
            {
                socket.Connection.ResumeReading();
            }

            if (next.Work is { } work)
            {
                _runningEvent = next.Name;
                Run(work());
            }
            else
            {
                Run(socket.RunEventAsync(next.Json, next.Attachments, next.Id));
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

    private readonly record struct WaitingEvent(string? Name, Func<Task>? Work, byte[] Json, IReadOnlyList<ReadOnlyMemory<byte>> Attachments, long? Id)
    {
        public long Bytes => Json.Length + Attachments.Sum(static attachment => (long)attachment.Length);
    }

    /// <summary>The queue, and the clock entry that notices a handler which holds it up. Guarded by the inbox.</summary>
    private sealed class WaitingEvents(SocketInbox inbox) : ClockEntry
    {
        private readonly Queue<WaitingEvent> _events = [];
        private WaitingEvent? _last;
        private long _takenCount;
        private long _watchedCount;
        private bool _isWatching;

        public int Count => _events.Count;

        public bool IsEmpty => _events.Count == 0 && _last is null;

        public long Bytes { get; private set; }

        public void Add(WaitingEvent waitingEvent, bool isLast)
        {
            if (isLast)
            {
                _last = waitingEvent;
                return;
            }

            _events.Enqueue(waitingEvent);
            Bytes += waitingEvent.Bytes;
            if (!_isWatching && inbox._running > 0)
            {
                Watch();
            }
        }

        public WaitingEvent Take(out bool isLast)
        {
            _takenCount++;
            isLast = _events.Count == 0;
            if (isLast)
            {
                var last = _last!.Value;
                _last = null;
                return last;
            }

            var next = _events.Dequeue();
            Bytes -= next.Bytes;
            return next;
        }

        public void DropEvents()
        {
            _events.Clear();
            Bytes = 0;
        }

        protected internal override void OnDue()
        {
            bool isHeldUp;
            lock (inbox._gate)
            {
                isHeldUp = _takenCount == _watchedCount && _events.Count > 0;
                _isWatching = false;
                if (!isHeldUp && _events.Count > 0)
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

        [LoggerMessage(2, LogLevel.Warning, "Socket {SocketId} sent more events ({Count}, {Bytes} bytes) than may wait while the server awaits its answer; its connection is closed. The limits are {Option} and {ByteOption}.", EventName = nameof(TooManyEvents))]
        public static partial void TooManyEvents(ILogger logger, string socketId, int count, long bytes, string option, string byteOption);
    }
}
