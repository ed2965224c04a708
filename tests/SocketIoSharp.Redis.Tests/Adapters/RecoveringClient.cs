using System.Text.Json;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>A client that remembers its session.</summary>
internal sealed class RecoveringClient(RawWebSocket webSocket) : IAsyncDisposable
{
    private const string Query = "/socket.io/?EIO=4&transport=websocket";

    public string Id { get; private set; } = string.Empty;

    public string PrivateId { get; private set; } = string.Empty;

    public static async Task<RecoveringClient> ConnectAsync(ContractServer server, params string[] headers)
    {
        var client = await OpenAsync(server, "40", headers);
        (client.Id, client.PrivateId) = await client.ReceiveConnectAsync();
        return client;
    }

    public async Task<RecoveringClient> ResumeAsync(ContractServer server, string offset, params string[] headers)
    {
        var client = await OpenAsync(server, $$"""40{"pid":"{{PrivateId}}","offset":"{{offset}}"}""", headers);
        (client.Id, client.PrivateId) = (Id, PrivateId);
        return client;
    }

    public async Task<(string Id, string PrivateId)> ReceiveConnectAsync()
    {
        var packet = await ReceiveAsync();
        Assert.That(packet, Does.StartWith("0{"));
        return ReadConnect(packet);
    }

    public static (string Id, string PrivateId) ReadConnect(string packet)
    {
        var reply = JsonDocument.Parse(packet[1..]).RootElement;
        return (reply.GetProperty("sid").GetString()!, reply.GetProperty("pid").GetString()!);
    }

    /// <summary>The place of an event, its last argument.</summary>
    public static string ReadOffset(string packet)
    {
        var json = JsonDocument.Parse(packet[packet.IndexOf('[', StringComparison.Ordinal)..]).RootElement;
        return json[json.GetArrayLength() - 1].GetString()!;
    }

    public static string WithoutOffset(string packet) => packet.Contains(',', StringComparison.Ordinal) ? packet[..packet.LastIndexOf(',')] + "]" : packet;

    public async Task<string> ReceiveAsync()
    {
        var message = await webSocket.ReceiveAsync().Soon();
        return message[0] == '4' ? message[1..] : message;
    }

    /// <summary>Loses the connection, and waits until the server has noticed and kept the session.</summary>
    public async Task LoseAsync(ContractServer server, TestCluster cluster)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.IO.Sockets[Id].OnDisconnect(_ => left.TrySetResult());
        webSocket.Reset();
        await left.Task.Soon();
        await cluster.WhenSessionIsKeptAsync(PrivateId);
    }

    public ValueTask DisposeAsync() => webSocket.DisposeAsync();

    private static async Task<RecoveringClient> OpenAsync(ContractServer server, string connect, string[] headers)
    {
        var webSocket = await RawWebSocket.ConnectAsync(server.Address, Query, headers);
        await webSocket.ReceiveAsync().Soon();
        await webSocket.SendAsync(connect);
        return new RecoveringClient(webSocket);
    }
}
