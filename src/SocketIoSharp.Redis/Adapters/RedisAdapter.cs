using System.Security.Cryptography;

namespace SocketIoSharp;

/// <summary>
/// The classic adapter: broadcasts on channels of namespaces and rooms, requests on one channel, answers on another. What this
/// server says comes back to it and is passed over; it has been done here already.
/// </summary>
/// <remarks>Node: @socket.io/redis-adapter, createAdapter.</remarks>
internal sealed partial class RedisAdapter : RedisClusterAdapter
{
    // Answers do not say whose they are.
    private const string Anonymous = "?";
    private const int IdLength = 6;

    private readonly RedisAdapterOptions _options;
    private readonly ClassicPublisher _publisher;
    private readonly string _responseChannel;

    public RedisAdapter(AdapterContext context, RedisLink link, RedisAdapterOptions options)
        : base(context, link, options, CreateId(), hasNamedAnswers: false)
    {
        _options = options;
        _publisher = new ClassicPublisher(link, options, Name);
        _responseChannel = RedisChannels.ClassicResponse(options.KeyPrefix, Name);
        CreateLog();
    }

    private protected override string CountedChannel => _publisher.RequestChannel;

    private ClassicWire Wire => _publisher.Wire;

    /// <summary>The rooms of all servers.</summary>
    /// <remarks>Node: <c>allRooms</c>.</remarks>
    public async Task<IReadOnlySet<string>> GetAllRoomsAsync(CancellationToken cancellationToken)
    {
        var request = await AskAsync<IReadOnlyList<string>>(
            id => TryPublishRequestAsync(Wire.EncodeAllRoomsRequest(Uid, id)), RequestTimeout, cancellationToken);
        if (!await request.Ended)
        {
            throw new TimeoutException(
                $"timeout reached while waiting for allRooms response: only {request.Answers.Count} responses received out of {request.Expected}.");
        }

        var rooms = new HashSet<string>(Rooms, StringComparer.Ordinal);
        foreach (var answer in request.Answers)
        {
            rooms.UnionWith(answer);
        }

        return rooms;
    }

    protected override Task PublishAsync(ClusterMessage message) => _publisher.PublishAsync(message);

    protected override Task PublishResponseAsync(string requesterUid, ClusterResponse response)
        => _publisher.PublishAsync(
            // Answers to events for servers always go to all: Node's do, and its servers listen for them there.
            response is ServerSideEmitResponse ? _responseChannel : GetResponseChannel(requesterUid),
            Wire.EncodeResponse(response));

    private protected override async Task StartWithRedisAsync()
    {
        // Counted last: whoever is counted is expected to answer.
        await Task.WhenAll(
            SubscribeAsync(RedisChannels.ClassicPattern(_options.KeyPrefix, Name), RedisChannelKind.Pattern, OnBroadcast, _log is null ? message => IsOwn(message.Span) : null),
            SubscribeAsync(_responseChannel, RedisChannelKind.Plain, OnResponse),
            SubscribeAsync(RedisChannels.ClassicResponse(_options.KeyPrefix, Name, Uid), RedisChannelKind.Plain, OnResponse));
        await StartLogAsync();
        await SubscribeAsync(_publisher.RequestChannel, RedisChannelKind.Plain, OnRequest);
    }

    private protected override string CreateRequestId() => CreateId();

    private static string CreateId()
        => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", IdLength);

    private string GetResponseChannel(string? requesterUid)
        => _options.PublishOnSpecificResponseChannel && requesterUid is not (null or EmitterUid)
            ? RedisChannels.ClassicResponse(_options.KeyPrefix, Name, requesterUid)
            : _responseChannel;

    private async Task<bool> TryPublishRequestAsync(byte[] request)
    {
        try
        {
            await _publisher.PublishAsync(_publisher.RequestChannel, request);
            return true;
        }
        catch (RedisUnavailableException)
        {
            Metrics.Unpublished();
            return false;
        }
    }

    private void OnBroadcast(string channel, ReadOnlyMemory<byte> bytes)
    {
        // The pattern of a namespace also fits longer names that begin with it.
        if (!channel.StartsWith(_publisher.BroadcastChannel, StringComparison.Ordinal) || (_log is null && (IsForUnknownRoom(channel) || IsOwn(bytes.Span))))
        {
            return;
        }

        if (!Wire.TryDecodeBroadcast(bytes, out var message, out var offset))
        {
            DropUnreadable(channel, bytes.Length);
        }
        else if (_log is null)
        {
            OnMessage(message);
        }
        else
        {
            OnLogged(_log, message, bytes.Span, offset);
        }
    }

    private bool IsForUnknownRoom(string channel)
    {
        var room = channel.AsSpan(_publisher.BroadcastChannel.Length);
        return room.Length > 1 && !Table.HasRoom(room[..^1]);
    }

    /// <summary>A quick look at the beginning: an array of three, whose first element is a text of six characters.</summary>
    private bool IsOwn(ReadOnlySpan<byte> bytes)
    {
        if (_options.Codec is not null || bytes is not [0x93, 0xA0 | IdLength, ..] || bytes.Length < IdLength + 2)
        {
            return false;
        }

        for (var i = 0; i < IdLength; i++)
        {
            if (bytes[i + 2] != Uid[i])
            {
                return false;
            }
        }

        return true;
    }

    private void OnRequest(string channel, ReadOnlyMemory<byte> bytes)
    {
        if (!Wire.TryDecodeRequest(bytes, out var request))
        {
            DropUnreadable(channel, bytes.Length);
            return;
        }

        if (string.Equals(request.Uid, Uid, StringComparison.Ordinal))
        {
            return;
        }

        switch (request)
        {
            case { Kind: ClassicRequestKind.SocketIds, RequestId: { } id }:
                _ = RespondAsync(request.Uid, Wire.EncodeSocketIds(id, GetSockets(request.Rooms)));
                break;
            case { Kind: ClassicRequestKind.AllRooms, RequestId: { } id }:
                _ = RespondAsync(request.Uid, Wire.EncodeRooms(id, Rooms));
                break;
            case { IsLegacy: true, Message: { } message }:
                OnLegacyRequest(request, message);
                break;
            case { Message: { } message }:
                OnMessage(message);
                break;
        }
    }

    /// <summary>Older servers name one socket, and the server that has it says when it is done.</summary>
    private void OnLegacyRequest(ClassicRequest request, ClusterMessage message)
    {
        var options = message switch
        {
            SocketsJoinMessage join => join.Options,
            SocketsLeaveMessage leave => leave.Options,
            DisconnectSocketsMessage disconnect => disconnect.Options,
            _ => null,
        };
        if (options is not { Rooms: [var socketId] } || Table.Find(socketId) is null)
        {
            return;
        }

        OnMessage(message);
        if (request.RequestId is { } id)
        {
            _ = RespondAsync(request.Uid, Wire.EncodeDone(id));
        }
    }

    private async Task RespondAsync(string? requesterUid, byte[] response)
    {
        try
        {
            await _publisher.PublishAsync(GetResponseChannel(requesterUid), response);
        }
        catch (RedisUnavailableException)
        {
            Metrics.Unpublished();
        }
    }

    private void OnResponse(string channel, ReadOnlyMemory<byte> bytes)
    {
        // All servers get all answers, unless these go to one alone.
        if (Requests.Count == 0)
        {
            return;
        }

        if (!Wire.TryDecodeResponse(bytes, out var response))
        {
            DropUnreadable(channel, bytes.Length);
        }
        else if (Requests.Find<ClusterRequest>(response.RequestId) is null)
        {
            return;
        }
        else if (response.Message is { } message)
        {
            OnResponse(message with { Uid = Anonymous });
        }
        else if (response.Rooms is { } rooms)
        {
            Requests.Find<ClusterRequest<IReadOnlyList<string>>>(response.RequestId)?.TryAdd(Anonymous, rooms);
        }
    }
}
