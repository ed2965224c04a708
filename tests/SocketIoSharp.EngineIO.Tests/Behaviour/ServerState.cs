using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>What a test waits for inside the server because nothing of it can be seen from outside.</summary>
internal static class ServerState
{
    public static EngineIOClock Clock(this EngineTestServer server) => server.Application.Services.GetRequiredService<EngineIOClock>();

    public static EngineIOSession Session(this EngineTestServer server, RawEngineIOClient client)
        => (EngineIOSession?)server.Engine.FindSession(client.Sid) ?? throw new InvalidOperationException("The session is over.");

    /// <summary>The heartbeat waits, and so does the bound on the message or body that has begun.</summary>
    public static Task PostBegun(this EngineTestServer server, RawEngineIOClient client)
    {
        _ = server.Session(client);
        return Eventually.True(() => server.Clock().Count == 2);
    }

    /// <summary>A poll of the client waits for something to say.</summary>
    public static Task PollWaits(this EngineTestServer server, RawEngineIOClient client)
    {
        var session = server.Session(client);
        return Eventually.True(() => session.IsWritable);
    }
}
