using System.Text.Json;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>A client of either protocol on either transport that says to the letter what a test tells it to.</summary>
internal sealed class ProtocolClient : IAsyncDisposable
{
    private const char Separator = '\u001e';

    private readonly Queue<string> _received = new();
    private readonly int _protocol;

    private ProtocolClient(RawEngineIOClient http, int protocol)
    {
        Http = http;
        _protocol = protocol;
    }

    public RawEngineIOClient Http { get; }

    /// <summary>Null on polling.</summary>
    public RawWebSocket? WebSocket { get; private set; }

    /// <summary>The id of the engine's session.</summary>
    public string Sid => Http.Sid;

    /// <summary>Opens a session; its open packet has been read.</summary>
    public static async Task<ProtocolClient> OpenAsync(Uri address, bool isPolling = false, int protocol = 4, string path = "/socket.io/", string? query = null, params string[] headers)
    {
        var http = new RawEngineIOClient(address, new RawClientOptions
        {
            Path = path,
            Protocol = protocol,
            Query = query,
            Headers = [.. headers.Select(static header => header.Split(": ")).Select(static parts => KeyValuePair.Create(parts[0], parts[1]))],
        });
        var client = new ProtocolClient(http, protocol);
        if (isPolling)
        {
            await http.HandshakeAsync();
        }
        else
        {
            client.WebSocket = await http.ConnectAsync(headers);
        }

        return client;
    }

    /// <summary>The same, connected to a namespace; <paramref name="name"/> is what stands in packets, such as <c>/admin,</c>.</summary>
    public static async Task<ProtocolClient> ConnectAsync(SocketIOTestServer server, bool isPolling = false, string name = "", string auth = "")
    {
        var client = await OpenAsync(server.Address, isPolling);
        await client.JoinAsync(name, auth);
        return client;
    }

    /// <summary>Joins a namespace and returns the id of the socket.</summary>
    public async Task<string> JoinAsync(string name = "", string auth = "")
    {
        await SendAsync("40" + name + auth);
        var reply = await ReceiveAsync();
        Assert.That(reply, Does.StartWith($"40{name}{{\"sid\":\""));
        return JsonDocument.Parse(reply[(2 + name.Length)..]).RootElement.GetProperty("sid").GetString()!;
    }

    public Task SendAsync(string packet)
        => WebSocket is not null ? WebSocket.SendAsync(packet) : Http.PostAsync(_protocol == 3 ? $"{packet.Length}:{packet}" : packet);

    /// <summary>Sends packets that arrive in one read.</summary>
    public Task SendTogetherAsync(params string[] packets)
        => WebSocket is not null ? WebSocket.SendTogetherAsync(packets) : Http.PostAsync(string.Join(Separator, packets));

    public async Task<string> ReceiveAsync()
    {
        if (WebSocket is not null)
        {
            return await WebSocket.ReceiveAsync();
        }

        if (_received.Count == 0)
        {
            Split(await Http.GetAsync());
        }

        return _received.Dequeue();
    }

    /// <summary>Takes what has been received but not looked at.</summary>
    public async Task AssertNextAsync(params string[] packets)
    {
        foreach (var packet in packets)
        {
            Assert.That(await ReceiveAsync(), Is.EqualTo(packet));
        }
    }

    /// <summary>Nothing else has come: the next thing is the answer to an event that only the test sends.</summary>
    public async Task AssertQuietAsync(SocketIOTestServer server, string socketId)
    {
        await server.IO.To(socketId).EmitAsync("end");
        await AssertNextAsync("42[\"end\"]");
    }

    /// <summary>Waits until the server has closed the connection: a close frame without a code, or a close packet.</summary>
    public async Task AssertClosedAsync()
    {
        if (WebSocket is not null)
        {
            Assert.That(await WebSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
            return;
        }

        while (await ReceiveAsync() != "1")
        {
        }
    }

    public async ValueTask DisposeAsync() => await Http.DisposeAsync();

    private void Split(string body)
    {
        if (_protocol == 4)
        {
            foreach (var packet in body.Split(Separator))
            {
                _received.Enqueue(packet);
            }

            return;
        }

        while (body.Length > 0)
        {
            var colon = body.IndexOf(':', StringComparison.Ordinal);
            var length = int.Parse(body[..colon], System.Globalization.CultureInfo.InvariantCulture);
            _received.Enqueue(body.Substring(colon + 1, length));
            body = body[(colon + 1 + length)..];
        }
    }
}
