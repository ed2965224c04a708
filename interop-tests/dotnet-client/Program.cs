// Runs clients of the library SocketIOClient for a test: commands as JSON lines on stdin, answers and events as JSON lines on stdout.
// What lines look like is told at the head of ecosystems/support/line-driver.mjs.
using SocketIoSharp.InteropClient;

var lines = new LineWriter(Console.OpenStandardOutput());
lines.Write(static json => json.WriteString("tells", "ready"));
var peers = new Dictionary<string, Peer>(StringComparer.Ordinal);
using var input = new StreamReader(Console.OpenStandardInput());
while (await input.ReadLineAsync() is { } line)
{
    var command = Command.Parse(line);
    if (command.Does == "make")
    {
        peers[command.Peer] = new Peer(command, lines);
    }

    peers[command.Peer].Take(command);
}

foreach (var peer in peers.Values)
{
    peer.Dispose();
}
