using System.Globalization;
using Microsoft.AspNetCore.Http;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>A session without a connection: it takes what it is sent.</summary>
internal sealed class SilentSession : IEngineIOSession
{
    private static int s_count;

    public string Id { get; } = string.Create(CultureInfo.InvariantCulture, $"session{Interlocked.Increment(ref s_count):D13}");

    public int Protocol => 4;

    public EngineIOHandshake Handshake { get; } = new(new DefaultHttpContext(), DateTimeOffset.UnixEpoch);

    public SessionState State => SessionState.Open;

    public EngineIOTransportType Transport => EngineIOTransportType.WebSocket;

    public bool IsUpgrading => false;

    public bool IsUpgraded => false;

    public bool IsWritable => true;

    public object? UserState { get; set; }

    public CancellationToken Closed => CancellationToken.None;

    public long Sent { get; private set; }

    public bool TrySendText(string text) => Take();

    public bool TrySendText(ReadOnlySpan<byte> utf8Text) => Take();

    public bool TrySendBinary(ReadOnlySpan<byte> data) => Take();

    public bool TrySend(EncodedMessage message) => Take();

    public Task<bool> WhenWritableAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    public void Close()
    {
        // Nothing to close.
    }

    public void Close(bool discard)
    {
        // Nothing to close.
    }

    private bool Take()
    {
        Sent++;
        return true;
    }
}
