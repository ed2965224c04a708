using System.Collections.Immutable;

namespace SocketIoSharp;

/// <summary>Whom a broadcast reaches and how; immutable.</summary>
/// <remarks>Node: <c>BroadcastOptions</c>.</remarks>
public sealed record BroadcastOptions
{
    /// <summary>Everybody, with nothing special.</summary>
    public static BroadcastOptions Everybody { get; } = new();

    /// <summary>The rooms whose clients are meant; none means everybody.</summary>
    public ImmutableArray<string> Rooms { get; init; } = [];

    /// <summary>The rooms whose clients are left out.</summary>
    public ImmutableArray<string> Except { get; init; } = [];

    /// <summary>Whether only clients of this server are meant.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether clients that cannot take the event at once are left out.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>Whether transports may compress the event.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>How long answers are waited for; null for the option of the server.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether the answer of one client is wanted rather than a list.</summary>
    public bool ExpectsSingleResponse { get; init; }
}
