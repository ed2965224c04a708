namespace SocketIoSharp.Transport.Epoll;

/// <summary>What epoll tells of a socket.</summary>
[Flags]
internal enum EpollEvents : uint
{
    None = 0,
    Readable = 1,
    Writable = 4,
    Failed = 8,
    HungUp = 16,
    PeerEnded = 0x2000,
    EdgeTriggered = 0x8000_0000,
}
