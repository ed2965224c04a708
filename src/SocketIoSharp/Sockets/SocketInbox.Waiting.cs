using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>The events that wait, and the clock entry that watches them.</summary>
internal sealed partial class SocketInbox
{
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

            // Before its bytes count: whoever sees these may rely on the watch.
            if (inbox._running > 0)
            {
                WatchIfHeldBack();
            }

            Connection.AddQueuedBytes(waitingEvent.Bytes + EventOverhead);
            if (_events.Count == MostWaiting)
            {
                Connection.AddFullInboxes(1);
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
}
