using SocketIoSharp.EngineIO;

namespace SocketIoSharp.TestKit;

/// <summary>The ways in which packets travel; every behaviour is tested on each.</summary>
public enum Wire
{
    Polling,
    WebSocket,
    SystemWebSocket,
    Upgraded,
    SystemUpgraded,
}

/// <summary>A client of protocol 4 that sends and receives packets, whatever the wire.</summary>
public sealed class WireClient : IAsyncDisposable
{
    private const char Separator = '\u001e';

    private readonly Queue<string> _received = new();

    private WireClient(Wire wire, RawEngineIOClient http, RawWebSocket? webSocket)
    {
        Wire = wire;
        Http = http;
        WebSocket = webSocket;
    }

    public Wire Wire { get; }

    public RawEngineIOClient Http { get; }

    /// <summary>Null on polling.</summary>
    public RawWebSocket? WebSocket { get; }

    public static IReadOnlyList<Wire> All { get; } = Enum.GetValues<Wire>();

    /// <summary>The wires that end on a WebSocket.</summary>
    public static IReadOnlyList<Wire> WebSockets { get; } = [Wire.WebSocket, Wire.SystemWebSocket, Wire.Upgraded, Wire.SystemUpgraded];

    /// <summary>The implementation that a server needs for this wire.</summary>
    public static WebSocketEngine EngineOf(Wire wire)
        => wire is Wire.SystemWebSocket or Wire.SystemUpgraded ? WebSocketEngine.System : WebSocketEngine.Default;

    /// <summary>Opens a session.</summary>
    public static async Task<WireClient> OpenAsync(EngineTestServer server, Wire wire)
    {
        ArgumentNullException.ThrowIfNull(server);
        var client = server.CreateClient();
        switch (wire)
        {
            case Wire.Polling:
                await client.HandshakeAsync();
                return new WireClient(wire, client, null);
            case Wire.WebSocket or Wire.SystemWebSocket:
                return new WireClient(wire, client, await client.ConnectAsync());
            default:
                await client.HandshakeAsync();
                var webSocket = await client.UpgradeAsync();
                await Eventually.True(() => server.Engine.FindSession(client.Sid) is { IsUpgraded: true });
                return new WireClient(wire, client, webSocket);
        }
    }

    /// <summary>Sends one text packet, such as <c>4hello</c>.</summary>
    public Task SendAsync(string packet) => WebSocket is null ? Http.PostAsync(packet) : WebSocket.SendAsync(packet);

    /// <summary>Sends several packets at once.</summary>
    public Task SendTogetherAsync(params string[] packets)
        => WebSocket is null ? Http.PostAsync(string.Join(Separator, packets)) : WebSocket.SendTogetherAsync(packets);

    public Task SendBinaryAsync(byte[] data)
        => WebSocket is null ? Http.PostAsync("b" + Convert.ToBase64String(data)) : WebSocket.SendAsync(data);

    /// <summary>The next packet; binary is shown as <c>b</c> and base64 on every wire.</summary>
    public async Task<string> ReceiveAsync()
    {
        if (WebSocket is not null)
        {
            return await WebSocket.ReceiveAsync();
        }

        if (_received.Count == 0)
        {
            foreach (var packet in (await Http.GetAsync()).Split(Separator))
            {
                _received.Enqueue(packet);
            }
        }

        return _received.Dequeue();
    }

    /// <summary>Waits until the server has said goodbye: a close packet, or a close frame.</summary>
    public async Task ReceiveEndAsync()
    {
        if (WebSocket is not null)
        {
            var code = await WebSocket.ReceiveCloseAsync();
            if (code != RawWebSocket.NoCode)
            {
                throw new InvalidOperationException($"The server closed with {code}.");
            }

            return;
        }

        while (await ReceiveAsync() != "1")
        {
        }
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();
}
