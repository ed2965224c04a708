using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace SocketIoSharp.TestKit;

/// <summary>How a raw client asks.</summary>
public sealed record RawClientOptions
{
    public int Protocol { get; init; } = 4;

    public string Path { get; init; } = "/engine.io/";

    /// <summary>Further query parameters of every request, such as <c>b64=1</c>.</summary>
    public string? Query { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The address of this machine from which the client connects; null leaves it to the system.</summary>
    public IPAddress? LocalAddress { get; init; }
}

/// <summary>A client that says to the letter what a test tells it to, over polling and WebSocket.</summary>
public sealed class RawEngineIOClient : IAsyncDisposable
{
    private readonly Uri _address;
    private readonly RawClientOptions _options;
    private readonly HttpClient _http;
    private readonly List<RawWebSocket> _webSockets = [];

    public RawEngineIOClient(Uri address, RawClientOptions? options = null)
    {
        _address = address;
        _options = options ?? new RawClientOptions();
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false };
        if (_options.LocalAddress is { } from)
        {
            handler.ConnectCallback = async (context, cancellationToken) => await ConnectAsync(from, context.DnsEndPoint, cancellationToken);
        }

        _http = new HttpClient(handler) { BaseAddress = address, Timeout = Eventually.Patience };
    }

    /// <summary>The session's id, known after the handshake.</summary>
    public string Sid { get; set; } = string.Empty;

    /// <summary>The open packet's JSON.</summary>
    public JsonElement Open { get; private set; }

    /// <summary>The query of a request on a transport; with the session's id as soon as there is one.</summary>
    public string Target(string transport, bool withSid = true)
    {
        var query = $"{_options.Path}?EIO={_options.Protocol}&transport={transport}";
        query += _options.Query is { } more ? "&" + more : string.Empty;
        return withSid && Sid.Length > 0 ? $"{query}&sid={Sid}" : query;
    }

    /// <summary>Opens a session over polling and returns the first body.</summary>
    public async Task<string> HandshakeAsync()
    {
        var response = await SendAsync(HttpMethod.Get, Target("polling", withSid: false));
        ReadOpen(response.Status == 200 ? response.Body : throw new InvalidOperationException($"The handshake was answered with {response}"));
        return response.Body;
    }

    /// <summary>Opens a session over WebSocket; its open packet has been read.</summary>
    public async Task<RawWebSocket> ConnectAsync(params string[] headers)
    {
        var webSocket = await RawWebSocket.ConnectAsync(_address, _options.LocalAddress, Target("websocket", withSid: false), headers);
        _webSockets.Add(webSocket);
        ReadOpen(await webSocket.ReceiveAsync());
        return webSocket;
    }

    /// <summary>Opens the WebSocket of an upgrade and says nothing on it.</summary>
    public async Task<RawWebSocket> OpenProbeAsync()
    {
        var webSocket = await RawWebSocket.ConnectAsync(_address, _options.LocalAddress, Target("websocket"));
        _webSockets.Add(webSocket);
        return webSocket;
    }

    /// <summary>Opens the WebSocket of an upgrade and has the probe answered.</summary>
    public async Task<RawWebSocket> ProbeAsync()
    {
        var webSocket = await OpenProbeAsync();
        await webSocket.SendAsync("2probe");
        var answer = await webSocket.ReceiveAsync();
        return answer == "3probe" ? webSocket : throw new InvalidOperationException($"The probe was answered with '{answer}'.");
    }

    /// <summary>Upgrades a session that polls but has no request under way.</summary>
    public async Task<RawWebSocket> UpgradeAsync()
    {
        var webSocket = await ProbeAsync();
        await webSocket.SendAsync("5");
        return webSocket;
    }

    /// <summary>Polls once and returns the body; fails unless the status is 200.</summary>
    public async Task<string> GetAsync()
    {
        var response = await SendGetAsync();
        return response.Status == 200 ? response.Body : throw new InvalidOperationException($"The poll was answered with {response}");
    }

    public Task<RawResponse> SendGetAsync(CancellationToken cancellationToken = default) => SendAsync(HttpMethod.Get, Target("polling"), null, cancellationToken);

    /// <summary>Posts a payload; fails unless the answer is 200 <c>ok</c>.</summary>
    public async Task PostAsync(string payload)
    {
        var response = await SendPostAsync(payload);
        if (response is not { Status: 200, Body: "ok" })
        {
            throw new InvalidOperationException($"The post was answered with {response}");
        }
    }

    public Task<RawResponse> SendPostAsync(string payload, string contentType = "text/plain;charset=UTF-8")
        => SendPostAsync(Encoding.UTF8.GetBytes(payload), contentType);

    public async Task<RawResponse> SendPostAsync(byte[] payload, string contentType)
    {
        using var content = new ByteArrayContent(payload);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await SendAsync(HttpMethod.Post, Target("polling"), content);
    }

    /// <summary>Any request at all.</summary>
    public async Task<RawResponse> SendAsync(HttpMethod method, string target, HttpContent? content = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, target) { Content = content };
        foreach (var header in _options.Headers)
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[header.Key] = header.Value.ToString();
        }

        return new RawResponse((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), headers);
    }

    /// <summary>A connection on which the test writes a request of this session itself.</summary>
    public Task<RawHttpConnection> OpenConnectionAsync() => RawHttpConnection.ConnectAsync(_address, _options.LocalAddress);

    /// <summary>Writes the head of a POST of this session, and as much of its body as given.</summary>
    public async Task<RawHttpConnection> BeginPostAsync(int contentLength, string firstPart = "")
    {
        var connection = await OpenConnectionAsync();
        await connection.WriteHeadAsync($"POST {Target("polling")} HTTP/1.1", "Content-Type: text/plain;charset=UTF-8", $"Content-Length: {contentLength}");
        if (firstPart.Length > 0)
        {
            await connection.WriteAsync(firstPart);
        }

        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var webSocket in _webSockets)
        {
            await webSocket.DisposeAsync();
        }
    }

    private static async Task<NetworkStream> ConnectAsync(IPAddress from, DnsEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(to, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Finds the open packet in the first body, in the form of either protocol.</summary>
    private void ReadOpen(string body)
    {
        var from = body.IndexOf('{', StringComparison.Ordinal);
        var to = body.IndexOf('}', StringComparison.Ordinal);
        var json = body[from..(to + 1)].Replace("\\\"", "\"", StringComparison.Ordinal);
        Open = JsonDocument.Parse(json).RootElement.Clone();
        Sid = Open.GetProperty("sid").GetString()!;
    }
}
