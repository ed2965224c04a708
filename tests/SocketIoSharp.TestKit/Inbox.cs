using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SocketIoSharp.TestKit;

/// <summary>Things that have happened, in order; a test takes them one by one.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "An inbox is what it is.")]
public sealed class Inbox<T>
{
    private readonly Channel<T> _channel = Channel.CreateUnbounded<T>();

    /// <summary>How many have not been taken yet.</summary>
    public int Count => _channel.Reader.Count;

    public void Add(T item) => _channel.Writer.TryWrite(item);

    /// <summary>The next one; fails when none comes.</summary>
    public async Task<T> NextAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        try
        {
            return await _channel.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"No further {typeof(T).Name} came within {Eventually.Patience.TotalSeconds} s.", exception);
        }
    }

    public bool TryNext([MaybeNullWhen(false)] out T item) => _channel.Reader.TryRead(out item);
}
