using SocketIoSharp.EngineIO;

namespace SocketIoSharp.TestKit;

/// <summary>A message as it reached the handler; binary is shown as on the wire, <c>b</c> and base64.</summary>
public sealed record ReceivedMessage(IEngineIOSession Session, string Text, bool IsBinary);

/// <summary>A session's end as it reached the handler.</summary>
public sealed record ReceivedClose(IEngineIOSession Session, SessionClose Close);

/// <summary>Records what happens to the sessions of a server; a test replaces the delegates to make it act.</summary>
public sealed class RecordingHandler : IEngineIOHandler
{
    public Inbox<IEngineIOSession> Opened { get; } = new();

    public Inbox<ReceivedMessage> Messages { get; } = new();

    public Inbox<ReceivedClose> Closed { get; } = new();

    public Func<IEngineIOSession, Task>? WhenOpened { get; set; }

    /// <summary>Runs after the message was recorded.</summary>
    public Func<IEngineIOSession, EngineIOMessage, Task>? WhenMessage { get; set; }

    public Func<IEngineIOSession, SessionClose, Task>? WhenClosed { get; set; }

    /// <summary>A handler that sends every message back as it came.</summary>
    public static RecordingHandler Echo() => new() { WhenMessage = EchoAsync };

    public static Task EchoAsync(IEngineIOSession session, EngineIOMessage message)
    {
        _ = message.IsBinary ? session.TrySendBinary(message.Data.Span) : session.TrySendText(message.Data.Span);
        return Task.CompletedTask;
    }

    public Task OnOpenAsync(IEngineIOSession session)
    {
        Opened.Add(session);
        return WhenOpened?.Invoke(session) ?? Task.CompletedTask;
    }

    public Task OnMessageAsync(IEngineIOSession session, EngineIOMessage message)
    {
        var text = message.IsBinary ? "b" + Convert.ToBase64String(message.Data.Span) : message.GetText();
        Messages.Add(new ReceivedMessage(session, text, message.IsBinary));
        return WhenMessage?.Invoke(session, message) ?? Task.CompletedTask;
    }

    public Task OnCloseAsync(IEngineIOSession session, SessionClose close)
    {
        Closed.Add(new ReceivedClose(session, close));
        return WhenClosed?.Invoke(session, close) ?? Task.CompletedTask;
    }

    /// <summary>The text of the next message.</summary>
    public async Task<string> NextTextAsync() => (await Messages.NextAsync()).Text;

    /// <summary>Why the next session that closes has closed.</summary>
    public async Task<SessionClose> NextCloseAsync() => (await Closed.NextAsync()).Close;
}
