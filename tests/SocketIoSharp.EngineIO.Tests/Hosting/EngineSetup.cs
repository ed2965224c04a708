using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>How a test's application differs from the plain one: one engine at /engine.io on a free port.</summary>
internal sealed class EngineSetup
{
    public string Path { get; init; } = "/engine.io";

    /// <summary>Whether the engine is added and mapped here, rather than by the test itself.</summary>
    public bool IsMapped { get; init; } = true;

    public Action<EngineIOOptions>? Options { get; init; }

    public Action<WebApplicationBuilder>? Services { get; init; }

    /// <summary>Runs before the engine is mapped.</summary>
    public Action<WebApplication>? Before { get; init; }

    /// <summary>Runs after the engine is mapped.</summary>
    public Action<WebApplication>? After { get; init; }

    public Action<IEndpointConventionBuilder>? Endpoint { get; init; }

    public Action<KestrelServerOptions>? Kestrel { get; init; }

    public Action<ListenOptions>? Listen { get; init; }

    public IEngineIOHandler? Handler { get; init; }

    /// <summary>Whether the in-memory server of the test host takes Kestrel's place.</summary>
    public bool IsInMemory { get; init; }

    /// <summary>Whether warnings and errors in the log are what the test is about.</summary>
    public bool MayLogProblems { get; init; }
}
