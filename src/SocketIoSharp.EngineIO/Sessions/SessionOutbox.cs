namespace SocketIoSharp.EngineIO;

/// <summary>
/// What waits to be sent to one client, in order; bounded in bytes. Guarded by the session's lock. Holds no memory while empty.
/// </summary>
internal struct SessionOutbox
{
    private Queue<EncodedMessage>? _queue;

    public long ByteCount { get; private set; }

    public readonly int Count => _queue?.Count ?? 0;

    public readonly bool IsEmpty => Count == 0;

    /// <summary>Adds a message unless that would pass the bound; one message larger than the bound passes when nothing else waits.</summary>
    public bool TryAdd(EncodedMessage message, long? maxBytes)
    {
        if (maxBytes is { } max && ByteCount + message.ByteCount > max && !IsEmpty)
        {
            return false;
        }

        (_queue ??= new Queue<EncodedMessage>()).Enqueue(message);
        ByteCount += message.ByteCount;
        return true;
    }

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EncodedMessage? message)
    {
        if (_queue is null || !_queue.TryDequeue(out message))
        {
            message = null;
            return false;
        }

        ByteCount -= message.ByteCount;
        if (_queue.Count == 0)
        {
            _queue = null;
        }

        return true;
    }

    /// <summary>Takes everything, for one polling payload.</summary>
    public EncodedMessage[] TakeAll()
    {
        var all = _queue?.ToArray() ?? [];
        Clear();
        return all;
    }

    public void Clear()
    {
        _queue = null;
        ByteCount = 0;
    }
}
