using System.Buffers;

namespace SocketIoSharp.EngineIO;

/// <summary>The read loop: works through every whole frame in the buffer, then waits for more.</summary>
internal sealed partial class PipeWebSocket
{
    private bool _hasCompletedMessage;

    public override async Task RunAsync(IWebSocketOwner owner)
    {
        TakeOwner(owner);
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
                    BoundMessageTime(isInProgress: false, isNew: true);
                    await handling;
                    reader.ReleaseMessage();
                }

                _input.AdvanceTo(rest.Start, rest.End);
                BoundMessageTime(reader.MessageInProgress, _hasCompletedMessage);
                _hasCompletedMessage = false;
                isReading &= !result.IsCompleted && !result.IsCanceled;
            }

            await FinishAsync(end);
        }
        catch (Exception exception) when (ConnectionLoss.IsOne(exception))
        {
            // The peer is gone; how exactly makes no difference.
        }
        catch (Exception exception)
        {
            Log.ReadLoopFailed(Server.Logger, exception);
        }
        finally
        {
            ReleaseRequest();
            lock (Gate)
            {
                _isOver = true;
            }

            owner.OnEnded(end);
            if (_ownsPipes)
            {
                await CompletePipesAsync();
            }
        }
    }

    private async ValueTask CompletePipesAsync()
    {
        try
        {
            await _input.CompleteAsync();
            await _output.CompleteAsync();
        }
        catch (Exception exception) when (ConnectionLoss.IsOne(exception))
        {
            // What could not be sent is lost with the connection.
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
                        _hasCompletedMessage = true;
                        if (buffer.IsEmpty)
                        {
                            FlushBatch.Pause();
                        }
                        else
                        {
                            batch = FlushBatch.Begin();
                        }

                        var handling = _isClosing ? Task.CompletedTask : Owner!.OnMessageAsync(item.Payload, item.IsBinary);
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

    private bool TryAnswerPing(ReadOnlySpan<byte> payload, ref SessionClose end)
    {
        var most = Server.Options.MaxPendingControlFrames;
        lock (Gate)
        {
            if (CanWrite)
            {
                WriteControl(WebSocketOpcode.Pong, payload);
                Flush();
                return true;
            }

            if (_isClosing && _queuedClose is null)
            {
                // Nothing follows a close frame.
                return true;
            }

            // RFC 6455 5.5.3: of several pings only the last one needs an answer.
            _queuedPong = payload.ToArray();
            if (++_queuedPongs <= (most ?? int.MaxValue))
            {
                return true;
            }

            AbortLocked();
        }

        end = new SessionClose(CloseReason.TransportError, $"more than {most} pings wait for an answer ({nameof(EngineIOOptions.MaxPendingControlFrames)})");
        return false;
    }

    private void AnswerClose(ushort code)
    {
        lock (Gate)
        {
            if (!_isClosing)
            {
                SayGoodbye(code);
            }

        }
    }

    /// <summary>The end of the flush that is pending, which the peer may hold up for a while only; null when none is.</summary>
    private Task? WhenFlushedAsync()
    {
        lock (Gate)
        {
            if (!_isFlushPending)
            {
                return null;
            }

            _flushed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            LingerLocked(isShort: true);
            return _flushed.Task;
        }
    }

    private void FailWith(ushort code)
    {
        lock (Gate)
        {
            Close(code, isShutdown: true);
        }
    }

    /// <summary>
    /// Lets the close frame reach the peer. After an error, what the peer sends meanwhile is thrown away: closing a socket with
    /// unread bytes would destroy what is under way.
    /// </summary>
    private async ValueTask FinishAsync(SessionClose end)
    {
        if (WhenFlushedAsync() is { } flushed)
        {
            await flushed;
        }
        else if (end.Reason == CloseReason.TransportError)
        {
            Owner!.OnEnded(end);
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

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Error, "Writing to a WebSocket connection failed.", EventName = nameof(WritingFailed))]
        public static partial void WritingFailed(ILogger logger, Exception exception);

        [LoggerMessage(1, LogLevel.Error, "The read loop of a WebSocket connection failed.", EventName = nameof(ReadLoopFailed))]
        public static partial void ReadLoopFailed(ILogger logger, Exception exception);
    }
}
