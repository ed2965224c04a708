using System.Text.Json;
using System.Text.Json.Nodes;

namespace SocketIoSharp.InteropHost;

/// <summary>A command to a host of cluster nodes; which members it has depends on what it wants done.</summary>
internal sealed record ClusterCommand
{
    public required string Do { get; init; }

    public string? Node { get; init; }

    public string? Namespace { get; init; }

    public string? Adapter { get; init; }

    public Uri? Redis { get; init; }

    public JsonObject? Options { get; init; }

    public JsonObject? Recovery { get; init; }

    public IReadOnlyList<ClusterCommand> Commands { get; init; } = [];

    public Target Target { get; init; } = new();

    public IReadOnlyList<JsonElement> Args { get; init; } = [];

    public double? Timeout { get; init; }

    public IReadOnlyList<string> Rooms { get; init; } = [];

    public bool Close { get; init; }

    public string? Id { get; init; }

    public string? Action { get; init; }

    public string? Event { get; init; }

    /// <summary>Undefined when there is none, which is not the same as null.</summary>
    public JsonElement Answer { get; init; }

    public JsonElement Data { get; init; }

    public string EventName => Args[0].GetString()!;

    public object?[] Arguments => [.. Args.Skip(1).Select(TaggedValues.Read)];

    public TimeSpan Patience => TimeSpan.FromMilliseconds(Timeout ?? throw new InvalidOperationException("The command has no timeout."));
}
