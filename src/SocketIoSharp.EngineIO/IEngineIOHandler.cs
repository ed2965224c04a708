namespace SocketIoSharp.EngineIO;

/// <summary>What an application does with the sessions of one Engine.IO server; one instance serves them all.</summary>
public interface IEngineIOHandler
{
    /// <summary>A session has opened; its messages wait until the returned task completes.</summary>
    /// <param name="session">The new session.</param>
    Task OnOpenAsync(IEngineIOSession session);

    /// <summary>A message has arrived. Messages of one session come one after the other, in order.</summary>
    /// <param name="session">The session it came from.</param>
    /// <param name="message">The message; its bytes are valid until the returned task completes.</param>
    /// <returns>A task; while it is unfinished, nothing more is read from this session (the backpressure).</returns>
    Task OnMessageAsync(IEngineIOSession session, EngineIOMessage message);

    /// <summary>
    /// The session has ended. This comes after <see cref="OnOpenAsync"/> is done; a message that is just being worked on, or has
    /// just arrived, does not delay it.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="close">Why.</param>
    Task OnCloseAsync(IEngineIOSession session, SessionClose close);
}

/// <summary>A base for handlers that need only some of the three methods.</summary>
public abstract class EngineIOHandler : IEngineIOHandler
{
    /// <inheritdoc/>
    public virtual Task OnOpenAsync(IEngineIOSession session) => Task.CompletedTask;

    /// <inheritdoc/>
    public virtual Task OnMessageAsync(IEngineIOSession session, EngineIOMessage message) => Task.CompletedTask;

    /// <inheritdoc/>
    public virtual Task OnCloseAsync(IEngineIOSession session, SessionClose close) => Task.CompletedTask;
}

/// <summary>A received message: UTF-8 text or binary.</summary>
/// <param name="Data">The bytes; valid only until the handler's task completes.</param>
/// <param name="IsBinary">Whether the client sent binary data rather than text.</param>
public readonly record struct EngineIOMessage(ReadOnlyMemory<byte> Data, bool IsBinary)
{
    /// <summary>The message as text.</summary>
    public string GetText() => System.Text.Encoding.UTF8.GetString(Data.Span);
}
