namespace SocketIoSharp.BenchmarkLoad.Scenarios;
internal sealed class NeighboursScenario(LoadOptions options, Sockets.Loop loop) : EchoScenario(options, loop);
