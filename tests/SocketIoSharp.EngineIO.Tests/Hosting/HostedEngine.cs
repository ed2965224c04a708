using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>An application with an Engine.IO server in it, started. Ends with the assertion that nothing went wrong in its log.</summary>
internal sealed class HostedEngine : IAsyncDisposable
{
    private readonly bool _mayLogProblems;
    private readonly List<HttpClient> _httpClients = [];

    private HostedEngine(WebApplication app, EngineSetup setup, LogCapture log)
    {
        App = app;
        Log = log;
        _mayLogProblems = setup.MayLogProblems;
    }

    public WebApplication App { get; }

    public LogCapture Log { get; }

    public RecordingHandler Handler { get; } = RecordingHandler.Echo();

    public IEngineIOServer Server => App.Services.GetRequiredService<IEngineIOServer>();

    public EngineIOClock Clock => App.Services.GetRequiredService<EngineIOClock>();

    public Uri Address => new(App.Urls.First());

    public Uri WebSocketAddress => new UriBuilder(Address) { Scheme = Address.Scheme == "https" ? "wss" : "ws" }.Uri;

    public static Task<HostedEngine> StartAsync(Action<EngineIOOptions>? options = null) => StartAsync(new EngineSetup { Options = options });

    public static async Task<HostedEngine> StartAsync(EngineSetup setup)
    {
        var log = new LogCapture();
        var builder = CreateBuilder(setup, log);
        if (setup.IsMapped)
        {
            builder.Services.AddEngineIO(setup.Options);
        }

        setup.Services?.Invoke(builder);
        var app = builder.Build();
        var engine = new HostedEngine(app, setup, log);
        try
        {
            setup.Before?.Invoke(app);
            if (setup.IsMapped)
            {
                var endpoint = app.MapEngineIO(setup.Path, setup.Handler ?? engine.Handler);
                setup.Endpoint?.Invoke(endpoint);
            }

            setup.After?.Invoke(app);
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return engine;
    }

    /// <summary>An HTTP client that trusts the certificate of these tests; it ends with the application.</summary>
    public HttpClient CreateHttpClient(bool isHttp2 = false)
    {
        var handler = new SocketsHttpHandler { UseCookies = false, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback =
            static (_, certificate, _, _) => certificate?.GetCertHashString() == Certificates.SelfSigned.GetCertHashString();
        var client = new HttpClient(handler)
        {
            BaseAddress = Address,
            Timeout = Eventually.Patience,
            DefaultRequestVersion = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _httpClients.Add(client);
        return client;
    }

    public RawEngineIOClient CreateClient(string path = "/engine.io/", int protocol = 4, string? query = null)
        => new(Address, new RawClientOptions { Path = path, Protocol = protocol, Query = query });

    /// <summary>One request on a connection of its own, with the headers as they are; a chunked body is put together.</summary>
    public async Task<RawResponse> RequestAsync(string requestLine, params string[] headers)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(Address);
        await connection.WriteHeadAsync(requestLine + " HTTP/1.1", ["Connection: close", .. headers]);
        var response = await connection.ReadResponseAsync(hasBody: !requestLine.StartsWith("HEAD", StringComparison.Ordinal));
        return response.Header("Transfer-Encoding") is null ? response : response with { Bytes = Unchunk(response.Bytes) };
    }

    /// <summary>Completes when the engine has begun to serve a further request.</summary>
    public Task WhenNextRequestArrivesAsync()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Use(async (context, next) =>
        {
            var serving = next(context);
            arrived.TrySetResult();
            await serving;
        });
        return arrived.Task.Soon();
    }

    /// <summary>Proves with a whole life of a session that the server is up.</summary>
    public async Task AssertServesAsync()
    {
        await using var client = CreateClient();
        await client.HandshakeAsync();
        await client.PostAsync("4alive");
        Assert.That(await client.GetAsync(), Is.EqualTo("4alive"));
        await client.PostAsync("1");
        await Eventually.True(() => Server.FindSession(client.Sid) is null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _httpClients)
        {
            client.Dispose();
        }

        await App.StopAsync();
        await App.DisposeAsync();
        if (!_mayLogProblems)
        {
            Assert.That(Log.Lines.Where(static line => line.Level >= LogLevel.Warning), Is.Empty);
        }
    }

    private static byte[] Unchunk(ReadOnlySpan<byte> chunked)
    {
        var body = new List<byte>();
        while (true)
        {
            var lineEnd = chunked.IndexOf("\r\n"u8);
            var size = int.Parse(chunked[..lineEnd], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return [.. body];
            }

            body.AddRange(chunked.Slice(lineEnd + 2, size));
            chunked = chunked[(lineEnd + 2 + size + 2)..];
        }
    }

    private static WebApplicationBuilder CreateBuilder(EngineSetup setup, LogCapture log)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning);
        if (setup.IsInMemory)
        {
            builder.WebHost.UseTestServer();
        }
        else
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            TestTransport.ApplyTo(builder.WebHost);
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                setup.Kestrel?.Invoke(kestrel);
                kestrel.Listen(IPAddress.Loopback, 0, listen => setup.Listen?.Invoke(listen));
            });
        }

        return builder;
    }
}
