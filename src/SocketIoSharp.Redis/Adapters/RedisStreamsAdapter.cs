namespace SocketIoSharp;

/// <summary>
/// The streams adapter: what must arrive stands in a stream, questions and answers go over channels. With connection state
/// recovery this server's clients, too, receive events when they come back from the stream, so that everybody has them in
/// the order of their offsets.
/// </summary>
/// <remarks>Node: @socket.io/redis-streams-adapter, createAdapter.</remarks>
internal sealed class RedisStreamsAdapter : RedisClusterAdapter
{
    private readonly RedisStreamsAdapterOptions _options;
    private readonly StreamPublisher _publisher;
    private readonly RedisStreamReader _reader;
    private readonly IReadOnlyList<RedisStreamReader> _otherReaders;

    // Null when recovery is off: then nothing waits for the stream.
    private readonly RedisRecovery? _recovery;
    private readonly OwnEvents? _own;
    private readonly UnloggedEvents? _unlogged;
    private readonly PendingTasks _persisting = new();
    private IDisposable? _advanceListener;
    private IDisposable? _stateListener;
    private StreamId _delivered;

    public RedisStreamsAdapter(AdapterContext context, RedisLink link, RedisStreamReaders readers, RedisStreamsAdapterOptions options)
        : base(context, link, options, ClusterRequestTable.CreateId(), hasNamedAnswers: true)
    {
        _options = options;
        _publisher = new StreamPublisher(link, options, Name);
        _reader = readers.Get(_publisher.Stream);
        _otherReaders = readers.GetOthers(_publisher.Stream);
        if (Server.Options.ConnectionStateRecovery is { } recovery)
        {
            _recovery = new RedisRecovery(Bus, _publisher.Stream, options.SessionKeyPrefix, recovery.MaxDisconnectionDuration, context.Time, Logger);
            _own = new OwnEvents((message, offset) => Deliver(message.Packet, message.Options, offset));

            // An entry without a namespace is passed over by Node's servers.
            _unlogged = new UnloggedEvents(Bus, _publisher.Stream, options.MaxLength, "gap", Name);
        }
    }

    public override bool CanRecover => _recovery is not null;

    /// <summary>In a quiet namespace the entry of its newest event may be gone while others come and go; everything up to the reader's place has been delivered.</summary>
    public override string? CurrentOffset
    {
        get
        {
            var current = base.CurrentOffset;
            return _recovery is not null && _reader.Position is var read && read > StreamId.Start && !(StreamId.TryParse(current, out var known) && known >= read)
                ? read.ToString()
                : current;
        }
    }

    private protected override string CountedChannel => _publisher.Channel;

    private protected override bool IsSharded => _options.UseShardedPubSub;

    private protected override OwnEvents? Own => _own;

    public override Task BroadcastAsync(EncodedPacket packet, BroadcastOptions options)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(options);
        return _own is null || options.IsLocal
            ? base.BroadcastAsync(packet, options)
            : WaitIfTooManyAsync(BroadcastThroughStreamAsync(_own, new BroadcastMessage { Uid = Uid, Namespace = Name, Packet = packet, Options = options }));
    }

    public override Task PersistSessionAsync(RecoverySession session)
        => _recovery is null ? Task.CompletedTask : _persisting.AddAsync(_recovery.PersistAsync(session, data => WriteData(data, session.Id)));

    public override async Task<RecoverySession?> FindSessionAsync(string privateId, string? offset, CancellationToken cancellationToken)
    {
        // A wrong offset must not cost a look into Redis.
        if (_recovery is null || !CanPublish || (offset is not null && !StreamId.TryParse(offset, out _)))
        {
            return null;
        }

        await _unlogged!.MarkAsync();
        return !_unlogged.Any && await _recovery.FindAsync(privateId, offset, cancellationToken) is { } stored ? stored.ToSession(ReadData(stored.Data)) : null;
    }

    public override Task<bool> ResumeAsync(
        RecoverySession session, string? offset, Action<IReadOnlyList<EncodedPacket>> attach, CancellationToken cancellationToken)
        => _recovery is not null && StreamId.TryParse(offset ?? session.ConnectOffset, out var start)
            ? _recovery.ResumeAsync(session, start, GetDelivered, DeliverNothingWhile, ReadEvent, attach, cancellationToken)
            : Task.FromResult(false);

    public override async Task CloseAsync(CancellationToken cancellationToken)
    {
        BeginClosing();

        // Sessions of clients that this server has just sent away are found again by the next one.
        await _persisting.WhenAllAsync(cancellationToken);
        _stateListener?.Dispose();
        _advanceListener?.Dispose();
        _reader.Remove(Name, OnEntry);
        foreach (var reader in _otherReaders)
        {
            reader.Remove(Name, OnEntryElsewhere);
        }

        await base.CloseAsync(cancellationToken);
    }

    protected override Task PublishAsync(ClusterMessage message) => _publisher.PublishAsync(message);

    protected override Task PublishResponseAsync(string requesterUid, ClusterResponse response)
        => _publisher.PublishAsync(RedisChannels.Server(_options.ChannelPrefix, Name, requesterUid), response);

    private protected override async Task StartWithRedisAsync()
    {
        if (IsSharded && !Bus.SupportsShardedChannels(out var reason))
        {
            throw new NotSupportedException(reason);
        }

        if (_recovery is not null)
        {
            // It may be a second attempt.
            _advanceListener ??= _reader.OnAdvanced(_recovery.OnAdvanced);
            _stateListener ??= Bus.State.OnChanged(OnStateChanged);
        }

        foreach (var reader in _otherReaders)
        {
            reader.Add(Name, OnEntryElsewhere);
        }

        _reader.Add(Name, OnEntry);
        await Task.WhenAll(_otherReaders.Append(_reader).Select(static reader => reader.Started));
        if (_recovery is not null && _reader.Position is var position && position > StreamId.Start)
        {
            // Not where the reader began: a namespace that comes later did not send what stands in between to its clients.
            BeginAt(position.ToString());
        }

        var kind = IsSharded ? RedisChannelKind.Sharded : RedisChannelKind.Plain;
        await SubscribeAsync(RedisChannels.Server(_options.ChannelPrefix, Name, Uid), kind, OnMessage);
        await SubscribeAsync(_publisher.Channel, kind, OnMessage);
    }

    private protected override async Task<bool> IsAliveAsync(string uid, CancellationToken cancellationToken)
        => await Bus.CountSubscribersAsync(RedisChannels.Server(_options.ChannelPrefix, Name, uid), IsSharded, cancellationToken) > 0;

    private Task BroadcastThroughStreamAsync(OwnEvents events, BroadcastMessage message)
    {
        var fields = _publisher.Encode(message);
        return BroadcastLoggedAsync(events, _unlogged!, message, fields[^1].Bytes, () => _publisher.AppendAsync(fields));
    }

    private void OnStateChanged(bool isUp)
    {
        if (isUp)
        {
            _ = _unlogged!.MarkAsync();
            return;
        }

        FailOwn(_own!, _unlogged!);
    }

    private void OnMessage(string channel, ReadOnlyMemory<byte> bytes)
    {
        if (_publisher.Wire.TryDecode(bytes, out var message))
        {
            OnMessage(message);
        }
        else
        {
            DropUnreadable(channel, bytes.Length);
        }
    }

    private void OnEntry(StreamEntry entry)
    {
        if (_own is null)
        {
            OnEntryElsewhere(entry);
            return;
        }

        Metrics.Received();
        OnLoggedEntry(_own, entry);
    }

    /// <summary>Without an offset: one in another stream, or where nobody asks for it, would say nothing.</summary>
    private void OnEntryElsewhere(StreamEntry entry)
    {
        Metrics.Received();
        if (entry.IsFrom(Uid))
        {
            return;
        }

        if (StreamWire.TryDecodeEntry(entry.Fields, _options.MaxMessageSize, out var message))
        {
            OnMessage(message);
        }
        else
        {
            DropUnreadable(_publisher.Stream, GetSize(entry));
        }
    }

    /// <summary>With recovery: how far this server has delivered changes together with the delivery.</summary>
    private void OnLoggedEntry(OwnEvents events, StreamEntry entry)
    {
        if (entry.IsFrom(Uid))
        {
            DeliverNothingWhile(() =>
            {
                if (events.TryTake(entry.Fields[^1].Bytes.Span, out var own) && !own.IsDelivered)
                {
                    Deliver(own.Message.Packet, own.Message.Options, entry.Id.ToString());
                }

                _delivered = entry.Id;
            });
            return;
        }

        if (!StreamWire.TryDecodeEntry(entry.Fields, _options.MaxMessageSize, out var message))
        {
            DropUnreadable(_publisher.Stream, GetSize(entry));
        }
        else if (message is BroadcastMessage)
        {
            DeliverNothingWhile(() =>
            {
                OnMessage(message, entry.Id.ToString());
                _delivered = entry.Id;
            });
        }
        else
        {
            OnMessage(message);
        }
    }

    /// <summary>Whatever stands before the reader's position has been delivered, or is for other namespaces.</summary>
    private StreamId GetDelivered()
    {
        var delivered = StreamId.Start;
        DeliverNothingWhile(() =>
        {
            var read = _reader.Position;
            delivered = read > _delivered ? read : _delivered;
        });
        return delivered;
    }

    private static int GetSize(in StreamEntry entry)
    {
        var size = 0L;
        foreach (var field in entry.Fields)
        {
            size += field.Bytes.Length;
        }

        return (int)Math.Min(size, int.MaxValue);
    }

    private RedisRecovery.EntryKind ReadEvent(in StreamEntry entry, out BroadcastMessage? message)
    {
        if (_unlogged!.IsMark(entry))
        {
            message = null;
            return RedisRecovery.EntryKind.Gap;
        }

        message = string.Equals(StreamWire.ReadNamespace(entry.Fields), Name, StringComparison.Ordinal)
            && StreamWire.TryDecodeEntry(entry.Fields, _options.MaxMessageSize, out var decoded)
                ? decoded as BroadcastMessage
                : null;
        return message is null ? RedisRecovery.EntryKind.Other : RedisRecovery.EntryKind.Event;
    }
}
