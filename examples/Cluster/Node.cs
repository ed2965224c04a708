using SocketIoSharp;

namespace Cluster;

/// <summary>This process, as one of the cluster.</summary>
internal sealed class Node(string name)
{
    public string Name => name;

    public NodeReport Report(INamespace io) => new(name, Environment.ProcessId, io.Sockets.Count);
}
