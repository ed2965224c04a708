namespace SocketIoSharp;

/// <summary>Keeps everything in this process: the adapter of a single server.</summary>
/// <remarks>Node: the adapter that is used by default.</remarks>
internal sealed class InMemoryAdapter(AdapterContext context) : Adapter(context)
{
}
