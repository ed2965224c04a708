using System.Runtime.InteropServices;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>The calls of Linux, and its numbers that they take. Each call gives what it has done, or an error as a negative number.</summary>
internal static unsafe partial class Libc
{
    public const int TryAgain = 11;
    public const int Interrupted = 4;

    /// <summary>More follows: the kernel may wait for it before it sends a packet.</summary>
    public const int More = 0x8000;

    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Add = 1;
    private const int DuplicateWithCloseOnExec = 1030;
    private const int SocketLevel = 1;
    private const int Linger = 13;
    private const int ShutdownBoth = 2;

    /// <summary>An epoll event is 12 bytes on x64, where it is packed, and 16 elsewhere.</summary>
    public static int EventSize { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where its eight bytes of data stand.</summary>
    public static int EventDataOffset => EventSize - sizeof(ulong);

    public static int CreateEpoll() => Result(epoll_create1(CloseOnExec));

    public static int CreateEventDescriptor() => Result(eventfd(0, CloseOnExec | NonBlocking));

    /// <summary>From now on the events of a descriptor are reported with this number.</summary>
    public static int Watch(int epoll, int descriptor, EpollEvents events, ulong number)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = (uint)events;
        *(ulong*)(entry + EventDataOffset) = number;
        return Result(epoll_ctl(epoll, Add, descriptor, entry));
    }

    public static int Wait(int epoll, byte* events, int count, int milliseconds) => Result(epoll_wait(epoll, events, count, milliseconds));

    public static int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Result((int)recv(descriptor, bytes, buffer.Length, DontWait));
        }
    }

    public static int Send(int descriptor, ReadOnlySpan<byte> data, int flags)
    {
        fixed (byte* bytes = data)
        {
            return Result((int)send(descriptor, bytes, data.Length, DontWait | NoSignal | flags));
        }
    }

    /// <summary>Makes closing a socket a reset.</summary>
    public static void ResetWhenClosed(int descriptor)
    {
        var linger = stackalloc int[2] { 1, 0 };
        _ = setsockopt(descriptor, SocketLevel, Linger, linger, 2 * sizeof(int));
    }

    /// <summary>Another descriptor for the same, which is not passed on to other programs.</summary>
    public static int Duplicate(int descriptor) => Result(fcntl(descriptor, DuplicateWithCloseOnExec, 0));

    public static void Shutdown(int descriptor) => _ = shutdown(descriptor, ShutdownBoth);

    public static void Close(int descriptor) => _ = close(descriptor);

    public static void Raise(int eventDescriptor)
    {
        ulong one = 1;
        _ = write(eventDescriptor, &one, sizeof(ulong));
    }

    public static void Lower(int eventDescriptor)
    {
        ulong count;
        _ = read(eventDescriptor, &count, sizeof(ulong));
    }

    private static int Result(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, void* buffer, nint length);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, void* buffer, nint length);

    [LibraryImport("libc")]
    private static partial int setsockopt(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport("libc")]
    private static partial int shutdown(int descriptor, int how);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
