using System.Diagnostics;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Waits for the answer of one client. Ends once: by the answer, the deadline, the caller's token, or the client's leaving.</summary>
internal sealed class PendingAnswer<T>(ServerSocket socket, long id) : ClockEntry, IPendingAck
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _startTimestamp = socket.Server.Clock.Time.GetTimestamp();
    private TimeSpan? _timeout;
    private CancellationTokenRegistration _registration;

    public Task<T> Task => _result.Task;

    public void Start(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (timeout is { } delay)
        {
            _timeout = delay;
            socket.Server.Clock.Schedule(this, delay, delay);
        }

        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((PendingAnswer<T>)state!).OnCanceled(token),
                this);
        }

        // Whoever ends the wait sets the result before it looks for what there is to undo.
        Interlocked.MemoryBarrier();
        if (_result.Task.IsCompleted)
        {
            End();
        }
    }

    public void OnAnswer(ServerSocket answering, in SocketIOPacket packet)
    {
        RecordDuration(null);
        try
        {
            _result.TrySetResult(Read(packet));
        }
        catch (Exception exception)
        {
            // A converter of the application may throw anything; it is the caller's affair, not the reader's.
            _result.TrySetException(exception);
        }

        End();
    }

    public void OnGone(ServerSocket leaving)
    {
        RecordDuration("disconnected");
        _result.TrySetException(socket.CreateGone());
        End();
    }

    protected internal override void OnDue()
    {
        if (socket.TryRemoveAck(id))
        {
            RecordDuration("timeout");
            _result.TrySetException(new AckTimeoutException(
                $"operation has timed out: socket {socket.Id} did not answer within {_timeout.GetValueOrDefault().TotalMilliseconds:0} ms."));
            End();
        }
    }

    private void OnCanceled(CancellationToken token)
    {
        if (socket.TryRemoveAck(id))
        {
            _result.TrySetCanceled(token);
            End();
        }
    }

    private void End()
    {
        if (_timeout is not null)
        {
            socket.Server.Clock.Cancel(this);
        }

        _registration.Unregister();
    }

    private void RecordDuration(string? errorType)
        => socket.Server.Metrics.AckReceived(socket.OwnNamespace.MetricsName, socket.Server.Clock.Time.GetElapsedTime(_startTimestamp), errorType);

    private T Read(in SocketIOPacket packet)
    {
        if (typeof(T) == typeof(EventArguments))
        {
            return (T)(object)EventArguments.Split(packet.Json.ToArray(), packet.Attachments, socket.Serializer);
        }

        return FirstArgument.TryFind(packet.Json.Span, out var json)
            ? FirstArgument.Read<T>(json, packet.Attachments, socket.Serializer)
            : ArgumentReader.Missing<T>(0);
    }
}
