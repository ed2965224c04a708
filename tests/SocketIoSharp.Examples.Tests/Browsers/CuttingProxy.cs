using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SocketIoSharp.Examples.Tests;

/// <summary>A way to the server that can be cut: its connections are reset, and new ones are as well until it is whole again.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile int _serverPort;
    private volatile bool _isCut;

    public CuttingProxy(Uri server)
    {
        _serverPort = server.Port;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _open.Keys)
        {
            Reset(socket);
        }
    }

    public void Mend() => _isCut = false;

    /// <summary>From the next connection on, another server is at the end.</summary>
    public void LeadTo(Uri server) => _serverPort = server.Port;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stopping.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(Socket browser)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (browser)
        {
            _open[browser] = 0;
            _open[server] = 0;
            try
            {
                if (!_isCut)
                {
                    await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                    await Task.WhenAny(CopyAsync(browser, server), CopyAsync(server, browser));
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // One side has gone; the other follows.
            }
            finally
            {
                Reset(browser);
                Reset(server);
                _open.TryRemove(browser, out _);
                _open.TryRemove(server, out _);
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One side has gone.
        }
    }

    private static void Reset(Socket socket) => socket.Close(0);
}
