using System.Text.Json.Nodes;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.InteropHost;

/// <summary>What GET /stats tells: open sessions per path, the last closes with their reasons, the refused requests.</summary>
internal sealed class SessionJournal(IEnumerable<string> paths)
{
    private const int ShownEntries = 200;

    // The close of one session is asked for by its id, when many others may have closed meanwhile.
    private const int KeptEntries = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _sessions = paths.ToDictionary(path => path, _ => 0, StringComparer.Ordinal);
    private readonly Queue<JsonObject> _closes = new();
    private readonly Queue<JsonObject> _errors = new();

    public void RecordOpen(string path)
    {
        lock (_gate)
        {
            _sessions[path]++;
        }
    }

    public void RecordClose(string path, string sid, SessionClose close)
    {
        lock (_gate)
        {
            _sessions[path]--;
            Keep(_closes, new JsonObject { ["path"] = path, ["sid"] = sid, ["reason"] = close.ReasonText, ["details"] = close.Details });
        }
    }

    public void RecordError(string path, EngineIOConnectionError error)
    {
        var context = new JsonObject();
        foreach (var (name, value) in error.Context)
        {
            context[name] = value switch
            {
                null => null,
                int number => number,
                _ => value.ToString(),
            };
        }

        lock (_gate)
        {
            Keep(_errors, new JsonObject { ["path"] = path, ["code"] = error.Code, ["message"] = error.Message, ["context"] = context });
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _closes.Clear();
            _errors.Clear();
        }
    }

    /// <summary>Everything, or with an id the close of that session alone.</summary>
    public string ToJson(string? sid = null)
    {
        lock (_gate)
        {
            var sessions = new JsonObject();
            foreach (var (path, count) in _sessions)
            {
                sessions[path] = count;
            }

            return new JsonObject
            {
                ["sessions"] = sessions,
                ["closes"] = Show(sid is null ? _closes.TakeLast(ShownEntries) : _closes.Where(entry => (string?)entry["sid"] == sid)),
                ["errors"] = Show(sid is null ? _errors.TakeLast(ShownEntries) : []),
            }.ToJsonString();
        }
    }

    private static JsonArray Show(IEnumerable<JsonObject> entries) => new([.. entries.Select(static entry => entry.DeepClone())]);

    private static void Keep(Queue<JsonObject> entries, JsonObject entry)
    {
        entries.Enqueue(entry);
        if (entries.Count > KeptEntries)
        {
            entries.Dequeue();
        }
    }
}
