using System.Text.Json.Nodes;

namespace SocketIoSharp.InteropHost;

/// <summary>What GET /journal?id=SOCKET tells: what the server has seen of one socket, oldest first.</summary>
internal sealed class SocketJournal
{
    private const int KeptSockets = 5000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonArray> _entries = new(StringComparer.Ordinal);
    private readonly Queue<string> _ids = new();

    public void Record(string id, JsonObject entry)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var entries))
            {
                _entries.Add(id, entries = []);
                _ids.Enqueue(id);
                if (_ids.Count > KeptSockets)
                {
                    _entries.Remove(_ids.Dequeue());
                }
            }

            entries.Add(entry);
        }
    }

    public string JsonOf(string id)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(id, out var entries) ? entries.ToJsonString() : "[]";
        }
    }
}
