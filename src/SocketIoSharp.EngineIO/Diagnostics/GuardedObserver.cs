namespace SocketIoSharp.EngineIO;

/// <summary>Keeps the exceptions of an application's observer from the sessions that it looks at.</summary>
internal sealed partial class GuardedObserver(EngineIOObserver observer, ILogger logger) : EngineIOObserver
{
    private delegate void PacketCall(EngineIOObserver observer, IEngineIOSession session, int type, ReadOnlySpan<byte> data);

    public override void Opened(IEngineIOSession session) => Guard(session, static (observer, session) => observer.Opened(session));

    public override void PacketReceived(IEngineIOSession session, int type, ReadOnlySpan<byte> data)
        => Guard(session, type, data, static (observer, session, type, data) => observer.PacketReceived(session, type, data));

    public override void PacketCreated(IEngineIOSession session, int type, ReadOnlySpan<byte> data)
        => Guard(session, type, data, static (observer, session, type, data) => observer.PacketCreated(session, type, data));

    public override void Heartbeat(IEngineIOSession session) => Guard(session, static (observer, session) => observer.Heartbeat(session));

    public override void Upgrading(IEngineIOSession session) => Guard(session, static (observer, session) => observer.Upgrading(session));

    public override void Upgraded(IEngineIOSession session) => Guard(session, static (observer, session) => observer.Upgraded(session));

    public override void Flushed(IEngineIOSession session) => Guard(session, static (observer, session) => observer.Flushed(session));

    public override void Drained(IEngineIOSession session) => Guard(session, static (observer, session) => observer.Drained(session));

    public override void Closed(IEngineIOSession session, SessionClose close) => Guard(session, (observer, session) => observer.Closed(session, close));

    private void Guard(IEngineIOSession session, Action<EngineIOObserver, IEngineIOSession> call)
    {
        try
        {
            call(observer, session);
        }
        catch (Exception exception)
        {
            Log.ObserverFailed(logger, exception, session.Id);
        }
    }

    private void Guard(IEngineIOSession session, int type, ReadOnlySpan<byte> data, PacketCall call)
    {
        try
        {
            call(observer, session, type, data);
        }
        catch (Exception exception)
        {
            Log.ObserverFailed(logger, exception, session.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The observer failed for session {Sid}.", EventName = nameof(ObserverFailed))]
        public static partial void ObserverFailed(ILogger logger, Exception exception, string sid);
    }
}
