namespace Chat;

/// <summary>The last messages of a room or of a person. Guarded by the lock of <see cref="ChatMemory"/>.</summary>
internal sealed class History(long beginning)
{
    private const int Capacity = 100;

    private readonly Queue<ChatMessage> _messages = new(Capacity);

    // Ids begin where the server began: a smaller one is of an earlier run, of which nothing is known.
    private long _forgottenUpTo = beginning;

    public void Add(ChatMessage message)
    {
        if (_messages.Count == Capacity)
        {
            _forgottenUpTo = _messages.Dequeue().Id;
        }

        _messages.Enqueue(message);
    }

    public Missed Since(long after) => new([.. _messages.Where(message => message.Id > after)], after > 0 && after < _forgottenUpTo);

    /// <summary>Whether the message is here already: a browser that got no answer sends it again.</summary>
    public bool Contains(string from, string nonce) => _messages.Any(message => message.Nonce == nonce && message.From == from);
}
