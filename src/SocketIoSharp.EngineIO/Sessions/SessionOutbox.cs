using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// What waits to be sent to one client, in order; bounded in bytes. Guarded by the session's lock. Holds no memory while empty, and none
/// for a single message but the message.
/// </summary>
internal struct SessionOutbox
{
    // Nothing, one message, or a queue of them.
    private object? _waiting;

    public long ByteCount { get; private set; }

    public readonly int Count => _waiting switch
    {
        null => 0,
        Queue<EncodedMessage> queue => queue.Count,
        _ => 1,
    };

    public readonly bool IsEmpty => _waiting is null;

    /// <summary>Adds a message unless that would pass the bound; one message larger than the bound passes when nothing else waits.</summary>
    public bool TryAdd(EncodedMessage message, long? maxBytes)
    {
        if (maxBytes is { } max && ByteCount + message.ByteCount > max && !IsEmpty)
        {
            return false;
        }

        switch (_waiting)
        {
            case null:
                _waiting = message;
                break;
            case Queue<EncodedMessage> queue:
                queue.Enqueue(message);
                break;
            default:
                var both = new Queue<EncodedMessage>();
                both.Enqueue((EncodedMessage)_waiting);
                both.Enqueue(message);
                _waiting = both;
                break;
        }

        ByteCount += message.ByteCount;
        return true;
    }

    public bool TryTake([NotNullWhen(true)] out EncodedMessage? message)
    {
        if (_waiting is Queue<EncodedMessage> queue)
        {
            message = queue.Dequeue();
            _waiting = queue.Count == 0 ? null : queue;
        }
        else
        {
            message = (EncodedMessage?)_waiting;
            _waiting = null;
        }

        ByteCount -= message?.ByteCount ?? 0;
        return message is not null;
    }

    /// <summary>Takes everything, for one polling payload.</summary>
    public EncodedMessage[] TakeAll()
    {
        EncodedMessage[] all = _waiting switch
        {
            null => [],
            Queue<EncodedMessage> queue => [.. queue],
            _ => [(EncodedMessage)_waiting],
        };
        Clear();
        return all;
    }

    public void Clear()
    {
        _waiting = null;
        ByteCount = 0;
    }
}
