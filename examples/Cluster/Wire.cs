namespace Cluster;

// What travels between the page and the nodes, and from node to node.

/// <summary>What a page says when it connects.</summary>
internal sealed record Introduction(string? Name, string? Room);

/// <summary>Somebody who is connected, to whichever node.</summary>
internal sealed record Visitor(string Id, string? Name, string? Node, string? Room);

/// <summary>Something that was said in a room.</summary>
internal sealed record Message(string? Name, string Node, string Room, string Text);

/// <summary>What a node tells about itself; visitors are those that it serves.</summary>
internal sealed record NodeReport(string Node, int Process, int Visitors);

/// <summary>The answers of all nodes, and how many did not give one.</summary>
internal sealed record NodeReports(IEnumerable<NodeReport> Nodes, int Missing);
