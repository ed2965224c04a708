using System.Net.WebSockets;
using System.Text;

namespace SocketIoSharp.Tests;

/// <summary>Packets as text, over the framework's own clients.</summary>
internal static class WireExtensions
{
    public static Task SendAsync(this WebSocket socket, string packet)
        => socket.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public static async Task<string> ReceiveAsync(this WebSocket socket)
    {
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var result = await socket.ReceiveAsync(buffer, patience.Token);
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    public static async Task PostPacketAsync(this HttpClient client, string session, string packet)
        => (await client.PostAsync(session, new StringContent(packet))).EnsureSuccessStatusCode();
}
