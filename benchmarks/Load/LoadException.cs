namespace SocketIoSharp.BenchmarkLoad;

/// <summary>Something went wrong that makes the figures worthless: a wrong answer, a closed connection, a refused option.</summary>
internal sealed class LoadException(string message) : Exception(message);
