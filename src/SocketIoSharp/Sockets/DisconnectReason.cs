using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Why a client has left a namespace. The list is closed; the text is that of the Node server.</summary>
public sealed class DisconnectReason
{
    private DisconnectReason(string text, bool isRecoverable, string? details = null)
    {
        Text = text;
        IsRecoverable = isRecoverable;
        Details = details;
    }

    /// <summary>The client closed its connection, or it was lost.</summary>
    public static DisconnectReason TransportClose { get; } = new("transport close", isRecoverable: true);

    /// <summary>The client broke a rule of the transport, or a request was cut off.</summary>
    public static DisconnectReason TransportError { get; } = new("transport error", isRecoverable: true);

    /// <summary>The client did not answer a ping in time.</summary>
    public static DisconnectReason PingTimeout { get; } = new("ping timeout", isRecoverable: true);

    /// <summary>The client sent an Engine.IO packet that cannot be decoded.</summary>
    public static DisconnectReason ParseError { get; } = new("parse error", isRecoverable: false);

    /// <summary>The server closed the connection at once, for instance because of a packet that is not allowed.</summary>
    public static DisconnectReason ForcedClose { get; } = new("forced close", isRecoverable: true);

    /// <summary>The server closed the connection of a polling client that had no request open.</summary>
    public static DisconnectReason ForcedServerClose { get; } = new("forced server close", isRecoverable: true);

    /// <summary>The server took the client out of the namespace.</summary>
    public static DisconnectReason ServerNamespaceDisconnect { get; } = new("server namespace disconnect", isRecoverable: false);

    /// <summary>The client left the namespace.</summary>
    public static DisconnectReason ClientNamespaceDisconnect { get; } = new("client namespace disconnect", isRecoverable: false);

    /// <summary>The application stops.</summary>
    public static DisconnectReason ServerShuttingDown { get; } = new("server shutting down", isRecoverable: true);

    /// <summary>The reason in the words of the Node server.</summary>
    public string Text { get; }

    /// <summary>What exactly happened, where the reason alone does not tell; for logs and developers.</summary>
    /// <remarks>Node: the second argument of <c>disconnect</c>.</remarks>
    public string? Details { get; }

    /// <summary>Whether the client may come back to its session when connection state recovery is on.</summary>
    public bool IsRecoverable { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The reason for the sockets of a session that has ended.</summary>
    internal static DisconnectReason Of(SessionClose close)
    {
        var reason = close.Reason switch
        {
            CloseReason.TransportClose => TransportClose,
            CloseReason.TransportError => TransportError,
            CloseReason.PingTimeout => PingTimeout,
            CloseReason.ParseError => ParseError,
            _ => ForcedClose,
        };
        return close.Details is null ? reason : new DisconnectReason(reason.Text, reason.IsRecoverable, close.Details);
    }

    /// <summary>Whether the other value means the same reason, whatever the details.</summary>
    /// <param name="other">The other value.</param>
    public bool Is(DisconnectReason other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);
}
