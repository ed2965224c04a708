using System.Globalization;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.InteropHost;

/// <summary>What every session does with a message: an echo, but for a few text commands.</summary>
internal sealed class CommandHandler(string path, SessionJournal journal) : EngineIOHandler
{
    private const int StreamBatch = 10;

    public override Task OnOpenAsync(IEngineIOSession session)
    {
        journal.RecordOpen(path);
        return Task.CompletedTask;
    }

    public override Task OnCloseAsync(IEngineIOSession session, SessionClose close)
    {
        journal.RecordClose(path, session.Id, close);
        return Task.CompletedTask;
    }

    public override Task OnMessageAsync(IEngineIOSession session, EngineIOMessage message)
    {
        if (message.IsBinary)
        {
            session.TrySendBinary(message.Data.Span);
            return Task.CompletedTask;
        }

        var text = message.Data.Length < 64 ? message.GetText() : string.Empty;
        var parts = text.Split(':');
        switch (parts[0])
        {
            case "close":
                session.Close();
                break;
            case "close-discard":
                session.Close(discard: true);
                break;
            case "transport":
                session.TrySendText(session.Transport == EngineIOTransportType.Polling ? "polling" : "websocket");
                break;
            case "query":
                session.TrySendText(session.Handshake.Query.GetValueOrDefault(parts[1], "none"));
                break;
            case "header":
                session.TrySendText(session.Handshake.GetHeader(parts[1]) is { Count: > 0 } values ? values.ToString() : "none");
                break;
            case "address":
                session.TrySendText(session.Handshake.RemoteAddress!.ToString());
                break;
            case "secure":
                session.TrySendText(session.Handshake.IsSecure ? "true" : "false");
                break;
            case "burst":
                for (var i = 0; i < Number(parts[1]); i++)
                {
                    session.TrySendText(Text(i));
                }

                break;
            case "stream":
                _ = StreamAsync(session, Number(parts[1]), Number(parts[2]));
                break;
            case "big":
                session.TrySendText(new string('a', Number(parts[1])));
                break;
            case "plain":
                session.TrySend(EncodedMessage.Text(new string('a', Number(parts[1]))).WithoutCompression());
                break;
            case "bigbin":
                var bytes = new byte[Number(parts[1])];
                bytes.AsSpan().Fill((byte)'a');
                session.TrySendBinary(bytes);
                break;
            case "later":
                _ = SendLaterAsync(session, Number(parts[1]), string.Join(':', parts[2..]));
                break;
            case "say-and-close":
                session.TrySendText(string.Join(':', parts[1..]));
                session.Close();
                break;
            default:
                session.TrySendText(message.Data.Span);
                break;
        }

        return Task.CompletedTask;
    }

    private static async Task SendLaterAsync(IEngineIOSession session, int milliseconds, string text)
    {
        await Task.Delay(milliseconds);
        session.TrySendText(text);
    }

    /// <summary>Sends "0".."count-1", ten of them every <paramref name="interval"/> milliseconds.</summary>
    private static async Task StreamAsync(IEngineIOSession session, int count, int interval)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(interval));
        for (var next = 0; next < count && session.State != SessionState.Closed;)
        {
            await timer.WaitForNextTickAsync();
            for (var sent = 0; sent < StreamBatch && next < count; sent++)
            {
                session.TrySendText(Text(next++));
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
