using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp.PublicApi.Tests.Pages;

/// <summary>A server and one client in its main namespace, for pages whose code is run as well as compiled.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly ClientWebSocket _client = new();

    private Conversation(WebApplication app) => _app = app;

    public static async Task<Conversation> StartAsync(Action<WebApplicationBuilder> add, Action<IServerSocket> register)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        add(builder);
        var app = builder.Build();
        app.MapSocketIO(io => io.OnConnection(register));
        await app.StartAsync();
        var conversation = new Conversation(app);
        await conversation.ConnectAsync();
        return conversation;
    }

    public async Task SendAsync(string packet)
        => await _client.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public async Task SendAsync(byte[] data)
        => await _client.SendAsync(data, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message: a text, or the hexadecimal digits of a binary one.</summary>
    public async Task<string> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        var buffer = new byte[16 * 1024];
        var result = await _client.ReceiveAsync(buffer, patience.Token);
        return result.MessageType == WebSocketMessageType.Text ? Encoding.UTF8.GetString(buffer, 0, result.Count) : Convert.ToHexString(buffer, 0, result.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private async Task ConnectAsync()
    {
        var address = new UriBuilder(_app.Urls.Single()) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" }.Uri;
        await _client.ConnectAsync(address, CancellationToken.None);
        Assert.That(await ReceiveAsync(), Does.StartWith("0{"));
        await SendAsync("40");
        Assert.That(await ReceiveAsync(), Does.StartWith("40{"));
    }
}
