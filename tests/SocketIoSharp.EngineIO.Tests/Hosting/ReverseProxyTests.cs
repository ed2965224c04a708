using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Behind a real nginx with the configuration that Socket.IO's documentation shows, under a path of its own.</summary>
public sealed class ReverseProxyTests
{
    private const string NginxPath = "/usr/sbin/nginx";

    private DirectoryInfo _directory = null!;
    private Process? _nginx;
    private int _port;

    private HostedEngine Engine { get; set; } = null!;

    private Uri Address => new($"http://127.0.0.1:{_port}");

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Assert.That(File.Exists(NginxPath), $"{NginxPath} is missing; install it with: apt-get install nginx-light");
        Engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Services = static builder => builder.Services.Configure<ForwardedHeadersOptions>(static options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto),
            Before = static app =>
            {
                app.UseForwardedHeaders();
                app.UsePathBase("/app");
                app.UseRouting();
            },
        });
        _port = FindFreePort();
        _directory = Directory.CreateTempSubdirectory("nginx");
        var configuration = Path.Combine(_directory.FullName, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            pid {{_directory.FullName}}/nginx.pid;
            error_log {{_directory.FullName}}/error.log;
            daemon off;
            master_process off;
            events { worker_connections 64; }
            http {
                access_log off;
                client_body_temp_path {{_directory.FullName}}/body;
                proxy_temp_path {{_directory.FullName}}/proxy;
                fastcgi_temp_path {{_directory.FullName}}/fastcgi;
                uwsgi_temp_path {{_directory.FullName}}/uwsgi;
                scgi_temp_path {{_directory.FullName}}/scgi;
                map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                server {
                    listen 127.0.0.1:{{_port}};
                    location /app/ {
                        proxy_pass http://127.0.0.1:{{Engine.Address.Port}};
                        proxy_http_version 1.1;
                        proxy_set_header Host $host;
                        proxy_set_header X-Forwarded-For 203.0.113.7;
                        proxy_set_header X-Forwarded-Proto https;
                        proxy_set_header Upgrade $http_upgrade;
                        proxy_set_header Connection $connection_upgrade;
                        client_max_body_size 2m;
                    }
                }
            }
            """);
        _nginx = Process.Start(new ProcessStartInfo(NginxPath, ["-c", configuration, "-p", _directory.FullName, "-e", Path.Combine(_directory.FullName, "error.log")]));
        await Eventually.True(() => IsListening(_port));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_nginx is not null)
        {
            _nginx.Kill();
            await _nginx.WaitForExitAsync();
            _nginx.Dispose();
        }

        if (Engine is not null)
        {
            await Engine.DisposeAsync();
            _directory.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Polling_and_the_clients_address()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var peer = new PollingPeer(http, "/app/engine.io/");

        using var handshake = await peer.HandshakeAsync();
        var held = peer.PollAsync();
        await peer.PostAsync("4hello");

        Assert.That(await held, Is.EqualTo("4hello"));
        var session = Engine.Server.FindSession(peer.Sid)!;
        Assert.That(session.Handshake.RemoteAddress, Is.EqualTo(IPAddress.Parse("203.0.113.7")));
        Assert.That(session.Handshake.IsSecure, Is.True);
        Assert.That(session.Handshake.Url, Is.EqualTo("/app/engine.io/?EIO=4&transport=polling"));
        session.Close(discard: true);
    }

    [Test]
    public async Task A_websocket()
    {
        using var webSocket = await ConnectAsync();

        await webSocket.ProveSessionAsync();
    }

    [Test]
    public async Task The_upgrade_from_polling()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var peer = new PollingPeer(http, "/app/engine.io/");
        using var handshake = await peer.HandshakeAsync();
        using var webSocket = await ConnectAsync(peer.Sid);

        await webSocket.ProveUpgradeAsync(peer);

        await webSocket.CloseQuietlyAsync();
    }

    [Test]
    public async Task A_message_of_the_largest_size()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var peer = new PollingPeer(http, "/app/engine.io/");
        using var handshake = await peer.HandshakeAsync();
        var message = "4" + new string('x', 999_999);

        await peer.PostAsync(message);

        Assert.That(await peer.PollAsync(), Is.EqualTo(message));
        await peer.PostAsync("1");
    }

    private async Task<ClientWebSocket> ConnectAsync(string? sid = null)
    {
        var webSocket = new ClientWebSocket();
        var target = "/app/engine.io/?EIO=4&transport=websocket" + (sid is null ? "" : "&sid=" + sid);
        await webSocket.ConnectAsync(new Uri(new UriBuilder(Address) { Scheme = "ws" }.Uri, target), CancellationToken.None).Soon();
        return webSocket;
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsListening(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
