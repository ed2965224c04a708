namespace SocketIoSharp.EngineIO;

/// <summary>The incoming side: what each packet means, and the backpressure of a slow handler.</summary>
internal sealed partial class EngineIOSession
{
    /// <summary>Work for about a millisecond.</summary>
    private const int LargeMessage = 512 * 1024;

    /// <summary>
    /// Takes one packet from the current transport. The returned task is unfinished while the application works on it; the
    /// transport reads no further until then.
    /// </summary>
    public Task OnPacketAsync(in EngineIOPacket packet)
    {
        if (_state != SessionState.Open)
        {
            return Task.CompletedTask;
        }

        Log.PacketReceived(_server.Logger, Id, packet.Type, packet.Data.Length);
        _server.Observer?.PacketReceived(this, (int)packet.Type, packet.Data.Span);
        if (_isAwaitingPong && packet.Type != PacketType.Pong)
        {
            GrantPingGrace();
        }

        switch (packet.Type)
        {
            case PacketType.Message:
                return DispatchAsync(new EngineIOMessage(packet.Data, packet.IsBinary));
            case PacketType.Ping:
                OnPing();
                break;
            case PacketType.Pong:
                OnPong();
                break;
            default:
                // Open, upgrade and noop mean nothing on an open session; a close packet counts on polling only, which looks for it itself.
                break;
        }

        return Task.CompletedTask;
    }

    private Task DispatchAsync(EngineIOMessage message)
    {
        var opening = Volatile.Read(ref _opening);
        if (!opening.IsCompleted)
        {
            return DispatchAfterAsync(opening, message);
        }

        Task handling;
        try
        {
            handling = message.Data.Length < LargeMessage ? _server.Handler.OnMessageAsync(this, message) : HandleApartAsync(message);
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(_server.Logger, exception, Id, nameof(IEngineIOHandler.OnMessageAsync));
            return Task.CompletedTask;
        }

        return handling.IsCompletedSuccessfully ? Task.CompletedTask : PauseWhileAsync(handling);
    }

    /// <summary>Reading such a message takes so long that others should not have to wait for the thread.</summary>
    private async Task HandleApartAsync(EngineIOMessage message)
    {
        await OwnThread.IfFree;
        await _server.Handler.OnMessageAsync(this, message);
        await PoolTurn.Next;
    }

    private async Task DispatchAfterAsync(Task opening, EngineIOMessage message)
    {
        await PauseWhileAsync(opening);
        if (_state == SessionState.Open)
        {
            await DispatchAsync(message);
        }
    }

    private async Task PauseWhileAsync(Task handling)
    {
        lock (Gate)
        {
            _isReceivePaused = true;
        }

        await GuardAsync(handling, nameof(IEngineIOHandler.OnMessageAsync));
        lock (Gate)
        {
            _isReceivePaused = false;
            EndHeartbeatSuspensionLocked();
        }
    }

    private async Task GuardAsync(Task handling, string method)
    {
        try
        {
            await handling;
        }
        catch (Exception exception)
        {
            // An exception of the application ends neither the session nor the read loop.
            Log.HandlerFailed(_server.Logger, exception, Id, method);
        }
    }
}
