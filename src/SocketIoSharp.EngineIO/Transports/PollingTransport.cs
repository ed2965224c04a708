using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// HTTP long-polling: a GET takes everything that is queued, or waits for it; a POST brings packets. At most one of each at a
/// time. Its state is guarded by the session's lock.
/// </summary>
internal sealed partial class PollingTransport : EngineIOTransport
{
    // How long a closed session waits for the poll that will be told so.
    private static readonly TimeSpan s_parkedCloseTimeout = TimeSpan.FromSeconds(30);

    private readonly EngineIOSession _session;
    private readonly PollingWriter _writer;
    private TaskCompletionSource<EncodedMessage[]>? _waiting;
    private int _writing;
    private Post? _readingPost;
    private bool _isPosting;
    private TaskCompletionSource? _postEnded;
    private ParkedClose? _parkedClose;

    public PollingTransport(EngineIOSession session, in EngineIOQuery query)
    {
        _session = session;
        _writer = new PollingWriter(session.Server, session.Protocol, query);
    }

    public override EngineIOTransportType Type => EngineIOTransportType.Polling;

    // While one response is being written, the next poll waits: what it carries must not overtake.
    public override bool IsReady => _waiting is not null && _writing == 0;

    /// <summary>Answers the handshake: the open packet, and the initial one where the options have it.</summary>
    public Task AnswerHandshakeAsync(HttpContext context, EncodedMessage[] packets) => _writer.WriteAsync(context, packets, isInitial: true);

    /// <summary>Serves one GET until it is answered; false when the session is not on this transport any more.</summary>
    [SuppressMessage("Usage", "VSTHRD103", Justification = "The task is known to be complete.")]
    public async Task<bool> TryHandleGetAsync(HttpContext context)
    {
        var waiter = new TaskCompletionSource<EncodedMessage[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        switch (AddPoll(waiter))
        {
            case Admission.Gone:
                return false;
            case Admission.Refused:
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return true;
        }

        if (!waiter.Task.IsCompleted)
        {
            RequestLimits.AllowLongWait(context);
            var aborted = new AbortedPoll(this, waiter);
            await using (context.RequestAborted.UnsafeRegister(static state => ((AbortedPoll)state!).OnAborted(), aborted))
            {
                await waiter.Task;
            }
        }

        var packets = waiter.Task.Result;
        if (packets.Length == 0)
        {
            // The client has gone.
            return true;
        }

        try
        {
            await _writer.WriteAsync(context, packets);
        }
        finally
        {
            lock (_session.Gate)
            {
                if (--_writing == 0)
                {
                    _session.OnPollsWrittenLocked();
                }
            }
        }

        return true;
    }

    public override void Flush(ref SessionOutbox outbox)
    {
        if (!IsReady)
        {
            return;
        }

        if (!outbox.IsEmpty)
        {
            Answer(outbox.TakeAll());
        }
        else if (_parkedClose is not null)
        {
            // A poll that comes after the close learns of it behind a noop.
            Answer(EncodedMessage.Noop, EncodedMessage.Close);
            EndParkedClose();
        }
    }

    /// <summary>Makes a waiting client poll again, so that it can stop polling.</summary>
    public void AnswerNoop()
    {
        if (IsReady)
        {
            Answer(EncodedMessage.Noop);
        }
    }

    /// <summary>The session is closed and nobody polls: the next poll is told, or the session ends without it.</summary>
    public void ParkClose()
    {
        if (_parkedClose is null)
        {
            _parkedClose = new ParkedClose(_session);
            _session.Server.Clock.Schedule(_parkedClose, s_parkedCloseTimeout, _session.Server.ShortestInterval);
        }
    }

    /// <summary>A WebSocket has taken over.</summary>
    /// <param name="postEnded">Ends with the work on the last POST's packets.</param>
    /// <returns>Whether a response is still being written.</returns>
    public bool Discard(out Task postEnded)
    {
        // A poll that still waits ends with a close packet; a POST that is still being read is cut off.
        var wasWriting = _writing > 0;
        CancelParkedClose();
        _waiting?.TrySetResult([EncodedMessage.Close]);
        if (_waiting is not null)
        {
            _writing++;
            _waiting = null;
        }

        AbortPost();
        postEnded = _isPosting
            ? (_postEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
            : Task.CompletedTask;
        return wasWriting;
    }

    public override void End(EndKind kind)
    {
        CancelParkedClose();
        if (_waiting is not null)
        {
            Answer(kind == EndKind.PeerClosed ? EncodedMessage.Noop : EncodedMessage.Close);
        }

        AbortPost();
    }

    // Guarded by the session's lock.
    private bool IsGone => _session.State == SessionState.Closed || _session.CurrentTransport != this;

    private Admission AddPoll(TaskCompletionSource<EncodedMessage[]> waiter)
    {
        lock (_session.Gate)
        {
            if (IsGone)
            {
                return Admission.Gone;
            }

            if (_waiting is not null)
            {
                _session.CloseLocked(new SessionClose(CloseReason.TransportError, "overlap from client"));
                return Admission.Refused;
            }

            _waiting = waiter;
            _session.FlushLocked();
            return Admission.Served;
        }
    }

    private void Answer(params EncodedMessage[] packets)
    {
        var waiter = _waiting!;
        _waiting = null;
        _writing++;
        waiter.TrySetResult(packets);
    }

    private void AbortPost()
    {
        _readingPost?.Context.Abort();
        _readingPost = null;
    }

    private void CancelParkedClose()
    {
        if (_parkedClose is { } parked)
        {
            _parkedClose = null;
            _session.Server.Clock.Cancel(parked);
        }
    }

    private void EndParkedClose()
    {
        CancelParkedClose();
        _session.CloseLocked(new SessionClose(CloseReason.ForcedClose));
    }

    private enum Admission
    {
        Served,
        Refused,
        Gone,
    }

    private sealed class ParkedClose(EngineIOSession session) : ClockEntry
    {
        protected internal override void OnDue() => session.Close(new SessionClose(CloseReason.ForcedClose));
    }

    private sealed class AbortedPoll(PollingTransport transport, TaskCompletionSource<EncodedMessage[]> waiter)
    {
        public void OnAborted()
        {
            lock (transport._session.Gate)
            {
                if (transport._waiting != waiter)
                {
                    return;
                }

                transport._waiting = null;
                waiter.TrySetResult([]);
                transport._session.CloseLocked(new SessionClose(CloseReason.TransportError, "poll connection closed prematurely"));
            }
        }
    }
}
