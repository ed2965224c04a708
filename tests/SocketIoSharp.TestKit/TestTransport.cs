using Microsoft.AspNetCore.Hosting;

namespace SocketIoSharp.TestKit;

/// <summary>
/// What lies below the servers of the tests: Kestrel's own sockets, or what the environment asks for in TEST_TRANSPORT, several with
/// blanks between them: "epoll" for the epoll transport, "inline" for inline scheduling, "lean" for WebSockets without the HTTP layer.
/// </summary>
public static class TestTransport
{
    public static void ApplyTo(IWebHostBuilder builder)
    {
        foreach (var choice in (Environment.GetEnvironmentVariable("TEST_TRANSPORT") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _ = choice switch
            {
                "epoll" => builder.UseEpollTransport(),
                "inline" => builder.UseInlineTransportScheduling(),
                "lean" => builder.ConfigureKestrel(static kestrel => kestrel.ConfigureEndpointDefaults(static listen => listen.UseLeanWebSockets())),
                _ => throw new InvalidOperationException($"TEST_TRANSPORT is \"{choice}\", and not \"epoll\", \"inline\" or \"lean\"."),
            };
        }
    }
}
