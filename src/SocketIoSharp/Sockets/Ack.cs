using System.Runtime.CompilerServices;

namespace SocketIoSharp;

/// <summary>The answer that a client waits for: once, at any time, or never. A handler's last parameter may be of this type.</summary>
/// <remarks>Node: the callback of an event.</remarks>
public sealed class Ack
{
    private readonly ServerSocket _socket;
    private readonly long? _id;
    private int _isSent;

    internal Ack(ServerSocket socket, long? id, bool isSent)
    {
        _socket = socket;
        _id = id;
        _isSent = isSent ? 1 : 0;
    }

    /// <summary>Whether the client waits for an answer; if not, sending one does nothing.</summary>
    public bool IsExpected => _id is not null;

    /// <summary>Answers with one argument; an array is sent as one argument that is an array. Only the first answer is sent.</summary>
    /// <param name="argument">The argument.</param>
    /// <returns>A task that is complete when the answer has been handed over.</returns>
    [OverloadResolutionPriority(1)]
    public Task SendAsync(object? argument) => SendAsync(new ReadOnlySpan<object?>(in argument));

    /// <summary>Answers with any number of arguments; only the first answer is sent.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>A task that is complete when the answer has been handed over.</returns>
    public Task SendAsync(params ReadOnlySpan<object?> arguments)
    {
        if (_id is { } id && Interlocked.Exchange(ref _isSent, 1) == 0)
        {
            _socket.SendAck(id, arguments);
        }

        return Task.CompletedTask;
    }

    internal void Send<T>(T value)
    {
        if (_id is { } id && Interlocked.Exchange(ref _isSent, 1) == 0)
        {
            _socket.SendAck(id, value);
        }
    }
}
