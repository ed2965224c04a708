using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Echoes messages and remembers nothing, for tests that measure memory.</summary>
internal sealed class ForgetfulEcho : EngineIOHandler
{
    public override Task OnMessageAsync(IEngineIOSession session, EngineIOMessage message) => RecordingHandler.EchoAsync(session, message);
}
