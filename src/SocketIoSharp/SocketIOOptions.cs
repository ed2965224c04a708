using System.Text.Json;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>The settings of one Socket.IO server, those of its engine included. The defaults are those of the Node server, but for the limits that it does not have.</summary>
public class SocketIOOptions : EngineIOOptions
{
    /// <summary>How long a client may stay without joining a namespace before its connection is closed.</summary>
    /// <remarks>Node: <c>connectTimeout</c>.</remarks>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Whether browsers can load the files of the official client from the server's path, such as <c>/socket.io/socket.io.js</c>.
    /// They are public, whatever <c>RequireAuthorization</c> says about the server: a script tag carries no token.
    /// </summary>
    /// <remarks>Node: <c>serveClient</c>.</remarks>
    public bool ServeClient { get; set; } = true;

    /// <summary>Lets clients that lost their connection come back to their session; <see langword="null"/> (the default) turns it off.</summary>
    /// <remarks>Node: <c>connectionStateRecovery</c>.</remarks>
    public ConnectionStateRecoveryOptions? ConnectionStateRecovery { get; set; }

    /// <summary>Whether dynamic namespaces are removed when their last client has left.</summary>
    /// <remarks>Node: <c>cleanupEmptyChildNamespaces</c>.</remarks>
    public bool CleanupEmptyChildNamespaces { get; set; }

    /// <summary>What packets look like on the wire; clients must use the same.</summary>
    /// <remarks>Node: <c>parser</c>.</remarks>
    public ISocketIOParser Parser { get; set; } = SocketIOParsers.Json;

    /// <summary>Makes the adapter of each namespace; <see langword="null"/> (the default) keeps everything in memory.</summary>
    /// <remarks>Node: <c>adapter</c>.</remarks>
    public Func<AdapterContext, Adapter>? AdapterFactory { get; set; }

    /// <summary>Reads and writes arguments; <see langword="null"/> (the default) uses <see cref="JsonSerializerOptions"/>.</summary>
    public IPayloadSerializer? PayloadSerializer { get; set; }

    /// <summary>How arguments are read and written; insert a source-generated context into its resolver chain for types of your own.</summary>
    public JsonSerializerOptions JsonSerializerOptions { get; } = SystemTextJsonPayloadSerializer.CreateOptions();

    /// <summary>How long a broadcast waits for its answers when it names no timeout.</summary>
    public TimeSpan BroadcastAckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many events of one socket may be under way at once. 1 (the default): each waits for the one before. With more, they
    /// start in order and do not wait; <see cref="int.MaxValue"/> is Node's way.
    /// </summary>
    public int MaxConcurrentEventsPerSocket { get; set; } = 1;

    /// <summary>How many events of one socket may wait for the one before; while that many do, nothing more is read from the client.</summary>
    public int MaxQueuedEventsPerSocket { get; set; } = 64;

    /// <summary>How many bytes of events of one client may wait; while that many do, nothing more is read from it.</summary>
    public long MaxQueuedBytesPerClient { get; set; } = 1024 * 1024;

    /// <summary>
    /// Whether middlewares and handlers run on threads of the pool of their own, rather than on the thread that read the event. For
    /// applications whose handlers block while the host schedules inline (<c>UseInlineTransportScheduling</c>); every event is copied
    /// and changes threads, which costs most of what inline scheduling saves.
    /// </summary>
    public bool RunHandlersOnThreadPool { get; set; }

    /// <summary>
    /// How many events of one socket may wait while the server waits for an answer of that client, so that reading must go on;
    /// a client that sends more is disconnected. <see langword="null"/>: no bound.
    /// </summary>
    public int? MaxQueuedEventsWhileAwaitingAck { get; set; } = 4_096;

    /// <summary>The same bound in bytes, for all sockets of a client together. <see langword="null"/>: no bound.</summary>
    public long? MaxQueuedBytesWhileAwaitingAck { get; set; } = 16 * 1024 * 1024;

    /// <summary>After how long a handler that holds back further events of its socket is named in a warning.</summary>
    public TimeSpan SlowHandlerWarning { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most binary values in one packet of a client.</summary>
    /// <remarks>Node: <c>maxAttachments</c> of the parser.</remarks>
    public int MaxAttachments { get; set; } = 10;

    /// <summary>
    /// The most bytes of all binary values of one packet together; <see langword="null"/> (the default) allows
    /// <see cref="MaxAttachments"/> times <see cref="EngineIOOptions.MaxHttpBufferSize"/>.
    /// </summary>
    public long? MaxAttachmentBytes { get; set; }

    /// <summary>How deep the payload of a client's packet may be nested.</summary>
    public int MaxPayloadDepth { get; set; } = 64;

    /// <summary>The longest name of a namespace that a client may ask for, in UTF-8 bytes.</summary>
    public int MaxNamespaceLength { get; set; } = 512;

    /// <summary>How many namespaces one client may be in at once; <see langword="null"/> is Node's way: no bound.</summary>
    public int? MaxNamespacesPerClient { get; set; } = 256;

    /// <summary>
    /// How many namespaces one dynamic namespace may have; when there are as many, empty ones make room, and if there is none the
    /// client is refused. <see langword="null"/> is Node's way: no bound.
    /// </summary>
    public int? MaxChildNamespaces { get; set; } = 10_000;

    /// <summary>Whether clients are told the messages of exceptions that are not meant for them; for development only.</summary>
    public bool EnableDetailedErrors { get; set; }

    internal PacketLimits CreatePacketLimits() => new(
        MaxAttachments,
        MaxAttachmentBytes ?? Math.Max(MaxHttpBufferSize, MaxHttpBufferSize * MaxAttachments),
        MaxPayloadDepth,
        MaxNamespaceLength);
}

/// <summary>The parsers of this package.</summary>
public static class SocketIOParsers
{
    /// <summary>JSON text with binary attachments: what clients speak by default.</summary>
    public static ISocketIOParser Json { get; } = new JsonPacketParser();

    /// <summary>MessagePack, with binary values inside of it: for clients with the parser <c>socket.io-msgpack-parser</c>.</summary>
    public static ISocketIOParser MessagePack { get; } = new MessagePackParser();
}
