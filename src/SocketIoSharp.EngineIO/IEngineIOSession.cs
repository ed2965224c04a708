namespace SocketIoSharp.EngineIO;

/// <summary>One client's session, on whatever transport it currently uses. All members may be called from any thread.</summary>
/// <remarks>Node: the engine's <c>Socket</c>.</remarks>
public interface IEngineIOSession
{
    /// <summary>The session id.</summary>
    string Id { get; }

    /// <summary>The protocol revision that the client speaks: 4 or 3.</summary>
    int Protocol { get; }

    /// <summary>What the first request said.</summary>
    /// <remarks>Node: <c>request</c>, <c>remoteAddress</c>.</remarks>
    EngineIOHandshake Handshake { get; }

    /// <summary>Where the session stands in its life.</summary>
    /// <remarks>Node: <c>readyState</c>.</remarks>
    SessionState State { get; }

    /// <summary>The transport in use now.</summary>
    /// <remarks>Node: <c>transport.name</c>.</remarks>
    EngineIOTransportType Transport { get; }

    /// <summary>Whether an upgrade is under way.</summary>
    bool IsUpgrading { get; }

    /// <summary>Whether the session began on polling and has moved to another transport.</summary>
    bool IsUpgraded { get; }

    /// <summary>Whether a message sent now would leave at once rather than wait in the queue.</summary>
    /// <remarks>Node: <c>transport.writable</c>.</remarks>
    bool IsWritable { get; }

    /// <summary>A place for the handler's own state of this session.</summary>
    object? UserState { get; set; }

    /// <summary>Cancelled when the session has ended.</summary>
    CancellationToken Closed { get; }

    /// <summary>Sends a text message.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether the message was taken; a session that is closing or closed takes none.</returns>
    bool TrySendText(string text);

    /// <summary>Sends a text message that is already UTF-8; the bytes are not used after the call.</summary>
    /// <param name="utf8Text">The text.</param>
    /// <returns>Whether the message was taken.</returns>
    bool TrySendText(ReadOnlySpan<byte> utf8Text);

    /// <summary>Sends a binary message; the bytes are not used after the call.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>Whether the message was taken.</returns>
    bool TrySendBinary(ReadOnlySpan<byte> data);

    /// <summary>Sends a message that was encoded before, for one or for many sessions.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether the message was taken.</returns>
    bool TrySend(EncodedMessage message);

    /// <summary>Waits until nothing is queued for this client any more.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the session can be written to; <see langword="false"/> when it has ended.</returns>
    Task<bool> WhenWritableAsync(CancellationToken cancellationToken = default);

    /// <summary>Closes the session after what is queued has been sent.</summary>
    void Close();

    /// <summary>Closes the session.</summary>
    /// <param name="discard">Whether queued messages and the polite goodbye to a polling client are skipped.</param>
    void Close(bool discard);
}

/// <summary>The life of a session.</summary>
public enum SessionState
{
    /// <summary>The handshake is being answered.</summary>
    Opening = 0,

    /// <summary>Messages flow.</summary>
    Open = 1,

    /// <summary>The server has closed the session; the client has yet to be told.</summary>
    Closing = 2,

    /// <summary>The session has ended.</summary>
    Closed = 3,
}
