namespace SocketIoSharp;

/// <summary>What other servers say.</summary>
public abstract partial class ClusterAdapter
{
    /// <summary>A message of another server has arrived. Must be called for one message after the other, in their order.</summary>
    /// <param name="message">The message; one that this server has sent itself is ignored.</param>
    /// <param name="offset">Where the message stands in a log from which clients can be brought back; null when there is none.</param>
    /// <remarks>Node: <c>onMessage</c>.</remarks>
    protected void OnMessage(ClusterMessage message, string? offset = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message is ClusterResponse response)
        {
            OnResponse(response);
            return;
        }

        if (!IsForThisServer(message))
        {
            return;
        }

        try
        {
            OnHeard(message);
            Handle(message, offset);
        }
        catch (Exception exception)
        {
            Log.MessageFailed(_logger, exception, message.Type, message.Uid, Namespace.Name);
        }
    }

    /// <summary>A valid message of another server has arrived.</summary>
    private protected virtual void OnHeard(ClusterMessage message)
    {
    }

    /// <summary>A message of another server was dropped.</summary>
    /// <param name="reason">Why, as a metric has it.</param>
    private protected virtual void OnDropped(string reason)
    {
    }

    private bool IsForThisServer(ClusterMessage message)
    {
        if (!string.Equals(message.Namespace, Namespace.Name, StringComparison.Ordinal))
        {
            Log.OtherNamespace(_logger, message.Type, Namespace.Name);
            return false;
        }

        if (string.Equals(message.Uid, Uid, StringComparison.Ordinal))
        {
            return ReceivesOwnBroadcasts && message is BroadcastMessage { RequestId: null };
        }

        if (!ClusterMessageCheck.IsValid(message))
        {
            OnDropped("invalid");
            if (_invalidMessages.TryPass(out var count))
            {
                Log.InvalidMessage(_logger, message.Type, Namespace.Name, count);
            }

            return false;
        }

        return true;
    }

    private void Handle(ClusterMessage message, string? offset)
    {
        switch (message)
        {
            case BroadcastMessage { RequestId: { } requestId } broadcast:
                Serve(broadcast, requestId);
                break;
            case BroadcastMessage broadcast:
                // The number by which a client's answer is found means nothing to other servers.
                Deliver(broadcast.Packet.Id is null ? broadcast.Packet : broadcast.Packet.WithId(null), broadcast.Options, offset);
                break;
            case SocketsJoinMessage join:
                _ = ObserveAsync(base.AddSocketsAsync(join.Options, join.Rooms), message);
                break;
            case SocketsLeaveMessage leave:
                _ = ObserveAsync(base.RemoveSocketsAsync(leave.Options, leave.Rooms), message);
                break;
            case DisconnectSocketsMessage disconnect:
                _ = ObserveAsync(base.DisconnectSocketsAsync(disconnect.Options, disconnect.CloseConnection), message);
                break;
            case FetchSocketsMessage fetch:
                _ = TryRespondAsync(fetch.Uid, new FetchSocketsResponse
                {
                    Uid = Uid,
                    Namespace = Namespace.Name,
                    RequestId = fetch.RequestId,
                    Sockets = [.. FindLocalSockets(fetch.Options).Select(Describe)],
                });
                break;
            case ServerSideEmitMessage emit:
                _ = ObserveAsync(AnswerAsync(emit), message);
                break;
        }
    }

    private async Task AnswerAsync(ServerSideEmitMessage emit)
    {
        if (await RaiseServerSideEventAsync(emit.Packet) is not { } answer || emit.RequestId is not { } requestId)
        {
            return;
        }

        // Between servers travels the first argument only.
        var arguments = EventArguments.Split(answer.Json, answer.Attachments, _server.Serializer);
        await TryRespondAsync(emit.Uid, new ServerSideEmitResponse
        {
            Uid = Uid,
            Namespace = Namespace.Name,
            RequestId = requestId,
            Value = arguments.Count == 0 ? null : ToValue(arguments[0]),
        });
    }

    private async Task ObserveAsync(Task handling, ClusterMessage message)
    {
        try
        {
            await handling;
        }
        catch (Exception exception)
        {
            Log.MessageFailed(_logger, exception, message.Type, message.Uid, Namespace.Name);
        }
    }
}
