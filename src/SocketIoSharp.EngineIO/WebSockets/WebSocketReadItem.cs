namespace SocketIoSharp.EngineIO;

/// <summary>Bounds of the incoming side of one connection.</summary>
/// <param name="MaxMessageBytes">The size of a whole message, counted before and after inflating.</param>
/// <param name="MaxFramesPerMessage">The number of frames, empty ones included, that may make up one message.</param>
internal sealed record WebSocketLimits(long MaxMessageBytes, int MaxFramesPerMessage);

internal enum WebSocketReadStatus
{
    NeedMore,
    Message,
    Ping,
    Pong,
    Close,
    Error,
}

/// <summary>What <see cref="WebSocketMessageReader.Read"/> took off the wire. Valid until the next read or <see cref="WebSocketMessageReader.ReleaseMessage"/>.</summary>
internal readonly struct WebSocketReadItem
{
    /// <summary>The message, the bytes of a ping or pong, or the reason of a close (UTF-8, without its code).</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    public bool IsBinary { get; init; }

    /// <summary>Of a close, the code received (1005 when it had none); of an error, the code to close with.</summary>
    public ushort CloseCode { get; init; }

    /// <summary>Of an error, what was wrong, for the log.</summary>
    public string? Error { get; init; }
}

/// <summary>The close codes of RFC 6455 section 7.4.1 that the engine itself has a use for.</summary>
internal static class WebSocketCloseCode
{
    public const ushort ProtocolError = 1002;
    public const ushort NoStatusReceived = 1005;
    public const ushort InvalidPayload = 1007;
    public const ushort PolicyViolation = 1008;
    public const ushort MessageTooBig = 1009;

    /// <summary>Whether a peer may send this code: those that are reserved for local use never travel.</summary>
    public static bool MayBeReceived(ushort code) => code switch
    {
        1004 or 1005 or 1006 => false,
        >= 1000 and <= 1014 => true,
        >= 3000 and <= 4999 => true,
        _ => false,
    };
}
