using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>
/// Connection state recovery beside the classic adapter: events are appended to a stream and published in one step, so that
/// the order of the channel is the order of the log. What was said without the log, by Node's servers or by emitters that do
/// not write it, leaves a mark there: no session is resumed across it.
/// </summary>
internal sealed partial class RedisAdapter
{
    private const string GapField = "g";
    private const int PageSize = 500;

    // How far an event is looked for behind marks at the start.
    private const int StartDepth = 16;

    private static readonly TimeSpan s_pauseAfterLoss = TimeSpan.FromMilliseconds(100);

    // How far the clock of Redis may be ahead of this server's before its places are looked up in the log.
    private static readonly TimeSpan s_credibleLead = TimeSpan.FromSeconds(1);

    private ClassicRecoveryLog? _log;

    public override bool CanRecover => _log is not null;

    private protected override OwnEvents? Own => _log?.Own;

    public override Task BroadcastAsync(EncodedPacket packet, BroadcastOptions options)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(options);
        return _log is null || options.IsLocal
            ? base.BroadcastAsync(packet, options)
            : WaitIfTooManyAsync(BroadcastThroughLogAsync(_log, new BroadcastMessage { Uid = Uid, Namespace = Name, Packet = packet, Options = options }));
    }

    public override Task PersistSessionAsync(RecoverySession session)
        => _log is null ? Task.CompletedTask : _log.Persisting.AddAsync(_log.Recovery.PersistAsync(session, data => WriteData(data, session.Id)));

    public override async Task<RecoverySession?> FindSessionAsync(string privateId, string? offset, CancellationToken cancellationToken)
    {
        if (_log is not { IsCatchingUp: false } log || !CanPublish || (offset is not null && !StreamId.TryParse(offset, out _)))
        {
            return null;
        }

        await log.Unlogged.MarkAsync();
        return !log.Unlogged.Any
            && await AreAllServersWritingAsync(log, cancellationToken)
            && await log.Recovery.FindAsync(privateId, offset, cancellationToken) is { } stored
                ? stored.ToSession(ReadData(stored.Data))
                : null;
    }

    public override Task<bool> ResumeAsync(
        RecoverySession session, string? offset, Action<IReadOnlyList<EncodedPacket>> attach, CancellationToken cancellationToken)
        => _log is { } log && StreamId.TryParse(offset ?? session.ConnectOffset, out var start)
            ? log.Recovery.ResumeAsync(session, start, () => GetDelivered(log), DeliverNothingWhile, ReadLogged, attach, cancellationToken)
            : Task.FromResult(false);

    public override async Task CloseAsync(CancellationToken cancellationToken)
    {
        BeginClosing();
        if (_log is { } log)
        {
            await log.Persisting.WhenAllAsync(cancellationToken);
            log.StateListener?.Dispose();
        }

        await base.CloseAsync(cancellationToken);
    }

    /// <summary>Servers that do not write the log may have said anything.</summary>
    private async Task<bool> AreAllServersWritingAsync(ClassicRecoveryLog log, CancellationToken cancellationToken)
    {
        try
        {
            var servers = await Bus.CountSubscribersAsync(_publisher.RequestChannel, isSharded: false, cancellationToken);
            var writers = await Bus.CountSubscribersAsync(log.Channel, isSharded: false, cancellationToken);
            if (servers == writers)
            {
                return true;
            }

            Log.ResumeRefused(Logger, Name, servers, writers);
        }
        catch (RedisUnavailableException)
        {
            // Then nobody is asked for the session, either.
        }

        return false;
    }

    private StreamId GetDelivered(ClassicRecoveryLog log)
    {
        var delivered = StreamId.Start;
        DeliverNothingWhile(() => delivered = log.Delivered);
        return delivered;
    }

    private void CreateLog()
    {
        if (_options.RecoveryLog is not { } options)
        {
            return;
        }

        var recovery = Server.Options.ConnectionStateRecovery ?? throw new InvalidOperationException(
            $"{nameof(RedisAdapterOptions)}.{nameof(RedisAdapterOptions.RecoveryLog)} is set, but {nameof(SocketIOOptions)}.{nameof(SocketIOOptions.ConnectionStateRecovery)} is not: set both, or neither.");

        var stream = RedisChannels.ClassicLog(_options.KeyPrefix, Name);
        _log = new ClassicRecoveryLog(
            stream,
            new RedisRecovery(Bus, stream, options.SessionKeyPrefix, recovery.MaxDisconnectionDuration, Context.Time, Logger),
            new OwnEvents((message, offset) => Deliver(message.Packet, message.Options, offset)),
            new UnloggedEvents(Bus, stream, options.MaxLength, GapField, "1"));
    }

    private async Task StartLogAsync()
    {
        if (_log is not { } log)
        {
            return;
        }

        var newest = await ReadNewestAsync(log);
        DeliverNothingWhile(() =>
        {
            if (newest.Count > 0 && newest[0].Id > log.Delivered)
            {
                log.Delivered = newest[0].Id;
                log.Newest = newest[0].Id;
            }
        });
        if (newest.Find(static entry => entry.Fields is [var name, _] && name.ToString() == RedisScripts.MessageField) is { Fields: not null } last)
        {
            BeginAt(last.Id.ToString());
        }

        // It may be a second attempt.
        log.StateListener ??= Bus.State.OnChanged(isUp => OnStateChanged(log, isUp));
        if (IsClosed)
        {
            log.StateListener.Dispose();
        }

        await SubscribeAsync(log.Channel, RedisChannelKind.Plain, static (_, _) => { });
    }

    /// <summary>Redis may go away once more while the namespace begins, which then still joins the others when Redis is back.</summary>
    private async Task<List<StreamEntry>> ReadNewestAsync(ClassicRecoveryLog log)
    {
        while (true)
        {
            try
            {
                return StreamEntry.ReadAll(await Bus.ExecuteAsync(
                    "XREVRANGE", new RedisArgument[] { log.Stream, "+", "-", "COUNT", StartDepth }, CancellationToken.None));
            }
            catch (RedisUnavailableException) when (!IsClosed)
            {
                await Task.Delay(s_pauseAfterLoss, Context.Time);
                await Bus.State.WhenUpAsync(CancellationToken.None);
            }
        }
    }

    private Task BroadcastThroughLogAsync(ClassicRecoveryLog log, BroadcastMessage message)
    {
        var head = Wire.EncodeBroadcastHead(message);
        return BroadcastLoggedAsync(log.Own, log.Unlogged, message, head, () => _publisher.PublishLoggedAsync(_publisher.GetChannel(message), head));
    }

    /// <summary>An event has arrived over its channel.</summary>
    private void OnLogged(ClassicRecoveryLog log, BroadcastMessage message, ReadOnlySpan<byte> bytes, string? offset)
    {
        if (!StreamId.TryParse(offset, out var id))
        {
            OnMessage(message);
            _ = MarkGapAsync(log);
            return;
        }

        var head = ClassicWire.GetHead(bytes, offset!).ToArray();
        var mustCatchUp = false;
        var outage = 0;
        DeliverNothingWhile(() =>
        {
            if (log.IsCatchingUp || !IsCredible(log, id))
            {
                // It is in the log as well, behind what was missed; or somebody has made it up.
                log.PassedOver = id > log.PassedOver ? id : log.PassedOver;
                mustCatchUp = !log.IsCatchingUp;
                log.IsCatchingUp = true;
                outage = log.Outages;
            }
            else if (id > log.Delivered)
            {
                DeliverLogged(log, message, head, id);
            }
        });
        log.Recovery.OnAdvanced();
        if (mustCatchUp)
        {
            _ = CatchUpAsync(log, outage);
        }
    }

    /// <summary>A place far ahead, taken at its word, would keep everything back that comes before it.</summary>
    private bool IsCredible(ClassicRecoveryLog log, StreamId id)
    {
        var now = (ulong)Context.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return id.Milliseconds <= Math.Max(now, log.Newest.Milliseconds) + (ulong)s_credibleLead.TotalMilliseconds;
    }

    private void DeliverLogged(ClassicRecoveryLog log, BroadcastMessage message, ReadOnlySpan<byte> head, StreamId id)
    {
        if (!string.Equals(message.Uid, Uid, StringComparison.Ordinal))
        {
            OnMessage(message, id.ToString());
        }
        else if (log.Own.TryTake(head, out var own) && !own.IsDelivered)
        {
            Deliver(own.Message.Packet, own.Message.Options, id.ToString());
        }

        log.Delivered = id;
        log.HasEventSinceGap = true;
    }

    /// <summary>Marks that something was said that is not in the log. Without any event since the last mark nobody's offset lies in between.</summary>
    private Task MarkGapAsync(ClassicRecoveryLog log)
    {
        var isNeeded = false;
        DeliverNothingWhile(() =>
        {
            isNeeded = log.HasEventSinceGap || !log.HasMarkedGap;
            log.HasEventSinceGap = false;
            log.HasMarkedGap = true;
        });
        if (!isNeeded)
        {
            return Task.CompletedTask;
        }

        log.Unlogged.Add();
        return log.Unlogged.MarkAsync();
    }

    private RedisRecovery.EntryKind ReadLogged(in StreamEntry entry, out BroadcastMessage? message)
    {
        message = null;
        if (entry.Fields is [var name, ..] && name.ToString() == GapField)
        {
            return RedisRecovery.EntryKind.Gap;
        }

        return ReadHead(entry) is { } head && TryDecodeLogged(head, entry.Id, out message) ? RedisRecovery.EntryKind.Event : RedisRecovery.EntryKind.Other;
    }

    private static ReadOnlyMemory<byte>? ReadHead(in StreamEntry entry)
        => entry.Fields is [var name, var head, ..] && name.ToString() == RedisScripts.MessageField ? head.Bytes : null;

    /// <summary>The log keeps the message without its last element, which is its place.</summary>
    private bool TryDecodeLogged(ReadOnlyMemory<byte> head, StreamId id, [NotNullWhen(true)] out BroadcastMessage? message)
        => Wire.TryDecodeBroadcast(ClassicWire.CompleteHead(head.Span, id.ToString()), out message, out _);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A session in {Namespace} is not resumed: {Servers} servers are there, but {Writers} keep the recovery log.", EventName = nameof(ResumeRefused))]
        public static partial void ResumeRefused(ILogger logger, string @namespace, int servers, int writers);

        [LoggerMessage(2, LogLevel.Error, "Catching up with the recovery log in {Namespace} failed.", EventName = nameof(CatchUpFailed))]
        public static partial void CatchUpFailed(ILogger logger, Exception exception, string @namespace);
    }
}
