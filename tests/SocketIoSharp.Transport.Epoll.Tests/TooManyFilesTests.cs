using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>A server that has reached its limit of open files: who is connected stays so, and who wants to be has to wait.</summary>
[NonParallelizable]
public sealed class TooManyFilesTests
{
    [Test]
    public async Task Connections_go_on_and_new_ones_are_accepted_once_files_are_free([Values] bool isInline)
    {
        await using var server = await EpollServer.StartAsync(isInline, static connection => connection.Transport.Input.CopyToAsync(connection.Transport.Output));
        using var connected = await server.ConnectAsync();
        await connected.SendTextAsync("one ");
        Assert.That(await connected.ReceiveTextAsync(4), Is.EqualTo("one "));
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        using (OpenFiles.LimitTo(3))
        {
            await waiting.ConnectAsync(IPAddress.Loopback, server.Address.Port).Soon();
            await Eventually.True(() => server.Log.Of("CannotAccept").Count > 0);
            await connected.SendTextAsync("two ");
            Assert.That(await connected.ReceiveTextAsync(4), Is.EqualTo("two "));
        }

        await waiting.SendTextAsync("here");
        Assert.That(await waiting.ReceiveTextAsync(4), Is.EqualTo("here"));
        Assert.That(server.Log.Of("CannotAccept"), Has.Count.EqualTo(1));
    }

    /// <summary>The limit of this process. A lower one does not close anything, but nothing more can be opened.</summary>
    private sealed class OpenFiles : IDisposable
    {
        private const int NumberOfFiles = 7;

        private readonly Limit _before;

        private OpenFiles(Limit before) => _before = before;

        public static OpenFiles LimitTo(ulong count)
        {
            Assert.That(getrlimit(NumberOfFiles, out var before), Is.Zero);
            Set(before with { Soft = count });
            return new OpenFiles(before);
        }

        public void Dispose() => Set(_before);

        private static void Set(Limit limit) => Assert.That(setrlimit(NumberOfFiles, in limit), Is.Zero);

        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int getrlimit(int resource, out Limit limit);

        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int setrlimit(int resource, in Limit limit);

        [StructLayout(LayoutKind.Sequential)]
        private readonly record struct Limit(ulong Soft, ulong Hard);
    }
}
