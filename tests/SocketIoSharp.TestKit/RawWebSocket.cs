using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.TestKit;

/// <summary>A frame as the server sent it.</summary>
public sealed record RawFrame(bool IsFinal, int Reserved, int Opcode, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);
}

/// <summary>A WebSocket client that writes any frame, right or wrong, and answers nothing by itself.</summary>
public sealed class RawWebSocket : IAsyncDisposable
{
    public const int Continuation = 0;
    public const int TextFrame = 1;
    public const int BinaryFrame = 2;
    public const int CloseFrame = 8;
    public const int PingFrame = 9;
    public const int PongFrame = 10;

    /// <summary>What stands for a close frame without a code.</summary>
    public const int NoCode = 1005;

    /// <summary>What stands for a connection that ended without a close frame.</summary>
    public const int Abnormal = 1006;

    private RawWebSocket(RawHttpConnection connection, RawResponse response)
    {
        Connection = connection;
        Response = response;
    }

    public RawHttpConnection Connection { get; }

    public RawResponse Response { get; }

    /// <summary>Asks for an upgrade; fails unless the server agrees.</summary>
    public static Task<RawWebSocket> ConnectAsync(Uri address, string pathAndQuery, params string[] headers)
        => ConnectAsync(address, null, pathAndQuery, headers);

    /// <summary>Asks for an upgrade from an address of this machine; fails unless the server agrees.</summary>
    public static async Task<RawWebSocket> ConnectAsync(Uri address, IPAddress? from, string pathAndQuery, params string[] headers)
    {
        var (connection, response) = await RequestAsync(address, from, pathAndQuery, headers);
        return response.Status == 101 ? new RawWebSocket(connection, response)
            : throw new InvalidOperationException($"The upgrade was answered with {response}");
    }

    /// <summary>Asks for an upgrade and expects the refusal, after which the server ends the connection.</summary>
    public static async Task<RawResponse> ExpectRefusalAsync(Uri address, string pathAndQuery, params string[] headers)
    {
        var (connection, response) = await RequestAsync(address, null, pathAndQuery, headers);
        await using (connection)
        {
            return response.Status != 101 ? response : throw new InvalidOperationException("The upgrade was accepted.");
        }
    }

    public Task SendAsync(string text) => SendFrameAsync(TextFrame, Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] data) => SendFrameAsync(BinaryFrame, data);

    public Task SendFrameAsync(int opcode, byte[] payload, bool isFinal = true, int reserved = 0, bool isMasked = true)
        => Connection.WriteAsync(CreateFrame(opcode, payload, isFinal, reserved, isMasked));

    /// <summary>Sends several text messages in one write.</summary>
    public Task SendTogetherAsync(params string[] texts)
        => Connection.WriteAsync(texts.SelectMany(static text => CreateFrame(TextFrame, Encoding.UTF8.GetBytes(text))).ToArray());

    public static byte[] CreateFrame(int opcode, byte[] payload, bool isFinal = true, int reserved = 0, bool isMasked = true)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var frame = new List<byte> { (byte)((isFinal ? 0x80 : 0) | (reserved << 4) | opcode) };
        var mask = isMasked ? 0x80 : 0;
        Span<byte> length = stackalloc byte[8];
        if (payload.Length < 126)
        {
            frame.Add((byte)(mask | payload.Length));
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            frame.Add((byte)(mask | 126));
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.AddRange(length[..2]);
        }
        else
        {
            frame.Add((byte)(mask | 127));
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            frame.AddRange(length);
        }

        if (isMasked)
        {
            var key = RandomNumberGenerator.GetBytes(4);
            frame.AddRange(key);
            frame.AddRange(payload.Select((value, index) => (byte)(value ^ key[index & 3])));
        }
        else
        {
            frame.AddRange(payload);
        }

        return [.. frame];
    }

    public async Task<RawFrame> ReceiveFrameAsync()
    {
        var start = await Connection.ReadAsync(2);
        long length = start[1] & 0x7F;
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(await Connection.ReadAsync(2));
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadInt64BigEndian(await Connection.ReadAsync(8));
        }

        return (start[1] & 0x80) == 0
            ? new RawFrame((start[0] & 0x80) != 0, (start[0] >> 4) & 7, start[0] & 15, await Connection.ReadAsync((int)length))
            : throw new InvalidOperationException("A server must not mask its frames.");
    }

    /// <summary>The next message; binary is shown as in a polling payload, <c>b</c> and base64.</summary>
    public async Task<string> ReceiveAsync()
    {
        var frame = await ReceiveFrameAsync();
        return frame.Opcode switch
        {
            TextFrame => frame.Text,
            BinaryFrame => "b" + Convert.ToBase64String(frame.Payload),
            _ => throw new InvalidOperationException($"Expected a message, but opcode {frame.Opcode} came: {Convert.ToHexString(frame.Payload)}"),
        };
    }

    /// <summary>Skips what still comes and returns the code with which the server closes, or a stand-in for the lack of one.</summary>
    public async Task<int> ReceiveCloseAsync()
    {
        try
        {
            while (true)
            {
                var frame = await ReceiveFrameAsync();
                if (frame.Opcode == CloseFrame)
                {
                    var code = frame.Payload.Length == 0 ? NoCode : BinaryPrimitives.ReadUInt16BigEndian(frame.Payload);
                    return frame.Payload.Length == 0 || code is not (NoCode or Abnormal) ? code
                        : throw new InvalidOperationException($"The code {code} must never be sent.");
                }
            }
        }
        catch (EndOfStreamException)
        {
            return Abnormal;
        }
    }

    /// <summary>Sends a close frame, with a code or without, and waits for the answer.</summary>
    public async Task<int> CloseAsync(int? code = null)
    {
        await SendFrameAsync(CloseFrame, code is { } value ? [(byte)(value >> 8), (byte)value] : []);
        return await ReceiveCloseAsync();
    }

    public void Reset() => Connection.Reset();

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static async Task<(RawHttpConnection Connection, RawResponse Response)> RequestAsync(Uri address, IPAddress? from, string pathAndQuery, string[] headers)
    {
        var connection = await RawHttpConnection.ConnectAsync(address, from);
        await connection.WriteHeadAsync(
            $"GET {pathAndQuery} HTTP/1.1",
            ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)), .. headers]);
        return (connection, await connection.ReadResponseAsync());
    }
}
