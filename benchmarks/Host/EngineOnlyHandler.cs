using System.Collections.Concurrent;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.BenchmarkHost;

/// <summary>
/// Answers the load generator's packets without a Socket.IO storey, so that the engine is measured alone: a connect is
/// accepted, an echo goes back as it came, a broadcast goes to all.
/// </summary>
internal sealed class EngineOnlyHandler : EngineIOHandler
{
    private readonly ConcurrentDictionary<string, IEngineIOSession> _sessions = new(StringComparer.Ordinal);

    public override Task OnOpenAsync(IEngineIOSession session)
    {
        _sessions[session.Id] = session;
        return Task.CompletedTask;
    }

    public override Task OnMessageAsync(IEngineIOSession session, EngineIOMessage message)
    {
        var data = message.Data.Span;
        if (data.SequenceEqual("0"u8))
        {
            session.TrySendText("0{\"sid\":\"AAAAAAAAAAAAAAAAAAAA\"}"u8);
        }
        else if (data.StartsWith("2[\"bcast\""u8))
        {
            var shared = EncodedMessage.Text(data);
            foreach (var (_, recipient) in _sessions)
            {
                recipient.TrySend(shared);
            }
        }
        else
        {
            session.TrySendText(data);
        }

        return Task.CompletedTask;
    }

    public override Task OnCloseAsync(IEngineIOSession session, SessionClose close)
    {
        _sessions.TryRemove(session.Id, out _);
        return Task.CompletedTask;
    }
}
