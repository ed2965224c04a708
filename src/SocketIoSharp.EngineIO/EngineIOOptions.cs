using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>The settings of one Engine.IO server. The defaults are those of the Node server, but for the limits that it does not have.</summary>
public class EngineIOOptions
{
    /// <summary>How long a client may take to answer a ping before its session is closed.</summary>
    /// <remarks>Node: <c>pingTimeout</c>.</remarks>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the server waits between two pings (protocol 3: a part of the silence that a client may keep).</summary>
    /// <remarks>Node: <c>pingInterval</c>.</remarks>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long an upgrade from polling to WebSocket may take.</summary>
    /// <remarks>Node: <c>upgradeTimeout</c>.</remarks>
    public TimeSpan UpgradeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest request body or WebSocket message, in bytes after decompression; sent to clients as <c>maxPayload</c>.</summary>
    /// <remarks>Node: <c>maxHttpBufferSize</c>.</remarks>
    public long MaxHttpBufferSize { get; set; } = 1_000_000;

    /// <summary>Decides whether a handshake is accepted; the text of a refusal is sent to the client.</summary>
    /// <remarks>Node: <c>allowRequest</c>.</remarks>
    public Func<HttpContext, Task<HandshakeDecision>>? AllowRequest { get; set; }

    /// <summary>The transports that clients may use.</summary>
    /// <remarks>Node: <c>transports</c>.</remarks>
    [SuppressMessage("Usage", "CA2227", Justification = "Options are replaced as a whole by collection expressions.")]
    public IList<EngineIOTransportType> Transports { get; set; } = [EngineIOTransportType.Polling, EngineIOTransportType.WebSocket];

    /// <summary>Whether polling clients are told that they may upgrade.</summary>
    /// <remarks>Node: <c>allowUpgrades</c>. As there, a client that upgrades without being told to is not refused.</remarks>
    public bool AllowUpgrades { get; set; } = true;

    /// <summary>Compression of WebSocket messages; <see langword="null"/> (the default) turns it off.</summary>
    /// <remarks>Node: <c>perMessageDeflate</c>.</remarks>
    public PerMessageDeflateOptions? PerMessageDeflate { get; set; }

    /// <summary>Compression of long-polling responses; <see langword="null"/> turns it off.</summary>
    /// <remarks>Node: <c>httpCompression</c>.</remarks>
    public HttpCompressionOptions? HttpCompression { get; set; } = new();

    /// <summary>Which implementation speaks the WebSocket framing.</summary>
    /// <remarks>Node: <c>wsEngine</c>.</remarks>
    public WebSocketEngine WebSocketEngine { get; set; }

    /// <summary>A message that every client receives together with its handshake.</summary>
    /// <remarks>Node: <c>initialPacket</c>.</remarks>
    public EncodedMessage? InitialPacket { get; set; }

    /// <summary>The cookie that carries the session id, sent with the polling handshake; <see langword="null"/> (the default) sends none.</summary>
    /// <remarks>Node: <c>cookie</c>; <see cref="EngineIOCookie.CreateDefault"/> is Node's <c>cookie: true</c>.</remarks>
    public CookieBuilder? Cookie { get; set; }

    /// <summary>Cross-origin headers in the shape of the Node option; cannot be used together with CORS policies on the endpoint.</summary>
    /// <remarks>Node: <c>cors</c> (object).</remarks>
    public EngineIOCorsOptions? Cors { get; set; }

    /// <summary>Chooses the cross-origin headers for each request.</summary>
    /// <remarks>Node: <c>cors</c> (function).</remarks>
    public Func<HttpContext, ValueTask<EngineIOCorsOptions?>>? CorsDelegate { get; set; }

    /// <summary>Whether clients of protocol 3 (Socket.IO 2) are accepted.</summary>
    /// <remarks>Node: <c>allowEIO3</c>.</remarks>
    public bool AllowEIO3 { get; set; }

    /// <summary>Whether the path must be followed by a slash. Without it, any path that begins with the server's is the server's.</summary>
    /// <remarks>Node: <c>addTrailingSlash</c>.</remarks>
    public bool AddTrailingSlash { get; set; } = true;

    /// <summary>Makes the id of a new session; the default takes 120 random bits from a cryptographic generator.</summary>
    /// <remarks>Node: <c>engine.generateId</c>.</remarks>
    public Func<HttpContext, Task<string>>? GenerateId { get; set; }

    /// <summary>
    /// The origins whose pages may connect, the application's own included; others get 403 on every transport.
    /// <see langword="null"/> (the default) allows all.
    /// </summary>
    [SuppressMessage("Usage", "CA2227", Justification = "Options are replaced as a whole by collection expressions.")]
    public IList<string>? AllowedOrigins { get; set; }

    /// <summary>
    /// Whether a request of a session gets 403 when it is authenticated as another user than the session is, or when the session is
    /// not authenticated at all. Users are told apart by their NameIdentifier claim and its issuer, or else by their name. A request
    /// that is not authenticated is let through, because browsers cannot give WebSocket requests a token; <c>RequireAuthorization</c>
    /// refuses it. In Socket.IO, a session that is recovered is given to its own user alone. False is Node's way: whoever knows the
    /// id of a session may use it.
    /// </summary>
    public bool RequireSameUser { get; set; } = true;

    /// <summary>
    /// Whether a session closes at the moment at which the authentication of its user expires (<c>ExpiresUtc</c> of the ticket).
    /// The ticket of a later request of the same user, such as a poll with a renewed cookie, takes its place; on WebSocket no request comes later.
    /// </summary>
    public bool CloseOnAuthenticationExpiration { get; set; }

    /// <summary>The most frames that one WebSocket message may be split into; <see langword="null"/> is Node's way: no bound.</summary>
    /// <remarks>With <see cref="WebSocketEngine.System"/> only empty frames are counted; the framework does not show the others.</remarks>
    public int? MaxFramesPerMessage { get; set; } = 16_384;

    /// <summary>
    /// How long one message may take from its first byte to its last; <see langword="null"/> (the default) means
    /// <see cref="PingInterval"/> + <see cref="PingTimeout"/>, <see cref="Timeout.InfiniteTimeSpan"/> is Node's way: no bound.
    /// </summary>
    public TimeSpan? MaxMessageTime { get; set; }

    /// <summary>The most WebSocket pings that may wait for their answer while the peer does not read; <see langword="null"/> is Node's way: no bound.</summary>
    /// <remarks>With <see cref="WebSocketEngine.System"/> the framework answers pings itself, and reads no further until it has.</remarks>
    public int? MaxPendingControlFrames { get; set; } = 1_024;

    /// <summary>
    /// The most bytes that may wait to be sent to one client; one that falls further behind is disconnected. A single larger
    /// message passes when nothing else waits. <see langword="null"/> is Node's way: no bound.
    /// </summary>
    public long? MaxOutgoingBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>The most handshakes that may be under way at once; further ones get 503. <see langword="null"/> (the default): no bound.</summary>
    public int? MaxConcurrentHandshakes { get; set; }

    /// <summary>Sees what happens in each session, packet by packet; for diagnostics.</summary>
    /// <remarks>Node: the events of the engine and its sockets (<c>packet</c>, <c>packetCreate</c>, <c>heartbeat</c>, <c>upgrading</c>, <c>upgrade</c>, <c>flush</c>, <c>drain</c>).</remarks>
    public EngineIOObserver? Observer { get; set; }

    internal TimeSpan EffectiveMessageTime => MaxMessageTime ?? PingInterval + PingTimeout;
}

/// <summary>Settings of WebSocket message compression.</summary>
/// <remarks>Node: <c>perMessageDeflate</c>. No compression context is kept between messages, so that an idle connection costs nothing.</remarks>
public sealed class PerMessageDeflateOptions
{
    /// <summary>Messages below this number of bytes are not compressed.</summary>
    /// <remarks>Node: <c>threshold</c>.</remarks>
    public int Threshold { get; set; } = 1024;

    /// <summary>How hard to compress.</summary>
    /// <remarks>Node: <c>zlibDeflateOptions.level</c>.</remarks>
    public System.IO.Compression.CompressionLevel Level { get; set; } = System.IO.Compression.CompressionLevel.Optimal;
}

/// <summary>The implementations of the WebSocket framing.</summary>
public enum WebSocketEngine
{
    /// <summary>The framing of this package, directly on the connection's pipe where the host has one.</summary>
    Default = 0,

    /// <summary>The framework's <see cref="System.Net.WebSockets.WebSocket"/>.</summary>
    System = 1,
}

/// <summary>The ways in which a session's packets travel.</summary>
public enum EngineIOTransportType
{
    /// <summary>HTTP long-polling.</summary>
    Polling = 0,

    /// <summary>A WebSocket connection.</summary>
    WebSocket = 1,
}

/// <summary>The answer of <see cref="EngineIOOptions.AllowRequest"/>.</summary>
public readonly record struct HandshakeDecision
{
    private HandshakeDecision(bool isAllowed, string? message)
    {
        IsAllowed = isAllowed;
        Message = message;
    }

    /// <summary>The handshake goes on.</summary>
    public static HandshakeDecision Allow { get; } = new(isAllowed: true, message: null);

    /// <summary>Whether the handshake goes on.</summary>
    public bool IsAllowed { get; }

    /// <summary>What a refused client is told, or <see langword="null"/> for the general text.</summary>
    public string? Message { get; }

    /// <summary>The handshake is refused with status 403.</summary>
    /// <param name="message">What the client is told; <see langword="null"/> for the general text.</param>
    public static HandshakeDecision Refuse(string? message = null) => new(isAllowed: false, message);
}
