using System.Text.Json;

namespace SocketIoSharp.InteropClient;

/// <summary>One line of the test: which client is to do what.</summary>
internal sealed class Command
{
    private readonly JsonElement _line;

    private Command(JsonElement line) => _line = line;

    public int Number => _line.GetProperty("number").GetInt32();

    public string Peer => Text("peer");

    public string Does => Text("do");

    public string Event => Text("event");

    public object?[] Arguments => [.. _line.GetProperty("args").EnumerateArray().Select(LineValues.Read)];

    public static Command Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return new Command(document.RootElement.Clone());
    }

    public string Text(string member) => _line.GetProperty(member).GetString()!;

    public IEnumerable<string> Texts(string member) => _line.GetProperty(member).EnumerateArray().Select(static item => item.GetString()!);

    public int Integer(string member, int otherwise) => _line.TryGetProperty(member, out var value) ? value.GetInt32() : otherwise;

    public bool Is(string member) => _line.TryGetProperty(member, out var value) && value.GetBoolean();

    public object? Value(string member) => _line.TryGetProperty(member, out var value) ? LineValues.Read(value) : null;

    public Dictionary<string, string>? Map(string member, Func<string, string> change)
        => _line.TryGetProperty(member, out var value) ? value.EnumerateObject().ToDictionary(static item => item.Name, item => change(item.Value.GetString()!), StringComparer.Ordinal) : null;
}
