using System.Net;
using System.Net.WebSockets;
using System.Text;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>A polling client on any <see cref="HttpClient"/>.</summary>
internal sealed class PollingPeer(HttpClient http, string path = "/engine.io/")
{
    public string Sid { get; private set; } = "";

    public string Target => $"{path}?EIO=4&transport=polling&sid={Sid}";

    public async Task<HttpResponseMessage> HandshakeAsync()
    {
        var answer = await http.GetAsync(path + "?EIO=4&transport=polling").Soon();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Sid = OpenPacket.ReadSid(await answer.Content.ReadAsStringAsync());
        return answer;
    }

    public Task<string> PollAsync() => http.GetStringAsync(Target).Soon();

    public async Task PostAsync(string payload)
    {
        using var content = new StringContent(payload, Encoding.UTF8, "text/plain");
        using var answer = await http.PostAsync(Target, content).Soon();
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("ok"));
    }
}

/// <summary>Short forms for the framework's WebSocket client.</summary>
internal static class WebSocketPeer
{
    public static Task SendTextAsync(this WebSocket webSocket, string text)
        => webSocket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).Soon();

    /// <summary>The next message; "close" when it is a close frame without a code or with 1000, else "close " and the code.</summary>
    public static async Task<string> ReceiveTextAsync(this WebSocket webSocket)
    {
        var buffer = new byte[16 * 1024];
        var text = new StringBuilder();
        while (true)
        {
            var result = await webSocket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).Soon();
            if (result.MessageType == WebSocketMessageType.Close)
            {
                // The framework shows a close frame without a code as 1000.
                return webSocket.CloseStatus is null or WebSocketCloseStatus.Empty or WebSocketCloseStatus.NormalClosure ? "close" : $"close {(int)webSocket.CloseStatus}";
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, result.Count));
            if (result.EndOfMessage)
            {
                return text.ToString();
            }
        }
    }

    public static Task CloseQuietlyAsync(this WebSocket webSocket)
        => webSocket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();

    /// <summary>A whole life on this WebSocket: handshake, echo, close.</summary>
    public static async Task ProveSessionAsync(this WebSocket webSocket)
    {
        OpenPacket.ReadSid(await webSocket.ReceiveTextAsync());
        await webSocket.SendTextAsync("4hello");
        Assert.That(await webSocket.ReceiveTextAsync(), Is.EqualTo("4hello"));
        await webSocket.CloseQuietlyAsync();
    }

    /// <summary>The upgrade of a polling session to this WebSocket, to its end.</summary>
    public static async Task ProveUpgradeAsync(this WebSocket webSocket, PollingPeer polling)
    {
        await webSocket.SendTextAsync("2probe");
        Assert.That(await webSocket.ReceiveTextAsync(), Is.EqualTo("3probe"));
        var poll = polling.PollAsync();
        await polling.PostAsync("4on polling");
        var received = await poll;
        if (received != "6")
        {
            // The echo or the noop: whichever was first.
            Assert.That(received, Is.EqualTo("4on polling"));
        }

        await webSocket.SendTextAsync("5");
        await webSocket.SendTextAsync("4on websocket");
        var echoes = new List<string> { received, await webSocket.ReceiveTextAsync() };
        if (received == "6")
        {
            echoes.Add(await webSocket.ReceiveTextAsync());
        }

        Assert.That(echoes.Where(static echo => echo != "6"), Is.EqualTo(new[] { "4on polling", "4on websocket" }));
    }
}

internal static class OpenPacket
{
    public static string ReadSid(string openPacket)
    {
        Assert.That(openPacket, Does.StartWith("0{\"sid\":\""));
        return openPacket[9..openPacket.IndexOf('"', 9)];
    }
}
