using System.Buffers.Binary;

namespace SocketIoSharp.BenchmarkLoad.Sockets;

/// <summary>Non-blocking TCP over the loopback addresses.</summary>
internal static unsafe class TcpSocket
{
    private const int AddressSize = 16;
    private const uint FirstLoopbackAddress = 0x7F000001;

    /// <summary>
    /// Starts to connect. An address has some 28,000 ports for its connections, the recently closed ones included, so callers
    /// number the source addresses from 0 and use many.
    /// </summary>
    public static int Connect(int port, uint source)
    {
        var descriptor = Native.Socket(Native.InterNetwork, Native.Stream | Native.NonBlocking | Native.CloseOnExec, 0);
        if (descriptor < 0)
        {
            throw Native.Failure("socket");
        }

        SetOption(descriptor, Native.TcpLevel, Native.NoDelay);
        // The port is chosen when the connection is made, where it only has to be free for this one destination.
        SetOption(descriptor, Native.IPLevel, Native.BindAddressNoPort);
        var address = stackalloc byte[AddressSize];
        WriteAddress(address, FirstLoopbackAddress + source, 0);
        if (Native.Bind(descriptor, address, AddressSize) < 0)
        {
            throw Native.Failure("bind");
        }

        WriteAddress(address, FirstLoopbackAddress, port);
        if (Native.Connect(descriptor, address, AddressSize) < 0 && Native.LastError != Native.InProgress)
        {
            throw Native.Failure("connect");
        }

        return descriptor;
    }

    public static bool HasFailed(int descriptor)
    {
        int error;
        var length = (uint)sizeof(int);
        return Native.GetOption(descriptor, Native.SocketLevel, Native.SocketError, &error, &length) < 0 || error != 0;
    }

    /// <summary>The number of bytes; 0 when the other side has closed, -1 when there is nothing to read now.</summary>
    public static int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            var count = Native.Receive(descriptor, pointer, buffer.Length, 0);
            return count >= 0 ? (int)count : Native.LastError == Native.WouldBlock ? -1 : throw Native.Failure("recv");
        }
    }

    /// <summary>The number of bytes that found room.</summary>
    public static int Send(int descriptor, ReadOnlySpan<byte> data)
    {
        fixed (byte* pointer = data)
        {
            var count = Native.Send(descriptor, pointer, data.Length, Native.NoSignal);
            return count >= 0 ? (int)count : Native.LastError == Native.WouldBlock ? 0 : throw Native.Failure("send");
        }
    }

    private static void SetOption(int descriptor, int level, int name)
    {
        var one = 1;
        if (Native.SetOption(descriptor, level, name, &one, sizeof(int)) < 0)
        {
            throw Native.Failure("setsockopt");
        }
    }

    private static void WriteAddress(byte* address, uint host, int port)
    {
        var span = new Span<byte>(address, AddressSize);
        span.Clear();
        *(ushort*)address = Native.InterNetwork;
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)port);
        BinaryPrimitives.WriteUInt32BigEndian(span[4..], host);
    }
}
