namespace SocketIoSharp.Transport.Epoll;

/// <summary>Names of connections for logs and traces: a number that counts on from the start of the process, in 13 characters.</summary>
internal static class ConnectionIds
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
    private static long s_last = TimeProvider.System.GetUtcNow().Ticks;

    public static string Next() => string.Create(13, Interlocked.Increment(ref s_last), static (text, number) =>
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Digits[(int)(number & 31)];
            number >>= 5;
        }
    });
}
