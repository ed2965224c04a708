namespace SocketIoSharp;

/// <summary>What a request among servers with the classic adapter asks for.</summary>
internal enum ClassicRequestKind
{
    /// <summary>What all adapters know.</summary>
    Message,

    /// <summary>The ids of clients in some rooms; asked by older servers only.</summary>
    SocketIds,

    /// <summary>All rooms.</summary>
    AllRooms,
}

/// <summary>A request among servers with the classic adapter.</summary>
internal sealed record ClassicRequest
{
    public required ClassicRequestKind Kind { get; init; }

    /// <summary>The server that asks; null when it does not say.</summary>
    public string? Uid { get; init; }

    /// <summary>By what the answers are found; null when none are wanted.</summary>
    public string? RequestId { get; init; }

    /// <summary>What all adapters know.</summary>
    public ClusterMessage? Message { get; init; }

    /// <summary>Whose ids are asked for.</summary>
    public IReadOnlyList<string> Rooms { get; init; } = [];

    /// <summary>Whether the request is in the form of older servers: it names one socket, and wants to hear when that is done.</summary>
    public bool IsLegacy { get; init; }
}

/// <summary>An answer among servers with the classic adapter.</summary>
internal sealed record ClassicResponse
{
    public required string RequestId { get; init; }

    /// <summary>What all adapters know. The wire does not say who answers, so its <see cref="ClusterMessage.Uid"/> is empty.</summary>
    public ClusterResponse? Message { get; init; }

    /// <summary>The rooms that the server has.</summary>
    public IReadOnlyList<string>? Rooms { get; init; }
}
