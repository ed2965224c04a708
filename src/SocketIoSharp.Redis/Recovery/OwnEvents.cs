namespace SocketIoSharp;

/// <summary>
/// Events of this server on their way through the log: clients here receive them when they come back, with their places.
/// When Redis goes away meanwhile they are delivered at once, and passed over if they come back after all. The adapter calls
/// everything while it delivers nothing else.
/// </summary>
/// <param name="deliver">Sends an event to this server's clients, at a place or at none.</param>
internal sealed class OwnEvents(Action<BroadcastMessage, string?> deliver)
{
    // Of events that were delivered without the log; whether they ever got there is not known.
    private const int MaxDoubtful = 1_024;

    // Of events that wait to come back. When Redis takes them but nothing comes back, clients here do not wait for ever.
    private const int MaxWaiting = 10_000;

    private readonly LinkedList<OwnEvent> _pending = new();
    private int _doubtful;

    public int Count => _pending.Count;

    /// <summary>An event is about to be published.</summary>
    public OwnEvent Add(BroadcastMessage message, ReadOnlyMemory<byte> bytes)
    {
        if (_pending.Count - _doubtful >= MaxWaiting)
        {
            FailAll();
        }

        var own = new OwnEvent(message, bytes);
        _pending.AddLast(own);
        return own;
    }

    /// <summary>An event could not be published, as far as is known: it is delivered, and before it those that wait.</summary>
    public void Fail(OwnEvent own)
    {
        for (var node = _pending.First; node is not null; node = node.Next)
        {
            DeliverUnlogged(node.Value);
            if (ReferenceEquals(node.Value, own))
            {
                break;
            }
        }

        Trim();
    }

    /// <summary>Redis is away: what waits is delivered.</summary>
    public void FailAll()
    {
        // Listeners of sockets may add events meanwhile.
        for (var node = _pending.First; node is not null; node = node.Next)
        {
            DeliverUnlogged(node.Value);
        }

        Trim();
    }

    /// <summary>Complete when all that wait now have been taken back, or delivered without that.</summary>
    public Task WhenGoneAsync()
    {
        List<Task>? waiting = null;
        foreach (var own in _pending)
        {
            if (!own.IsDelivered)
            {
                (waiting ??= []).Add(own.WhenGone);
            }
        }

        return waiting is null ? Task.CompletedTask : Task.WhenAll(waiting);
    }

    /// <summary>An event has come back. Those published on one connection come in their order, so it is the first one nearly always.</summary>
    public bool TryTake(ReadOnlySpan<byte> bytes, out OwnEvent own)
    {
        if (Find(bytes) is not { } node)
        {
            own = default!;
            return false;
        }

        own = node.Value;
        while (_pending.First is { Value.IsDelivered: true } doubtful && doubtful != node)
        {
            // It was published before this one, so it will not come any more.
            Remove(doubtful);
        }

        Remove(node);
        own.SetGone();
        return true;
    }

    /// <summary>
    /// The first one that is still waited for is tried before those in doubt: of two equal events, the one that was lost on its
    /// way to Redis must not be taken for the one that has just arrived, which would then wait for ever.
    /// </summary>
    private LinkedListNode<OwnEvent>? Find(ReadOnlySpan<byte> bytes)
    {
        var next = _pending.First;
        while (next is { Value.IsDelivered: true })
        {
            next = next.Next;
        }

        if (next is not null && next.Value.Bytes.Span.SequenceEqual(bytes))
        {
            return next;
        }

        for (var node = _pending.First; node is not null; node = node.Next)
        {
            if (node.Value.Bytes.Span.SequenceEqual(bytes))
            {
                return node;
            }
        }

        return null;
    }

    private void DeliverUnlogged(OwnEvent own)
    {
        if (!own.IsDelivered)
        {
            own.IsDelivered = true;
            _doubtful++;
            own.SetGone();
            deliver(own.Message, null);
        }
    }

    private void Trim()
    {
        while (_doubtful > MaxDoubtful && _pending.First is { Value.IsDelivered: true } oldest)
        {
            Remove(oldest);
        }
    }

    private void Remove(LinkedListNode<OwnEvent> node)
    {
        if (node.Value.IsDelivered)
        {
            _doubtful--;
        }

        _pending.Remove(node);
    }
}

/// <summary>One event on its way.</summary>
/// <param name="message">The event.</param>
/// <param name="bytes">By what it is recognised when it comes back.</param>
internal sealed class OwnEvent(BroadcastMessage message, ReadOnlyMemory<byte> bytes)
{
    private TaskCompletionSource? _gone;

    public BroadcastMessage Message => message;

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Whether this server's clients have it already.</summary>
    public bool IsDelivered { get; set; }

    /// <summary>Complete when it is not waited for any more.</summary>
    public Task WhenGone => (_gone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void SetGone() => _gone?.TrySetResult();
}
