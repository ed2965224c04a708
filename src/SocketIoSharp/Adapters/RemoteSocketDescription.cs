using Microsoft.Extensions.Primitives;

namespace SocketIoSharp;

/// <summary>What other servers of a cluster are told about a client.</summary>
public sealed record RemoteSocketDescription
{
    /// <summary>The socket's id.</summary>
    public required string Id { get; init; }

    /// <summary>What the client said when it connected.</summary>
    public required RemoteHandshake Handshake { get; init; }

    /// <summary>The rooms that the socket is in, its own one included.</summary>
    public required IReadOnlyCollection<string> Rooms { get; init; }

    /// <summary>The application's values: a JSON object.</summary>
    public required ClusterValue Data { get; init; }
}

/// <summary>What other servers of a cluster are told about a client's handshake.</summary>
/// <remarks>Node also sends <c>time</c>, which is <see cref="Issued"/> as JavaScript prints a date.</remarks>
public sealed record RemoteHandshake
{
    /// <summary>The headers of the first request, with lower-case names.</summary>
    /// <remarks>Node: <c>headers</c>.</remarks>
    public required IReadOnlyDictionary<string, StringValues> Headers { get; init; }

    /// <summary>The query parameters of the first request.</summary>
    /// <remarks>Node: <c>query</c>.</remarks>
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>The path and query of the first request.</summary>
    /// <remarks>Node: <c>url</c>.</remarks>
    public required string Url { get; init; }

    /// <summary>The client's address.</summary>
    /// <remarks>Node: <c>address</c>.</remarks>
    public required string Address { get; init; }

    /// <summary>Whether the first request came over TLS.</summary>
    /// <remarks>Node: <c>secure</c>.</remarks>
    public bool IsSecure { get; init; }

    /// <summary>Whether the first request named an origin.</summary>
    /// <remarks>Node: <c>xdomain</c>.</remarks>
    public bool IsCrossDomain { get; init; }

    /// <summary>When the connection began.</summary>
    /// <remarks>Node: <c>issued</c>, in milliseconds.</remarks>
    public DateTimeOffset Issued { get; init; }

    /// <summary>The credentials as UTF-8 JSON: an object, or empty when the client gave none.</summary>
    /// <remarks>Node: <c>auth</c>.</remarks>
    public ReadOnlyMemory<byte> AuthJson { get; init; }
}
