using System.Text.Json;

namespace SocketIoSharp.InteropClient;

/// <summary>Writes one JSON object a line, whole, from any thread.</summary>
internal sealed class LineWriter(Stream output)
{
    private readonly Lock _lock = new();

    public void Write(Action<Utf8JsonWriter> writeMembers)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        lock (_lock)
        {
            line.WriteTo(output);
            output.Flush();
        }
    }
}
