using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp;

/// <summary>What this server asks the others.</summary>
public abstract partial class ClusterAdapter
{
    /// <inheritdoc/>
    /// <exception cref="ClusterTimeoutException">Not all servers have answered in time; it holds what has come.</exception>
    public override async Task<IReadOnlyList<IRemoteSocket>> FetchSocketsAsync(BroadcastOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.IsLocal)
        {
            return [.. FindLocalSockets(options)];
        }

        var request = await AskAsync<IReadOnlyList<RemoteSocketDescription>>(
            id => new FetchSocketsMessage { Uid = Uid, Namespace = Namespace.Name, Options = options, RequestId = id },
            options.Timeout ?? RequestTimeout,
            cancellationToken);
        var isComplete = await request.Ended;
        var sockets = new List<IRemoteSocket>(FindLocalSockets(options));
        foreach (var description in request.Answers.SelectMany(static answer => answer))
        {
            sockets.Add(CreateRemoteSocket(description));
        }

        return isComplete ? sockets : throw new ClusterTimeoutException(request.Expected, request.Answers.Count, sockets);
    }

    /// <inheritdoc/>
    public override async Task<BroadcastAcks<EventArgument?>> ServerSideEmitWithAckAsync(EncodedPacket packet, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var request = await AskAsync<ClusterValue?>(
            id => new ServerSideEmitMessage { Uid = Uid, Namespace = Namespace.Name, Packet = packet, RequestId = id }, timeout, cancellationToken);
        var isComplete = await request.Ended && request.Answers.Count >= request.Expected;
        return new BroadcastAcks<EventArgument?>([.. request.Answers.Select(CreateArgument)], isComplete, request.Missing);
    }

    /// <inheritdoc/>
    public override async Task BroadcastWithAckAsync(
        EncodedPacket packet, BroadcastOptions options, IBroadcastAckSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sink);
        if (options.IsLocal)
        {
            await base.BroadcastWithAckAsync(packet, options, sink, cancellationToken);
            return;
        }

        var request = new ClusterAckRequest(_requests, CreateRequestId(), sink, !_hasNamedAnswers);
        _requests.Add(request, options.Timeout ?? _server.Options.BroadcastAckTimeout);
        cancellationToken.UnsafeRegister(static request => ((ClusterRequest)request!).End(), request);
        var publishing = TryPublishAsync(
            new BroadcastMessage { Uid = Uid, Namespace = Namespace.Name, Packet = packet.WithId(null), Options = options, RequestId = request.Id });
        await base.BroadcastWithAckAsync(packet, options, sink, cancellationToken);
        if (!await publishing)
        {
            sink.OnUnpublished();
        }
    }

    /// <summary>An answer for this server has arrived.</summary>
    /// <param name="response">The answer.</param>
    /// <remarks>Node: <c>onResponse</c>.</remarks>
    protected void OnResponse(ClusterResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (!IsForThisServer(response))
        {
            return;
        }

        OnHeard(response);
        var isExpected = response switch
        {
            FetchSocketsResponse fetch => _requests.Find<ClusterRequest<IReadOnlyList<RemoteSocketDescription>>>(fetch.RequestId)?.TryAdd(fetch.Uid, fetch.Sockets),
            ServerSideEmitResponse emit => _requests.Find<ClusterRequest<ClusterValue?>>(emit.RequestId)?.TryAdd(emit.Uid, emit.Value),
            BroadcastClientCountResponse count => _requests.Find<ClusterAckRequest>(count.RequestId)?.TryCount(count.Uid, count.ClientCount),
            BroadcastAckResponse ack => _requests.Find<ClusterAckRequest>(ack.RequestId)?.TryAnswer(ack.Uid, CreateArgument(ack.Value)),
            _ => false,
        };
        if (isExpected != true)
        {
            // Most often it has come too late.
            Log.UnexpectedResponse(_logger, response.Type, response.Uid);
        }
    }

    /// <summary>Asks all servers; the request has ended already when there are none.</summary>
    private protected Task<ClusterRequest<T>> AskAsync<T>(Func<string, ClusterMessage> createMessage, TimeSpan timeout, CancellationToken cancellationToken)
        => AskAsync<T>(id => TryPublishAsync(createMessage(id)), timeout, cancellationToken);

    /// <summary>Asks all servers in a way that is given.</summary>
    private protected async Task<ClusterRequest<T>> AskAsync<T>(Func<string, Task<bool>> publish, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var servers = GetOtherServers();
        var expected = servers?.Count ?? await GetServerCountAsync(cancellationToken) - 1;
        var request = new ClusterRequest<T>(_requests, CreateRequestId(), Math.Max(expected, 0), servers, !_hasNamedAnswers);
        if (expected <= 0)
        {
            request.EndComplete();
            return request;
        }

        _requests.Add(request, timeout);
        if (!await publish(request.Id))
        {
            request.End();
        }

        try
        {
            await request.Ended.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            request.End();
            throw;
        }

        return request;
    }

    /// <summary>Counts the servers again while answers are waited for: one that has crashed ends the wait.</summary>
    private protected void RecountEvery(TimeSpan interval) => _requests.WhileWaiting(interval, () => _ = RecountAsync());

    private async Task RecountAsync()
    {
        try
        {
            var others = await GetServerCountAsync(CancellationToken.None) - 1;
            var gone = new HashSet<string>(StringComparer.Ordinal);
            if (_hasNamedAnswers)
            {
                var speakers = new HashSet<string>(StringComparer.Ordinal);
                foreach (var request in _requests.All)
                {
                    request.AddSpeakers(speakers);
                }

                foreach (var uid in speakers)
                {
                    if (!await IsAliveAsync(uid, CancellationToken.None))
                    {
                        gone.Add(uid);
                        OnServerGone(uid);
                    }
                }
            }

            foreach (var request in _requests.All)
            {
                request.OnRecount(others, gone.Contains);
            }
        }
        catch (Exception exception)
        {
            Log.RecountFailed(_logger, exception, Namespace.Name);
        }
    }

    private EventArgument? CreateArgument(ClusterValue? value)
        => value is null ? null : new EventArgument(value.Json, value.Attachments, _server.Serializer);

    private RemoteSocket CreateRemoteSocket(RemoteSocketDescription description)
    {
        var handshake = description.Handshake;
        var headers = new Dictionary<string, StringValues>(handshake.Headers.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in handshake.Headers)
        {
            headers[name] = value;
        }

        return new RemoteSocket(
            (SocketNamespace)Context.Namespace,
            description.Id,
            new Handshake(
                headers,
                handshake.Query,
                handshake.Url,
                handshake.Address,
                handshake.IsSecure,
                handshake.IsCrossDomain,
                handshake.Issued,
                handshake.AuthJson,
                _server.Serializer),
            new HashSet<string>(description.Rooms, StringComparer.Ordinal),
            ReadData(description.Data));
    }

    /// <summary>Each value stays as it came until it is read.</summary>
    private protected SocketData ReadData(ClusterValue json)
    {
        var data = new SocketData();
        var reader = new Utf8JsonReader(json.Json.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueIsEscaped ? ReadName(ref reader) : Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            data[name] = isNull ? null : new EventArgument(json.Json[start..(int)reader.BytesConsumed], json.Attachments, _server.Serializer);
        }

        return data;
    }

    /// <summary>A name with half of a surrogate pair is no text; it is kept as it is written.</summary>
    private static string ReadName(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
