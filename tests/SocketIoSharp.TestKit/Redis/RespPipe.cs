using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace SocketIoSharp.TestKit;

/// <summary>Where a Redis listens.</summary>
internal sealed record RedisAddress(string Host, int Port, string? User = null, string? Password = null)
{
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>
/// One connection on which commands are written without waiting for the replies, which come in the same order. The messages of
/// subscriptions go to a handler, one after the other, on the task that reads.
/// </summary>
internal sealed class RespPipe : IAsyncDisposable
{
    private static readonly HashSet<string> s_messages = new(StringComparer.Ordinal) { "message", "pmessage", "smessage" };

    private readonly Socket _socket;
    private readonly Action<RedisReply> _onMessage;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<RedisReply>> _pending = new();
    private Exception? _failure;

    private RespPipe(Socket socket, Action<RedisReply> onMessage)
    {
        _socket = socket;
        _onMessage = onMessage;
        Closed = RunAsync();
    }

    /// <summary>Complete as soon as the connection has ended; never fails.</summary>
    public Task Closed { get; }

    /// <exception cref="RedisUnavailableException">Nobody listens there.</exception>
    public static async Task<RespPipe> ConnectAsync(RedisAddress address, Action<RedisReply>? onMessage, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(address.Host, address.Port), cancellationToken);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new RedisUnavailableException($"Nobody listens at {address}.", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var pipe = new RespPipe(socket, onMessage ?? (static _ => { }));
        try
        {
            if (address.Password is { } password)
            {
                RedisArgument[] credentials = address.User is { } user ? [user, password] : [password];
                await pipe.SendAsync("AUTH", credentials).WaitAsync(cancellationToken);
            }

            return pipe;
        }
        catch
        {
            await pipe.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a command; the order of the calls is the order on the wire.</summary>
    /// <returns>The reply.</returns>
    public Task<RedisReply> SendAsync(string command, ReadOnlyMemory<RedisArgument> arguments)
    {
        var bytes = Encode(command, arguments.Span);
        var reply = new TaskCompletionSource<RedisReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                return Task.FromException<RedisReply>(failure);
            }

            _pending.Enqueue(reply);
            _outgoing.Writer.TryWrite(bytes);
        }

        return reply.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Closed;
    }

    private static byte[] Encode(string command, ReadOnlySpan<RedisArgument> arguments)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Write(bytes, string.Create(CultureInfo.InvariantCulture, $"*{arguments.Length + 1}\r\n"));
        WriteBulk(bytes, Encoding.UTF8.GetBytes(command));
        foreach (var argument in arguments)
        {
            WriteBulk(bytes, argument.Bytes.Span);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteBulk(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> value)
    {
        Write(bytes, string.Create(CultureInfo.InvariantCulture, $"${value.Length}\r\n"));
        bytes.Write(value);
        Write(bytes, "\r\n");
    }

    private static void Write(ArrayBufferWriter<byte> bytes, string text) => bytes.Write(Encoding.ASCII.GetBytes(text));

    private async Task RunAsync()
    {
        var writing = WriteAllAsync();
        Exception failure;
        try
        {
            await ReadAllAsync();
            failure = new RedisUnavailableException("The connection to Redis has ended.");
        }
        catch (Exception exception)
        {
            failure = new RedisUnavailableException("The connection to Redis has ended: " + exception.Message, exception);
        }

        List<TaskCompletionSource<RedisReply>> unanswered;
        lock (_gate)
        {
            _failure = failure;
            unanswered = [.. _pending];
            _pending.Clear();
            _outgoing.Writer.TryComplete();
        }

        unanswered.ForEach(reply =>
        {
            reply.TrySetException(failure);

            // Whoever has asked may not be there any more.
            _ = reply.Task.Exception;
        });
        await _closing.CancelAsync();
        _socket.Dispose();
        await writing;
    }

    private async Task ReadAllAsync()
    {
        await Task.Yield();
        var reader = new RespReader(_socket);
        while (true)
        {
            var reply = await reader.ReadAsync(_closing.Token);
            if (reply.Value.Items is [var kind, ..] && s_messages.Contains(kind.ToString()))
            {
                _onMessage(reply.Value);
                continue;
            }

            TaskCompletionSource<RedisReply> pending;
            lock (_gate)
            {
                pending = _pending.Dequeue();
            }

            if (reply.Error is { } error)
            {
                pending.TrySetException(new RedisCommandException(error));
            }
            else
            {
                pending.TrySetResult(reply.Value);
            }
        }
    }

    private async Task WriteAllAsync()
    {
        try
        {
            await foreach (var bytes in _outgoing.Reader.ReadAllAsync(_closing.Token))
            {
                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += await _socket.SendAsync(bytes.AsMemory(sent), _closing.Token);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever reads sees the end of the connection, too.
            await _closing.CancelAsync();
        }
    }
}
