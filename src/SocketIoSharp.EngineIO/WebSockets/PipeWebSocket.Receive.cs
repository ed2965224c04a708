using System.Buffers;
using System.IO.Pipelines;

namespace SocketIoSharp.EngineIO;

/// <summary>The read loop: works through every whole frame in the buffer, then waits for more.</summary>
internal sealed partial class PipeWebSocket
{
    public override async Task RunAsync(IWebSocketOwner owner)
    {
        _owner = owner;
        using var reader = new WebSocketMessageReader(Server.WebSocketLimits, Settings.IsDeflating);
        var end = new SessionClose(CloseReason.TransportClose);
        try
        {
            var isReading = true;
            while (isReading)
            {
                var result = await _input.ReadAsync();
                var rest = result.Buffer;
                while (WorkThroughAsync(reader, ref rest, ref isReading, ref end) is { } handling)
                {
                    await handling;
                    reader.ReleaseMessage();
                }

                _input.AdvanceTo(rest.Start, rest.End);
                BoundMessageTime(reader.MessageInProgress);
                isReading &= !result.IsCompleted && !result.IsCanceled;
            }

            await FinishAsync(end);
        }
        catch (Exception exception) when (IsConnectionLost(exception))
        {
            // The peer is gone; how exactly makes no difference.
        }
        finally
        {
            lock (Gate)
            {
                _isOver = true;
            }

            EndLinger();
            owner.OnEnded(end);
        }
    }

    /// <summary>
    /// Works through the buffer until a message keeps the owner busy (its task is returned), or more bytes are needed or the
    /// conversation is over (null).
    /// </summary>
    private Task? WorkThroughAsync(WebSocketMessageReader reader, ref ReadOnlySequence<byte> buffer, ref bool isReading, ref SessionClose end)
    {
        FlushBatch? batch = null;
        try
        {
            while (isReading)
            {
                switch (reader.Read(ref buffer, out var item))
                {
                    case WebSocketReadStatus.NeedMore:
                        return null;
                    case WebSocketReadStatus.Message:
                        if (buffer.IsEmpty)
                        {
                            FlushBatch.Pause();
                        }
                        else
                        {
                            batch = FlushBatch.Begin();
                        }

                        var handling = IsEnding ? Task.CompletedTask : _owner!.OnMessageAsync(item.Payload, item.IsBinary);
                        if (!handling.IsCompletedSuccessfully)
                        {
                            return handling;
                        }

                        break;
                    case WebSocketReadStatus.Ping:
                        isReading = TryAnswerPing(item.Payload.Span, ref end);
                        break;
                    case WebSocketReadStatus.Close:
                        AnswerClose(item.CloseCode);
                        isReading = false;
                        break;
                    case WebSocketReadStatus.Error:
                        end = new SessionClose(CloseReason.TransportError, item.Error);
                        FailWith(item.CloseCode);
                        buffer = buffer.Slice(buffer.End);
                        isReading = false;
                        break;
                    default:
                        // An unsolicited pong is allowed and means nothing.
                        break;
                }

                reader.ReleaseMessage();
            }

            return null;
        }
        finally
        {
            batch?.End();
        }
    }

    private bool IsEnding
    {
        get
        {
            lock (Gate)
            {
                return _isCloseSent || _queuedClose is not null;
            }
        }
    }

    private bool TryAnswerPing(ReadOnlySpan<byte> payload, ref SessionClose end)
    {
        lock (Gate)
        {
            if (CanWrite)
            {
                WriteControl(WebSocketOpcode.Pong, payload);
                Flush();
                return true;
            }

            // RFC 6455 5.5.3: of several pings only the last one needs an answer.
            _queuedPong = payload.ToArray();
            if (++_queuedPongs <= (Server.Options.MaxPendingControlFrames ?? int.MaxValue))
            {
                return true;
            }
        }

        end = new SessionClose(CloseReason.TransportError, $"more than {Server.Options.MaxPendingControlFrames} pings wait for an answer ({nameof(EngineIOOptions.MaxPendingControlFrames)})");
        _abort();
        return false;
    }

    private void AnswerClose(ushort code)
    {
        lock (Gate)
        {
            if (CanWrite)
            {
                WriteClose(code);
                Flush();
            }

            _isCloseSent = true;
        }
    }

    private void FailWith(ushort code)
    {
        lock (Gate)
        {
            Close(code, isShutdown: false);
        }
    }

    /// <summary>
    /// After an error the peer still gets the close frame: what it sends meanwhile is thrown away, because closing a socket
    /// with unread bytes would destroy what is under way.
    /// </summary>
    private async ValueTask FinishAsync(SessionClose end)
    {
        if (end.Reason == CloseReason.TransportError)
        {
            _owner!.OnEnded(end);
            Server.Clock.Schedule(this, ShutdownLingerTime, Server.ShortestInterval);
            while (true)
            {
                var result = await _input.ReadAsync();
                _input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted || result.IsCanceled)
                {
                    return;
                }
            }
        }
    }

    private void BoundMessageTime(bool isMessageInProgress)
    {
        if (isMessageInProgress == _isMessageTimed || Server.Options.EffectiveMessageTime == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        lock (Gate)
        {
            if (_isCloseSent || _queuedClose is not null)
            {
                // The entry now bounds the closing handshake.
                return;
            }

            _isMessageTimed = isMessageInProgress;
            if (isMessageInProgress)
            {
                Server.Clock.Schedule(this, Server.Options.EffectiveMessageTime, Server.ShortestInterval);
            }
            else
            {
                Server.Clock.Cancel(this);
            }
        }
    }

    private bool _isMessageTimed;
}
