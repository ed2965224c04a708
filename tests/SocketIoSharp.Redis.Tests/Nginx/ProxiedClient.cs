using System.Globalization;
using System.Net;

namespace SocketIoSharp.Redis.Tests.Nginx;

/// <summary>How a client reaches its server.</summary>
internal enum Way
{
    /// <summary>By polling, to the end.</summary>
    Polling,

    /// <summary>By WebSocket from the beginning.</summary>
    WebSocket,

    /// <summary>By polling first, then by WebSocket.</summary>
    Upgrade,
}

/// <summary>A client of the main namespace that connects through nginx, from an address of its own.</summary>
internal sealed class ProxiedClient : IAsyncDisposable
{
    private const char Separator = '\u001e';

    private readonly RawEngineIOClient _client;
    private readonly Queue<string> _received = new();
    private RawWebSocket? _webSocket;

    private ProxiedClient(RawEngineIOClient client, Way way)
    {
        _client = client;
        Way = way;
    }

    public Way Way { get; }

    public string Id { get; private set; } = string.Empty;

    public static async Task<ProxiedClient> ConnectAsync(Uri nginx, int address, Way way)
    {
        var client = new RawEngineIOClient(nginx, new RawClientOptions
        {
            Path = "/socket.io/",
            LocalAddress = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.{address}.1")),
        });
        var proxied = new ProxiedClient(client, way);
        if (way == Way.WebSocket)
        {
            proxied._webSocket = await client.ConnectAsync();
        }
        else
        {
            await client.HandshakeAsync();
        }

        await proxied.SendAsync("0");
        // CONNECT is answered with the id of the socket: 0{"sid":"..."}
        proxied.Id = (await proxied.ReceiveAsync()).Split('"')[3];
        if (way == Way.Upgrade)
        {
            proxied._webSocket = await client.UpgradeAsync();
        }

        return proxied;
    }

    /// <summary>Sends a packet.</summary>
    public Task SendAsync(string packet) => _webSocket is { } webSocket ? webSocket.SendAsync("4" + packet) : _client.PostAsync("4" + packet);

    /// <summary>The next packet.</summary>
    public async Task<string> ReceiveAsync()
    {
        while (true)
        {
            var message = await NextMessageAsync();
            switch (message[0])
            {
                case '4':
                    return message[1..];
                case '2' when _webSocket is { } webSocket:
                    await webSocket.SendAsync("3");
                    break;
                case '2':
                    await _client.PostAsync("3");
                    break;
                case '6':
                    break;
                default:
                    throw new InvalidOperationException($"Not expected: {message}");
            }
        }
    }

    /// <summary>Answers an event that asks for it.</summary>
    public async Task AnswerAsync(string expectedEvent, string answer)
    {
        var packet = await ReceiveAsync();
        var id = new string([.. packet.Skip(1).TakeWhile(char.IsAsciiDigit)]);
        Assert.That(packet, Is.EqualTo($"2{id}{expectedEvent}"));
        await SendAsync($"3{id}{answer}");
    }

    /// <summary>Asks the server for an answer over polling, and says which server each of the requests has come to.</summary>
    public async Task<IReadOnlyList<string?>> AskOverPollingAsync(int ack)
    {
        var asked = await _client.SendPostAsync(string.Create(CultureInfo.InvariantCulture, $"42{ack}[\"sync\"]"));
        var answered = await _client.SendGetAsync();
        Assert.That(asked.Body, Is.EqualTo("ok"));
        Assert.That(answered.Body, Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"43{ack}[\"synced\"]")));
        return [asked.Header(NginxServer.ServedBy), answered.Header(NginxServer.ServedBy)];
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task<string> NextMessageAsync()
    {
        if (_webSocket is { } webSocket && _received.Count == 0)
        {
            return await webSocket.ReceiveAsync();
        }

        while (_received.Count == 0)
        {
            foreach (var message in (await _client.GetAsync()).Split(Separator))
            {
                _received.Enqueue(message);
            }
        }

        return _received.Dequeue();
    }
}
