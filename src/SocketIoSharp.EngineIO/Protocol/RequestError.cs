using System.Buffers;
using System.Globalization;

namespace SocketIoSharp.EngineIO;

/// <summary>The numbered errors that a request can be refused with, their texts and their HTTP status.</summary>
internal sealed class RequestError
{
    public static readonly RequestError UnknownTransport = new(0, "Transport unknown");
    public static readonly RequestError UnknownSid = new(1, "Session ID unknown");
    public static readonly RequestError BadHandshakeMethod = new(2, "Bad handshake method");
    public static readonly RequestError BadRequest = new(3, "Bad request");
    public static readonly RequestError Forbidden = new(4, "Forbidden", statusCode: 403);
    public static readonly RequestError UnsupportedProtocolVersion = new(5, "Unsupported protocol version");

    private RequestError(int code, string message, int statusCode = 400)
    {
        Code = code;
        Message = message;
        StatusCode = statusCode;
    }

    public int Code { get; }

    public string Message { get; }

    public int StatusCode { get; }

    /// <summary>Writes <c>{"code":N,"message":"..."}</c>; an empty custom message counts as none.</summary>
    public static void WriteJson(IBufferWriter<byte> output, RequestError error, string? customMessage)
    {
        output.Write("{\"code\":"u8);
        _ = error.Code.TryFormat(output.GetSpan(11), out var written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
        output.Write(",\"message\":"u8);
        JsonString.Write(output, string.IsNullOrEmpty(customMessage) ? error.Message : customMessage);
        output.Write("}"u8);
    }
}
