using System.Text.Json;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Recovery;

/// <summary>
/// A client that comes back as the official one does: it keeps its private id, and the last element of every event, if that is a
/// text, as its offset.
/// </summary>
internal sealed class RecoveringClient(SocketIOTestServer server, string prefix = "") : IAsyncDisposable
{
    private RawWebSocket? _webSocket;

    public string Id { get; private set; } = string.Empty;

    public string? PrivateId { get; set; }

    public string? Offset { get; set; }

    /// <summary>Connects, as a new client or to the session that it had.</summary>
    /// <returns>The events that came before the reply.</returns>
    public async Task<List<string>> ConnectAsync()
    {
        _webSocket = await server.OpenAsync();
        await _webSocket.SendAsync("40" + prefix + Auth());
        var missed = new List<string>();
        while (true)
        {
            var packet = await _webSocket.ReceiveAsync().Soon();
            if (packet.StartsWith("40", StringComparison.Ordinal))
            {
                var reply = JsonDocument.Parse(packet[(2 + prefix.Length)..]).RootElement;
                Id = reply.GetProperty("sid").GetString()!;
                PrivateId = reply.TryGetProperty("pid", out var privateId) ? privateId.GetString() : null;
                return missed;
            }

            Observe(packet);
            missed.Add(packet);
        }
    }

    public async Task<string> ReceiveAsync()
    {
        var packet = await _webSocket!.ReceiveAsync().Soon();
        Observe(packet);
        return packet;
    }

    public Task SendAsync(string packet) => _webSocket!.SendAsync(packet);

    /// <summary>The connection breaks.</summary>
    public void Lose() => _webSocket!.Reset();

    public async ValueTask DisposeAsync()
    {
        if (_webSocket is not null)
        {
            await _webSocket.DisposeAsync();
        }
    }

    private string Auth() => PrivateId is null ? string.Empty
        : Offset is null ? $$"""{"pid":"{{PrivateId}}"}"""
        : $$"""{"pid":"{{PrivateId}}","offset":"{{Offset}}"}""";

    private void Observe(string packet)
    {
        // An event that asks for an answer ends, for the client, with a function.
        var start = packet.IndexOf('[', StringComparison.Ordinal);
        if (start < 0 || packet[0] != '4' || packet[1] is not ('2' or '5') || char.IsAsciiDigit(packet[start - 1]) != (start == 2))
        {
            return;
        }

        var elements = JsonDocument.Parse(packet[start..]).RootElement;
        if (elements[elements.GetArrayLength() - 1] is { ValueKind: JsonValueKind.String } last)
        {
            Offset = last.GetString();
        }
    }
}
