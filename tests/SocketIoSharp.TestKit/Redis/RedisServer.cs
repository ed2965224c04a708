using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace SocketIoSharp.TestKit;

/// <summary>
/// A Redis for tests: the one that REDIS_URL names, else one that is started from the path on a free port, else (built with
/// <c>-p:UseTestcontainers=true</c>) a container. Without any of them the test is ignored, or fails where CI is true.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string HowToInstall =
        "There is no Redis for this test. Install one so that redis-server is on the path (apt-get install redis-server, brew install redis), "
        + "or set REDIS_URL=redis://host:port, or build the tests with -p:UseTestcontainers=true where Docker runs.";

    private RedisProcess? _process;
#if USE_TESTCONTAINERS
    private RedisTestContainer? _container;
#endif

    private RedisServer(RedisAddress address, RedisProcess? process)
    {
        Address = address;
        _process = process;
    }

    /// <summary>Host and port, and the password after a comma if there is one: what StackExchange.Redis takes.</summary>
    public string ConnectionString
        => Address + (Address.User is { } user ? ",user=" + user : "") + (Address.Password is { } password ? ",password=" + password : "");

    public string Host => Address.Host;

    public int Port => Address.Port;

    /// <summary>The address as Node's clients take it.</summary>
    public string Url
        => "redis://" + (Address.Password is { } password ? $"{Address.User}:{Uri.EscapeDataString(password)}@" : "") + Address;

    internal RedisAddress Address { get; }

    public static async Task<RedisServer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("REDIS_URL") is { Length: > 0 } url)
        {
            return await WhenReadyAsync(new RedisServer(ParseUrl(url), null));
        }

        if (RedisProcess.IsInstalled)
        {
            return await StartProcessAsync();
        }

#if USE_TESTCONTAINERS
        var container = await RedisTestContainer.StartAsync();
        return await WhenReadyAsync(new RedisServer(container.Address, null) { _container = container });
#else
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail(HowToInstall);
        }

        Assert.Ignore(HowToInstall);
        throw new InvalidOperationException(HowToInstall);
#endif
    }

    /// <summary>Kills Redis; all keys are lost. Ignores the test where the Redis is not ours to kill.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
        {
            Assert.Ignore("The Redis of this run was not started by the tests, so they do not kill it.");
            return;
        }

        await process.KillAsync();
    }

    /// <summary>Starts a new Redis, without any keys, on the port of the one that was killed.</summary>
    public async Task StartAgainAsync()
    {
        _process = RedisProcess.Start(Port);
        await WhenReadyAsync(this);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.KillAsync();
        }

#if USE_TESTCONTAINERS
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }
#endif
    }

    private static async Task<RedisServer> StartProcessAsync()
    {
        // Another program may take the port between the look and the start.
        for (var attempt = 1; ; attempt++)
        {
            var port = FindFreePort();
            var server = new RedisServer(new RedisAddress("127.0.0.1", port), RedisProcess.Start(port));
            try
            {
                return await WhenReadyAsync(server);
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>
    /// Finds a port below those that systems give to outgoing connections: on one of these a client that tries again and again
    /// to reach a Redis that is away would sooner or later be connected to itself, or to whoever was given the port.
    /// </summary>
    private static int FindFreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // It is taken: another one.
            }
        }
    }

    private static RedisAddress ParseUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != "redis")
        {
            throw new InvalidOperationException($"REDIS_URL must be like redis://user:password@host:port, but it is: {text}");
        }

        var credentials = url.UserInfo.Split(':', 2);
        return new RedisAddress(
            url.Host,
            url.Port > 0 ? url.Port : 6379,
            credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null);
    }

    private static async Task<RedisServer> WhenReadyAsync(RedisServer server)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        try
        {
            while (!await AnswersAsync(server.Address, patience.Token))
            {
                if (server._process is { HasExited: true } process)
                {
                    throw new InvalidOperationException($"redis-server has ended by itself on port {server.Port}: {process.Output}");
                }

                await ticks.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"No Redis answered at {server.Address} within {Eventually.Patience.TotalSeconds} s.", exception);
        }

        return server;
    }

    private static async Task<bool> AnswersAsync(RedisAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await using var pipe = await RespPipe.ConnectAsync(address, null, cancellationToken);
            await pipe.SendAsync("PING", default).WaitAsync(cancellationToken);
            return true;
        }
        catch (RedisUnavailableException)
        {
            return false;
        }
        catch (RedisCommandException exception) when (exception.Message.StartsWith("LOADING", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
