using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// Messages of one server that have arrived and wait to be worked on. One thread at a time hands them to their handlers, in
/// their order over all channels, and not on the thread that reads from Redis: that one also brings the answers to commands.
/// What several messages in a row send to one client leaves together.
/// </summary>
internal sealed partial class RedisInbox(RedisBusContext context)
{
    // What a waiting message costs besides its bytes, about.
    private const int Overhead = 64;

    // How many messages may pass before their clients are flushed.
    private const int LargestBatch = 64;

    private readonly Lock _gate = new();
    private readonly Queue<Delivery> _queue = new();
    private long _queuedBytes;
    private bool _isPumping;
    private bool _isOverflowing;

    /// <summary>Adds a message; one that is too much is dropped, told of and counted.</summary>
    public void Post(Action<string, ReadOnlyMemory<byte>> handler, string channel, ReadOnlyMemory<byte> message)
    {
        var delivery = new Delivery(handler, channel, message);
        lock (_gate)
        {
            if (_queuedBytes + delivery.Size > context.MaxQueuedBytes && _queue.Count > 0)
            {
                context.Metrics.Dropped("overflow");
                if (!_isOverflowing)
                {
                    _isOverflowing = true;
                    Log.Overflow(context.Logger, context.MaxQueuedBytes);
                }

                return;
            }

            _queue.Enqueue(delivery);
            _queuedBytes += delivery.Size;
            if (_isPumping)
            {
                return;
            }

            _isPumping = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static inbox => inbox.Pump(), this, preferLocal: false);
    }

    private void Pump()
    {
        while (true)
        {
            FlushBatch? batch = null;
            try
            {
                for (var count = 1; count <= LargestBatch; count++)
                {
                    if (!TryTake(out var delivery, out var isLast))
                    {
                        return;
                    }

                    if (isLast || count == LargestBatch)
                    {
                        FlushBatch.Pause();
                    }
                    else
                    {
                        batch = FlushBatch.Begin();
                    }

                    Deliver(delivery);
                }
            }
            finally
            {
                batch?.End();
            }
        }
    }

    /// <summary>The next message, and whether none is behind it now; false when there is none, and the pump is to stop.</summary>
    private bool TryTake(out Delivery delivery, out bool isLast)
    {
        lock (_gate)
        {
            if (_queue.TryDequeue(out delivery))
            {
                _queuedBytes -= delivery.Size;
                isLast = _queue.Count == 0;
                return true;
            }

            _isPumping = false;
            _isOverflowing = false;
            isLast = true;
            return false;
        }
    }

    private void Deliver(Delivery delivery)
    {
        try
        {
            delivery.Handler(delivery.Channel, delivery.Message);
        }
#pragma warning disable CA1031 // A message that its handler cannot bear must not end the delivery of the others.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.HandlerFailed(context.Logger, exception);
        }
    }

    private readonly record struct Delivery(Action<string, ReadOnlyMemory<byte>> Handler, string Channel, ReadOnlyMemory<byte> Message)
    {
        public long Size => Message.Length + (Channel.Length * sizeof(char)) + Overhead;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "More than {MaxQueuedBytes} bytes of messages wait to be worked on by this server (the option MaxQueuedBytes); what comes beyond that is dropped and counted.", EventName = nameof(Overflow))]
        public static partial void Overflow(ILogger logger, long maxQueuedBytes);

        [LoggerMessage(2, LogLevel.Error, "A message from Redis could not be handled.", EventName = nameof(HandlerFailed))]
        public static partial void HandlerFailed(ILogger logger, Exception exception);
    }
}
