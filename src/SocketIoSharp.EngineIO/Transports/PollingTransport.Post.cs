using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>The incoming half of polling: one POST at a time, read within its bounds, then worked through packet by packet.</summary>
internal sealed partial class PollingTransport
{
    private const string OctetStream = "application/octet-stream";
    private static readonly byte[] s_ok = "ok"u8.ToArray();

    /// <summary>Serves one POST.</summary>
    public async Task HandlePostAsync(HttpContext context)
    {
        var isOctetStream = string.Equals(context.Request.ContentType, OctetStream, StringComparison.Ordinal);
        if (!TryBeginPost(context, isOctetStream))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var body = context.Request.BodyReader;
        try
        {
            var buffer = await ReadBodyAsync(context, body);
            if (buffer is null)
            {
                return;
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
    }

    private bool TryBeginPost(HttpContext context, bool isOctetStream)
    {
        lock (_session.Gate)
        {
            if (_isPosting)
            {
                _session.CloseLocked(new SessionClose(CloseReason.TransportError, "data request overlap from client"));
                return false;
            }

            if (_session.State == SessionState.Closed || _session.CurrentTransport != this)
            {
                return false;
            }

            if (isOctetStream && _session.Protocol == 4)
            {
                _session.CloseLocked(new SessionClose(CloseReason.TransportError, "invalid content"));
                return false;
            }

            _isPosting = true;
            _readingPost = context;
            return true;
        }
    }

    /// <summary>The next POST may come from here on: the client sends it as soon as it has the answer to this one.</summary>
    private void EndPost()
    {
        lock (_session.Gate)
        {
            _isPosting = false;
            _readingPost = null;
            _postWorkedOff?.TrySetResult();
        }
    }

    /// <summary>Reads the whole body; null when the request has been answered with 413 or is lost.</summary>
    private async ValueTask<ReadOnlySequence<byte>?> ReadBodyAsync(HttpContext context, PipeReader body)
    {
        var limit = _session.Server.Options.MaxHttpBufferSize;
        RequestLimits.AllowSlowBody(context);
        PostDeadline? deadline = null;
        try
        {
            while (true)
            {
                var result = await body.ReadAsync();
                var buffer = result.Buffer;
                if (buffer.Length > limit)
                {
                    // PROTOCOL 1.5: the session stays alive, the body is dropped.
                    body.AdvanceTo(buffer.End);
                    context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                    return null;
                }

                if (result.IsCompleted && !result.IsCanceled)
                {
                    if (TryEndReading(context))
                    {
                        return buffer;
                    }

                    body.AdvanceTo(buffer.End);
                    return null;
                }

                body.AdvanceTo(buffer.Start, buffer.End);
                deadline ??= PostDeadline.Start(_session, context);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException or ObjectDisposedException)
        {
            OnPostLost(context);
            context.Abort();
            return null;
        }
        finally
        {
            deadline?.Stop();
        }
    }

    /// <summary>The body is there; false when it was cut off from our side at the last moment.</summary>
    private bool TryEndReading(HttpContext context)
    {
        lock (_session.Gate)
        {
            var isOurs = _readingPost == context;
            _readingPost = null;
            return isOurs;
        }
    }

    private void OnPostLost(HttpContext context)
    {
        lock (_session.Gate)
        {
            // One that was cut off from our side (at the end of an upgrade) says nothing about the session.
            if (_readingPost == context)
            {
                _session.CloseLocked(new SessionClose(CloseReason.TransportError, "data request connection closed prematurely"));
            }
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
                // PROTOCOL 2.5: a form without the field is ignored.
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
                        _session.Close(new SessionClose(CloseReason.ParseError));
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

    private void ClosedByPeer()
    {
        lock (_session.Gate)
        {
            // PROTOCOL 1.5: the waiting poll of a client that says goodbye ends with a noop.
            _session.CloseLocked(new SessionClose(CloseReason.TransportClose), EndKind.PeerClosed);
        }
    }

    /// <summary>Cuts off a body that takes too long.</summary>
    private sealed class PostDeadline(EngineIOSession session, HttpContext context) : ClockEntry
    {
        public static PostDeadline? Start(EngineIOSession session, HttpContext context)
        {
            var limit = session.Server.Options.EffectiveMessageTime;
            if (limit == Timeout.InfiniteTimeSpan)
            {
                return null;
            }

            var deadline = new PostDeadline(session, context);
            session.Server.Clock.Schedule(deadline, limit, session.Server.ShortestInterval);
            return deadline;
        }

        public void Stop() => session.Server.Clock.Cancel(this);

        protected internal override void OnDue()
        {
            session.Close(new SessionClose(CloseReason.TransportError, $"a request body took longer than {nameof(EngineIOOptions.MaxMessageTime)}"));
            context.Abort();
        }
    }
}
