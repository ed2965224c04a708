using System.Globalization;

namespace SocketIoSharp.BenchmarkHost;

/// <summary>What the environment says about this server.</summary>
internal sealed record HostSettings
{
    /// <summary>The port to listen on.</summary>
    public int Port { get; private init; }

    /// <summary>The adapter between servers; null for none.</summary>
    public string? Adapter { get; private init; }

    /// <summary>Where that adapter finds Redis.</summary>
    public required string Redis { get; init; }

    /// <summary>The handlers: those of the scenarios, or those of the chat example, for each socket or as a class.</summary>
    public string? Handlers { get; private init; }

    /// <summary>"inline" for the settings that forbid handlers to block; null for the default.</summary>
    public string? Scheduling { get; private init; }

    /// <summary>Whether WebSocket connections go on without the HTTP layer.</summary>
    public bool IsLean { get; private init; }

    /// <summary>Whether Kestrel's sockets are ours.</summary>
    public bool IsEpoll { get; private init; }

    /// <summary>The largest message; null for the default.</summary>
    public long? MaxBuffer { get; private init; }

    public static HostSettings FromEnvironment() => new()
    {
        Port = int.Parse(Read("PORT") ?? "4210", CultureInfo.InvariantCulture),
        Adapter = Read("ADAPTER"),
        Redis = Read("REDIS") ?? "127.0.0.1:6379",
        Handlers = Read("HANDLERS"),
        Scheduling = Read("SCHEDULING"),
        IsLean = Read("LEAN") == "1",
        IsEpoll = Read("TRANSPORT") == "epoll",
        MaxBuffer = Read("MAX_BUFFER") is { } bytes ? long.Parse(bytes, CultureInfo.InvariantCulture) : null,
    };

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
