using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>Writes the answers of a session's polling requests. Immutable; used by one request at a time for bodies.</summary>
internal sealed class PollingWriter
{
    private readonly EngineIOServer _server;
    private readonly WireForm _form;
    private readonly string? _jsonpIndex;

    public PollingWriter(EngineIOServer server, int protocol, in EngineIOQuery query)
    {
        _server = server;
        _form = WireForms.Of(protocol, query.Base64);
        if (query.J is { } j)
        {
            // The handshake's index serves the whole session.
            _jsonpIndex = Jsonp.ReadIndex(j);
        }
    }

    public bool IsJsonp => _jsonpIndex is not null;

    public async Task WriteAsync(HttpContext context, EncodedMessage[] packets, bool isInitial = false)
    {
        var response = context.Response;
        var body = new ArrayBufferWriter<byte>(packets.Sum(static packet => packet.ByteCount));
        var isBinary = PayloadWriter.Write(body, packets, _form);
        if (_jsonpIndex is not null)
        {
            var script = new ArrayBufferWriter<byte>(body.WrittenCount + 32);
            Jsonp.WriteResponse(script, _jsonpIndex, body.WrittenSpan);
            body = script;
            isBinary = false;
        }

        if (_server.Options.HttpCompression is { } compression && body.WrittenCount >= compression.Threshold
            && Array.Exists(packets, static packet => packet.Compress)
            && ContentCoding.Negotiate(context.Request.Headers.AcceptEncoding) is { } coding)
        {
            var compressed = new ArrayBufferWriter<byte>(body.WrittenCount);
            ContentCoding.Compress(body.WrittenSpan, coding, compressed, compression.Level);
            response.Headers.ContentEncoding = coding;
            body = compressed;
        }

        response.ContentType = isBinary ? "application/octet-stream" : "text/plain; charset=UTF-8";
        response.ContentLength = body.WrittenCount;
        WriteCommonHeaders(context, isInitial);
        await response.Body.WriteAsync(body.WrittenMemory);
    }

    public void WriteCommonHeaders(HttpContext context, bool isInitial = false)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        if (UserAgents.NeedsXssProtectionHeader(context.Request.Headers.UserAgent))
        {
            headers.XXSSProtection = "0";
        }

        _server.RaiseHeaders(context, isInitial);
    }
}

internal static class WireForms
{
    public static WireForm Of(int protocol, bool base64) => (protocol, base64) switch
    {
        (3, false) => WireForm.V3,
        (3, true) => WireForm.V3Base64,
        (_, true) => WireForm.V4Base64,
        _ => WireForm.V4,
    };
}
