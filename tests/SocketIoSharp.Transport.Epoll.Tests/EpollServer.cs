using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>A Kestrel on the epoll transport; what it logs as an error fails the test.</summary>
internal sealed class EpollServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly LogCapture _log;

    private EpollServer(WebApplication application, LogCapture log)
    {
        _application = application;
        _log = log;
        Address = new Uri(application.Urls.Single());
    }

    public Uri Address { get; }

    public LogCapture Log => _log;

    public int ExpectedErrors { get; set; }

    /// <summary>Serves connections without any protocol. Clients may leave as they like.</summary>
    public static Task<EpollServer> StartAsync(bool isInline, ConnectionDelegate serve)
        => StartAsync(isInline, listen => listen.Use(_ => async connection =>
        {
            try
            {
                await serve(connection);
            }
            catch (Exception exception) when (exception is ConnectionResetException or ConnectionAbortedException)
            {
                // The client has left with what was under way to it, or the server ends before the client.
            }
        }));

    public static async Task<EpollServer> StartAsync(bool isInline, Action<ListenOptions> listen, Action<WebApplication>? map = null)
    {
        var log = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseEpollTransport();
        if (isInline)
        {
            builder.WebHost.UseInlineTransportScheduling();
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen));
        var application = builder.Build();
        map?.Invoke(application);
        await application.StartAsync();
        return new EpollServer(application, log);
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        Assert.That(_log.Errors, Has.Count.EqualTo(ExpectedErrors), () => string.Join('\n', _log.Errors));
    }
}
