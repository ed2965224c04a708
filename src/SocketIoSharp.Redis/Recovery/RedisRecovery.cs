using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>
/// Connection state recovery through Redis: sessions at keys, missed events in a stream that all servers write. A client that
/// comes back gets what stands in the stream after its offset, up to where this server has delivered; the rest reaches it
/// as it reaches everybody.
/// </summary>
/// <param name="bus">The way to Redis.</param>
/// <param name="stream">The key of the stream.</param>
/// <param name="sessionKeyPrefix">Begins the keys of sessions.</param>
/// <param name="lifetime">How long a client may stay away.</param>
/// <param name="time">The time.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class RedisRecovery(
    IRedisBus bus, string stream, string sessionKeyPrefix, TimeSpan lifetime, TimeProvider time, ILogger logger)
{
    private const int PageSize = 500;
    private const int MaxPages = 200;
    private const int MaxRounds = 100;

    // A server that is this far behind another one lets the client connect anew.
    private static readonly TimeSpan s_longestLag = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private TaskCompletionSource? _advanced;

    /// <summary>What an entry means for a client that comes back.</summary>
    public enum EntryKind
    {
        /// <summary>Nothing.</summary>
        Other,

        /// <summary>It may have been missed.</summary>
        Event,

        /// <summary>Events that are not in the stream were sent about here.</summary>
        Gap,
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="message">The event, when it is one.</param>
    public delegate EntryKind EntryReader(in StreamEntry entry, out BroadcastMessage? message);

    /// <summary>This server has delivered more; those who wait for it look again.</summary>
    public void OnAdvanced()
    {
        // Either this sees the one who waits, or that one sees how far it is.
        Interlocked.MemoryBarrier();
        if (_advanced is null)
        {
            return;
        }

        lock (_gate)
        {
            _advanced?.TrySetResult();
            _advanced = null;
        }
    }

    /// <summary>Keeps a session. While Redis is away that is not possible: the client will connect as a new one.</summary>
    public async Task PersistAsync(RecoverySession session, Func<SocketData, ClusterValue> writeData)
    {
        try
        {
            await bus.ExecuteAsync(
                "SET",
                new RedisArgument[]
                {
                    sessionKeyPrefix + session.PrivateId,
                    StreamWire.EncodeSession(session, writeData),
                    "PX",
                    Math.Max(1, (long)lifetime.TotalMilliseconds),
                },
                CancellationToken.None);
        }
        catch (Exception exception) when (exception is RedisUnavailableException or RedisCommandException)
        {
            Log.NotKept(logger, exception, session.Id);
        }
    }

    /// <summary>
    /// Looks for a session that can be resumed, without using it up. One whose client names a place that is not in the stream,
    /// or not any more, is used up all the same: nobody tries one offset after the other.
    /// </summary>
    public async Task<StoredSession?> FindAsync(string privateId, string? offset, CancellationToken cancellationToken)
    {
        try
        {
            return await FindCoreAsync(privateId, offset, cancellationToken);
        }
        catch (Exception exception) when (exception is RedisUnavailableException or RedisCommandException)
        {
            Log.NotFound(logger, exception);
            return null;
        }
    }

    private async Task<StoredSession?> FindCoreAsync(string privateId, string? offset, CancellationToken cancellationToken)
    {
        var key = sessionKeyPrefix + privateId;
        if (Read(await bus.ExecuteAsync("GET", new RedisArgument[] { key }, cancellationToken), privateId) is not { } stored)
        {
            return null;
        }

        if (StreamId.TryParse(offset ?? stored.ConnectOffset, out var start) && await ContainsAsync(start, cancellationToken))
        {
            return stored;
        }

        await bus.ExecuteAsync("DEL", new RedisArgument[] { key }, cancellationToken);
        return null;
    }

    /// <summary>Whether an entry is still there: then everything after it is, too.</summary>
    private async Task<bool> ContainsAsync(StreamId id, CancellationToken cancellationToken)
    {
        var text = id.ToString();
        var reply = await bus.ExecuteAsync("XRANGE", new RedisArgument[] { stream, text, text }, cancellationToken);
        return StreamEntry.ReadAll(reply).Count == 1;
    }

    /// <summary>Brings a client back, or not: then the caller lets it connect anew.</summary>
    /// <param name="session">The session, which is used up.</param>
    /// <param name="start">What the client has seen last.</param>
    /// <param name="getDelivered">How far this server has delivered.</param>
    /// <param name="deliverNothingWhile">Keeps that from changing for a moment.</param>
    /// <param name="read">Reads an entry.</param>
    /// <param name="attach">Gives the client what it missed.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<bool> ResumeAsync(
        RecoverySession session,
        StreamId start,
        Func<StreamId> getDelivered,
        Action<Action> deliverNothingWhile,
        EntryReader read,
        Action<IReadOnlyList<EncodedPacket>> attach,
        CancellationToken cancellationToken)
    {
        try
        {
            return await ResumeCoreAsync(session, start, getDelivered, deliverNothingWhile, read, attach, cancellationToken);
        }
        catch (Exception exception) when (exception is RedisUnavailableException or RedisCommandException)
        {
            Log.NotFound(logger, exception);
            return false;
        }
    }

    private async Task<bool> ResumeCoreAsync(
        RecoverySession session,
        StreamId start,
        Func<StreamId> getDelivered,
        Action<Action> deliverNothingWhile,
        EntryReader read,
        Action<IReadOnlyList<EncodedPacket>> attach,
        CancellationToken cancellationToken)
    {
        // What another server has delivered already would otherwise reach the client here once more.
        if (!await WaitUntilDeliveredAsync(start, getDelivered, cancellationToken))
        {
            return false;
        }

        // Used up by the one who takes it: of two that come with the same id at once, one connects anew.
        var taken = Read(await bus.ExecuteAsync("GETDEL", new RedisArgument[] { sessionKeyPrefix + session.PrivateId }, cancellationToken), session.PrivateId);
        if (taken is null || !string.Equals(taken.Id, session.Id, StringComparison.Ordinal))
        {
            return false;
        }

        var missed = new List<(StreamId Id, EncodedPacket Packet)>();
        var rooms = new HashSet<string>(session.Rooms, StringComparer.Ordinal) { session.Id };
        var position = start;
        for (var round = 0; round < MaxRounds; round++)
        {
            // The first entry is the one that the client has seen: if it is gone, others may be as well.
            var next = await ReadAfterAsync(position, rooms, missed, read, cancellationToken);
            if (next is not { } reached)
            {
                return false;
            }

            position = reached;
            var isAttached = false;
            deliverNothingWhile(() =>
            {
                var delivered = getDelivered();
                if (delivered <= position)
                {
                    attach([.. missed.TakeWhile(entry => entry.Id <= delivered).Select(static entry => entry.Packet)]);
                    isAttached = true;
                }
            });
            if (isAttached)
            {
                return true;
            }
        }

        return false;
    }

    private static StoredSession? Read(RedisReply reply, string privateId)
        => !reply.IsNull && StreamWire.TryDecodeSession(reply.Bytes, out var session) && string.Equals(session.PrivateId, privateId, StringComparison.Ordinal)
            ? session
            : null;

    private async Task<bool> WaitUntilDeliveredAsync(StreamId id, Func<StreamId> getDelivered, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            Task advanced;
            lock (_gate)
            {
                advanced = (_advanced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            Interlocked.MemoryBarrier();
            if (getDelivered() >= id)
            {
                return true;
            }

            var left = s_longestLag - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            try
            {
                await advanced.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return getDelivered() >= id;
            }
        }
    }

    /// <summary>Reads everything after a place; null when there is no telling whether that is everything.</summary>
    private async Task<StreamId?> ReadAfterAsync(
        StreamId position, HashSet<string> rooms, List<(StreamId Id, EncodedPacket Packet)> missed, EntryReader read, CancellationToken cancellationToken)
    {
        for (var page = 0; page < MaxPages; page++)
        {
            var reply = await bus.ExecuteAsync(
                "XRANGE", new RedisArgument[] { stream, position.ToString(), "+", "COUNT", PageSize }, cancellationToken);
            var entries = StreamEntry.ReadAll(reply);
            if (entries.Count == 0 || entries[0].Id != position)
            {
                return null;
            }

            foreach (var entry in entries.Skip(1))
            {
                switch (read(entry, out var message))
                {
                    case EntryKind.Gap:
                        return null;
                    case EntryKind.Event when !message!.Options.IsVolatile && SessionRecoveryStore.Reaches(message.Options, rooms):
                        var packet = message.Packet.Id is null ? message.Packet : message.Packet.WithId(null);
                        missed.Add((entry.Id, packet.WithLastArgument(entry.Id.ToString())));
                        break;
                }
            }

            position = entries[^1].Id;
            if (entries.Count < PageSize)
            {
                return position;
            }
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The session of socket {SocketId} could not be kept; its client will connect as a new one.", EventName = nameof(NotKept))]
        public static partial void NotKept(ILogger logger, Exception exception, string socketId);

        [LoggerMessage(2, LogLevel.Warning, "A session could not be looked for; its client connects as a new one.", EventName = nameof(NotFound))]
        public static partial void NotFound(ILogger logger, Exception exception);
    }
}
