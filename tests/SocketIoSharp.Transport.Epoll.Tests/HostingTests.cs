using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>The transport below Kestrel: requests of every version, addresses, features, shutting down.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class HostingTests(bool isInline)
{
    [TestCase(HttpProtocols.Http1, false)]
    [TestCase(HttpProtocols.Http1, true)]
    [TestCase(HttpProtocols.Http2, false)]
    [TestCase(HttpProtocols.Http2, true)]
    public async Task Requests_and_answers_of_every_size(HttpProtocols protocols, bool isTls)
    {
        await using var server = await EpollServer.StartAsync(
            isInline,
            listen =>
            {
                listen.Protocols = protocols;
                if (isTls)
                {
                    listen.UseHttps(Certificates.SelfSigned);
                }
            },
            static app => app.MapPost("/", static async (HttpRequest request, HttpResponse response) =>
            {
                var body = new MemoryStream();
                await request.Body.CopyToAsync(body);
                await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
            }));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => Certificates.SelfSigned.Equals(certificate);
        using var client = new HttpClient(handler)
        {
            BaseAddress = server.Address,
            DefaultRequestVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Eventually.Patience,
        };

        foreach (var size in new[] { 0, 1, 4_096, 100_000, 5_000_000 })
        {
            var body = Sockets.RandomBytes(size);
            using var response = await client.PostAsync("/", new ByteArrayContent(body));
            Assert.That((await response.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(body), $"{size} bytes");
        }
    }

    [Test]
    public async Task A_request_is_aborted_when_its_client_leaves()
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await EpollServer.StartAsync(isInline, static _ => { }, app => app.MapGet("/", async (HttpContext context) =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            begun.SetResult();
            await aborted.Task;
        }));
        using var client = await server.ConnectAsync();
        await client.SendTextAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await begun.Task.Soon();

        client.Dispose();

        await aborted.Task.Soon();
    }

    [Test]
    public async Task Clients_that_leave_in_the_middle_of_an_upload_end_their_own_request_alone()
    {
        await using var server = await EpollServer.StartAsync(isInline, static _ => { }, static app =>
        {
            app.MapGet("/", static () => "hello");
            app.MapPost("/", static async (HttpContext context) =>
            {
                try
                {
                    await context.Request.Body.CopyToAsync(Stream.Null);
                }
                catch (Exception exception) when (exception is IOException or OperationCanceledException)
                {
                    // That is what this is about.
                }
            });
        });
        var part = Sockets.RandomBytes(1_000_000);

        for (var i = 0; i < 50; i++)
        {
            using var client = await server.ConnectAsync();
            await client.SendTextAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
            await client.SendAsync(part.AsMemory(0, 20_000 * (i + 1))).Soon();
            if (i % 2 == 0)
            {
                client.Reset();
            }
        }

        using var http = new HttpClient { BaseAddress = server.Address, Timeout = Eventually.Patience };
        Assert.That(await http.GetStringAsync(new Uri("/", UriKind.Relative)), Is.EqualTo("hello"));
    }

    [Test]
    public async Task An_address_that_is_in_use_is_said_to_be_so()
    {
        await using var server = await EpollServer.StartAsync(isInline, static _ => Task.CompletedTask);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseEpollTransport();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, server.Address.Port));
        await using var second = builder.Build();

        await Assert.ThatAsync(() => second.StartAsync(), Throws.InstanceOf<IOException>().With.InnerException.InstanceOf<AddressInUseException>());
    }

    [Test]
    public async Task Unix_sockets_are_served_too()
    {
        var folder = Directory.CreateTempSubdirectory("epoll-");
        try
        {
            var path = Path.Combine(folder.FullName, "socket");
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseEpollTransport();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path));
            await using var app = builder.Build();
            app.MapGet("/", static () => "hello");
            await app.StartAsync();
            using var handler = new SocketsHttpHandler
            {
                ConnectCallback = async (_, token) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            };
            using var client = new HttpClient(handler);

            Assert.That(await client.GetStringAsync(new Uri("http://localhost/")), Is.EqualTo("hello"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    [NonParallelizable]
    public async Task Connections_that_come_and_go_leave_no_descriptor_behind()
    {
        const int Rounds = 20;
        const int AtOnce = 50;
        await using var server = await EpollServer.StartAsync(isInline, static async connection =>
        {
            connection.Transport.Output.WriteText(await connection.Transport.Input.ReadTextAsync(4));
            await connection.Transport.Output.FlushAsync();
            await connection.Transport.Input.ReadAsync();
        });
        await ComeAndGoAsync(server, 0);
        var before = CountDescriptors();

        for (var round = 1; round <= Rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(index => ComeAndGoAsync(server, index))).Soon();
        }

        await Eventually.True(() => CountDescriptors() <= before + 2);
    }

    private static async Task ComeAndGoAsync(EpollServer server, int index)
    {
        using var client = await server.ConnectAsync();
        var text = index.ToString("D4", CultureInfo.InvariantCulture);
        await client.SendTextAsync(text);
        Assert.That(await client.ReceiveTextAsync(4), Is.EqualTo(text));
        if (index % 2 == 0)
        {
            client.Reset();
        }
    }

    private static int CountDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
}
