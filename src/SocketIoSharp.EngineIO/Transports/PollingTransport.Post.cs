using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>The incoming half of polling: one POST at a time, read within its bounds, then worked through packet by packet.</summary>
internal sealed partial class PollingTransport
{
    private const string OctetStream = "application/octet-stream";
    private static readonly byte[] s_ok = "ok"u8.ToArray();

    /// <summary>Serves one POST; false when the session is not on this transport any more.</summary>
    public async Task<bool> TryHandlePostAsync(HttpContext context)
    {
        var isOctetStream = string.Equals(context.Request.ContentType, OctetStream, StringComparison.Ordinal);
        var post = new Post(this, context);
        switch (BeginPost(post, isOctetStream))
        {
            case Admission.Gone:
                return false;
            case Admission.Refused:
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return true;
        }

        var body = context.Request.BodyReader;
        try
        {
            var buffer = await ReadBodyAsync(post, body);
            if (buffer is null)
            {
                return true;
            }

            await WorkThroughAsync(buffer.Value, isOctetStream);
            body.AdvanceTo(buffer.Value.End);
        }
        finally
        {
            EndPost();
        }

        // text/html keeps some browsers from offering the answer as a download.
        var response = context.Response;
        response.ContentType = "text/html";
        response.ContentLength = s_ok.Length;
        _writer.WriteCommonHeaders(context);
        await response.Body.WriteAsync(s_ok);
        return true;
    }

    private Admission BeginPost(Post post, bool isOctetStream)
    {
        lock (_session.Gate)
        {
            if (IsGone)
            {
                return Admission.Gone;
            }

            if (_isPosting || (isOctetStream && _session.Protocol == 4))
            {
                _session.CloseLocked(new SessionClose(CloseReason.TransportError, _isPosting ? "data request overlap from client" : "invalid content"));
                return Admission.Refused;
            }

            _isPosting = true;
            _readingPost = post;
            return Admission.Served;
        }
    }

    /// <summary>The next POST may come from here on: the client sends it as soon as it has the answer to this one.</summary>
    private void EndPost()
    {
        lock (_session.Gate)
        {
            _isPosting = false;
            _readingPost = null;
            _postEnded?.TrySetResult();
        }
    }

    /// <summary>Reads the whole body; null when the request has been answered with 413 or is lost.</summary>
    private async ValueTask<ReadOnlySequence<byte>?> ReadBodyAsync(Post post, PipeReader body)
    {
        var limit = _session.Server.Options.MaxHttpBufferSize;
        RequestLimits.AllowSlowBody(post.Context);
        try
        {
            while (true)
            {
                var result = await body.ReadAsync();
                var buffer = result.Buffer;
                if (buffer.Length > limit)
                {
                    // The session stays alive, the body is dropped.
                    _session.Server.Metrics.RequestRejected("PAYLOAD_TOO_LARGE");
                    Log.BodyTooLarge(_session.Server.Logger, _session.Id, limit, nameof(EngineIOOptions.MaxHttpBufferSize));
                    body.AdvanceTo(buffer.End);
                    post.Context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                    return null;
                }

                if (result.IsCompleted && !result.IsCanceled)
                {
                    if (TryEndReading(post))
                    {
                        return buffer;
                    }

                    body.AdvanceTo(buffer.End);
                    return null;
                }

                body.AdvanceTo(buffer.Start, buffer.End);
                post.BoundTime();
            }
        }
        catch (Exception exception) when (ConnectionLoss.IsOne(exception))
        {
            // One that was cut off from our side (at the end of an upgrade) says nothing about the session.
            if (TryEndReading(post))
            {
                _session.Close(new SessionClose(CloseReason.TransportError, "data request connection closed prematurely"));
            }

            post.Context.Abort();
            return null;
        }
        finally
        {
            _session.Server.Clock.Cancel(post);
        }
    }

    /// <summary>The body is there, or lost; false when it has been cut off meanwhile.</summary>
    private bool TryEndReading(Post post)
    {
        lock (_session.Gate)
        {
            var isReading = _readingPost == post;
            _readingPost = null;
            return isReading;
        }
    }

    private async Task WorkThroughAsync(ReadOnlySequence<byte> body, bool isOctetStream)
    {
        if (body.IsSingleSegment)
        {
            await WorkThroughAsync(body.First, isOctetStream);
            return;
        }

        var length = (int)body.Length;
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, length));
        try
        {
            body.CopyTo(rented);
            await WorkThroughAsync(rented.AsMemory(0, length), isOctetStream);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private Task WorkThroughAsync(ReadOnlyMemory<byte> body, bool isOctetStream)
    {
        if (_writer.IsJsonp)
        {
            var payload = new ArrayBufferWriter<byte>(Math.Max(1, body.Length));
            if (!Jsonp.TryReadBody(body.Span, payload))
            {
                // A form without the field is ignored.
                return Task.CompletedTask;
            }

            body = payload.WrittenMemory;
        }

        return DispatchAsync(new PayloadReader(body, _session.Protocol, isOctetStream));
    }

    private async Task DispatchAsync(PayloadReader reader)
    {
        while (DispatchWhileQuickAsync(ref reader) is { } handling)
        {
            await handling;
        }
    }

    /// <summary>Works through packets until one keeps the application busy (its task is returned) or none is left (null).</summary>
    private Task? DispatchWhileQuickAsync(ref PayloadReader reader)
    {
        var batch = FlushBatch.Begin();
        try
        {
            while (true)
            {
                switch (reader.Read(out var packet))
                {
                    case PayloadReadResult.End:
                        return null;
                    case PayloadReadResult.Invalid:
                        EndedByParseError();
                        return null;
                    case PayloadReadResult.Packet when packet.Type == PacketType.Close:
                        ClosedByPeer();
                        return null;
                    default:
                        var handling = _session.OnPacketAsync(packet);
                        if (!handling.IsCompletedSuccessfully)
                        {
                            return handling;
                        }

                        break;
                }
            }
        }
        finally
        {
            batch.End();
        }
    }

    private void EndedByParseError()
    {
        lock (_session.Gate)
        {
            // A session that closes and waits for its last poll takes no packets any more, whatever they are: that poll is told of the close.
            if (_session.State != SessionState.Closing)
            {
                _session.CloseLocked(new SessionClose(CloseReason.ParseError));
            }
        }
    }

    private void ClosedByPeer()
    {
        lock (_session.Gate)
        {
            // The waiting poll of a client that says goodbye ends with a noop.
            // Where a WebSocket has taken over meanwhile, that one is closed as usual.
            _session.CloseLocked(new SessionClose(CloseReason.TransportClose), _session.CurrentTransport == this ? EndKind.PeerClosed : EndKind.Close);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A request body of session {Sid} was dropped: it is larger than {Bound} bytes ({Option}).", EventName = nameof(BodyTooLarge))]
        public static partial void BodyTooLarge(ILogger logger, string sid, long bound, string option);
    }

    /// <summary>One POST. As an entry of the clock it cuts off a body that takes too long.</summary>
    private sealed class Post(PollingTransport transport, HttpContext context) : ClockEntry
    {
        private bool _isTimed;

        public HttpContext Context => context;

        public void BoundTime()
        {
            var server = transport._session.Server;
            if (!_isTimed && server.Options.EffectiveMessageTime != Timeout.InfiniteTimeSpan)
            {
                _isTimed = true;
                server.Clock.Schedule(this, server.Options.EffectiveMessageTime, server.ShortestInterval);
            }
        }

        protected internal override void OnDue()
        {
            lock (transport._session.Gate)
            {
                // A deadline may come just after the body; the context may serve the next request by then.
                if (transport._readingPost == this)
                {
                    transport._session.CloseLocked(new SessionClose(CloseReason.TransportError, $"a request body took longer than {nameof(EngineIOOptions.MaxMessageTime)}"));
                }
            }
        }
    }
}
