namespace SocketIoSharp.EngineIO;

/// <summary>Why a session ended. The list is closed.</summary>
public enum CloseReason
{
    /// <summary>The client closed the connection, or it was lost. Node: <c>transport close</c>.</summary>
    TransportClose = 0,

    /// <summary>The client broke a rule of the transport, or a request was cut off. Node: <c>transport error</c>.</summary>
    TransportError = 1,

    /// <summary>The client did not answer a ping in time. Node: <c>ping timeout</c>.</summary>
    PingTimeout = 2,

    /// <summary>The client sent a packet that cannot be decoded. Node: <c>parse error</c>.</summary>
    ParseError = 3,

    /// <summary>The server closed the session. Node: <c>forced close</c>.</summary>
    ForcedClose = 4,
}

/// <summary>The end of a session: the reason, and what exactly happened where the reason alone does not tell.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Details">What happened, for logs and developers.</param>
public readonly record struct SessionClose(CloseReason Reason, string? Details = null)
{
    /// <summary>The reason in the words of the Node server.</summary>
    public string ReasonText => Reason switch
    {
        CloseReason.TransportClose => "transport close",
        CloseReason.TransportError => "transport error",
        CloseReason.PingTimeout => "ping timeout",
        CloseReason.ParseError => "parse error",
        _ => "forced close",
    };
}
