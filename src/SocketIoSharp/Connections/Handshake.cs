using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.Primitives;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>What a client said when it connected: its first request, and the credentials of the namespace.</summary>
/// <remarks>Node: <c>handshake</c>.</remarks>
public sealed class Handshake
{
    private readonly EngineIOHandshake? _request;
    private readonly IReadOnlyDictionary<string, StringValues>? _headers;
    private readonly IReadOnlyDictionary<string, string>? _query;
    private readonly IPayloadSerializer _serializer;
    private readonly bool _isSecure;
    private readonly bool _isCrossDomain;

    internal Handshake(EngineIOHandshake request, ReadOnlyMemory<byte> auth, IPayloadSerializer serializer)
    {
        _request = request;
        _serializer = serializer;
        AuthJson = auth;
        Issued = request.Issued;
        Url = request.Url;
        Address = request.RemoteAddress?.ToString() ?? string.Empty;
    }

    /// <summary>Creates the handshake of a client of another server.</summary>
    internal Handshake(
        IReadOnlyDictionary<string, StringValues> headers,
        IReadOnlyDictionary<string, string> query,
        string url,
        string address,
        bool isSecure,
        bool isCrossDomain,
        DateTimeOffset issued,
        ReadOnlyMemory<byte> auth,
        IPayloadSerializer serializer)
    {
        _headers = headers;
        _query = query;
        _serializer = serializer;
        _isSecure = isSecure;
        _isCrossDomain = isCrossDomain;
        Url = url;
        Address = address;
        Issued = issued;
        AuthJson = auth;
    }

    /// <summary>The path and query of the first request.</summary>
    /// <remarks>Node: <c>url</c>.</remarks>
    public string Url { get; }

    /// <summary>The client's address.</summary>
    /// <remarks>Node: <c>address</c>.</remarks>
    public string Address { get; }

    /// <summary>When the connection began.</summary>
    /// <remarks>Node: <c>issued</c>, <c>time</c>.</remarks>
    public DateTimeOffset Issued { get; }

    /// <summary>Whether the first request came over TLS.</summary>
    /// <remarks>Node: <c>secure</c>.</remarks>
    public bool IsSecure => _request?.IsSecure ?? _isSecure;

    /// <summary>Whether the first request named an origin.</summary>
    /// <remarks>Node: <c>xdomain</c>.</remarks>
    public bool IsCrossDomain => _request is { } request ? request.GetHeader("Origin").Count > 0 : _isCrossDomain;

    /// <summary>The headers of the first request.</summary>
    /// <remarks>Node: <c>headers</c>.</remarks>
    public IReadOnlyDictionary<string, StringValues> Headers
        => _headers ?? new Dictionary<string, StringValues>(_request!.Headers, StringComparer.OrdinalIgnoreCase);

    /// <summary>The query parameters of the first request; of repeated names the last one counts.</summary>
    /// <remarks>Node: <c>query</c>.</remarks>
    public IReadOnlyDictionary<string, string> Query => _request?.Query ?? _query!;

    /// <summary>The user that the application's authentication found in the first request; nobody for a client of another server.</summary>
    public ClaimsPrincipal User => _request?.User ?? new ClaimsPrincipal(new ClaimsIdentity());

    /// <summary>The address as an object; null when it is unknown.</summary>
    public IPAddress? RemoteAddress => IPAddress.TryParse(Address, out var address) ? address : null;

    /// <summary>The credentials as UTF-8 JSON: an object, or empty when the client gave none.</summary>
    public ReadOnlyMemory<byte> AuthJson { get; }

    /// <summary>Reads the credentials.</summary>
    /// <typeparam name="T">The type that is wanted.</typeparam>
    /// <returns>The credentials; default when the client gave none, or what it gave does not fit.</returns>
    /// <remarks>Node: <c>auth</c>.</remarks>
    public T? GetAuth<T>()
    {
        if (AuthJson.IsEmpty)
        {
            return default;
        }

        try
        {
            return _serializer.Read<T>(AuthJson.Span, []);
        }
        catch (EventArgumentException)
        {
            return default;
        }
    }

    /// <summary>A header of the first request.</summary>
    /// <param name="name">The header's name, in any case.</param>
    /// <returns>Its value, empty when it was not sent.</returns>
    public StringValues GetHeader(string name)
        => _request is { } request ? request.GetHeader(name) : _headers!.TryGetValue(name, out var value) ? value : StringValues.Empty;
}
