using System.Runtime.InteropServices;
using SocketIoSharp.BenchmarkLoad.Measuring;

namespace SocketIoSharp.BenchmarkLoad.Sockets;

/// <summary>Waits for many sockets at once. Level-triggered: what is not read is reported again.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    public const uint Readable = 1;
    public const uint Writable = 4;
    public const uint Failed = 8 | 16;

    private const int AddOperation = 1;
    private const int ChangeOperation = 3;

    // The kernel's structure is packed on this one architecture, for the sake of its 32-bit programs.
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private readonly int _descriptor = Native.EpollCreate(Native.CloseOnExec);
    private readonly int _capacity;
    private readonly byte* _events;

    public Epoll(int capacity)
    {
        if (_descriptor < 0)
        {
            throw Native.Failure("epoll_create1");
        }

        _capacity = capacity;
        _events = (byte*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)EventSize);
    }

    public int Descriptor => _descriptor;

    private static int EventSize => s_dataOffset + sizeof(ulong);

    public void Add(int descriptor, uint interest, ulong token) => Control(AddOperation, descriptor, interest, token);

    public void Change(int descriptor, uint interest, ulong token) => Control(ChangeOperation, descriptor, interest, token);

    /// <summary>The number of events, after at most so many nanoseconds.</summary>
    public int Wait(long nanoseconds)
    {
        var timeout = stackalloc long[2];
        (timeout[0], timeout[1]) = Math.DivRem(Math.Max(nanoseconds, 0), Clock.Second);
        var count = Native.EpollWait(_descriptor, _events, _capacity, timeout, 0);
        if (count >= 0)
        {
            return count;
        }

        return Native.LastError == Native.Interrupted ? 0 : throw Native.Failure("epoll_pwait2");
    }

    public (uint Events, ulong Token) this[int index]
    {
        get
        {
            var item = _events + (index * EventSize);
            return (*(uint*)item, *(ulong*)(item + s_dataOffset));
        }
    }

    public void Dispose()
    {
        _ = Native.Close(_descriptor);
        NativeMemory.Free(_events);
    }

    private void Control(int operation, int descriptor, uint interest, ulong token)
    {
        var item = stackalloc byte[EventSize];
        *(uint*)item = interest;
        *(ulong*)(item + s_dataOffset) = token;
        if (Native.EpollControl(_descriptor, operation, descriptor, item) < 0)
        {
            throw Native.Failure("epoll_ctl");
        }
    }
}
