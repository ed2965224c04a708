using System.Text.Json;
using System.Threading.Channels;
using SocketIOClient.Transport;
using Client = SocketIOClient.SocketIO;
using ClientOptions = SocketIOClient.SocketIOOptions;

namespace SocketIoSharp.InteropClient;

/// <summary>One client, in one namespace: the library has no more on a connection. Its commands run one after another.</summary>
internal sealed class Peer : IDisposable
{
    private readonly string _name;
    private readonly string _namespace;
    private readonly Client _client;
    private readonly LineWriter _lines;
    private readonly Channel<Command> _commands = Channel.CreateUnbounded<Command>();

    public Peer(Command command, LineWriter lines)
    {
        _name = command.Peer;
        _namespace = command.Texts("namespaces").First();
        _lines = lines;
        var transports = command.Texts("transports").ToList();
        _client = new Client(new Uri(command.Text("url") + _namespace), new ClientOptions
        {
            Path = command.Text("path").TrimEnd('/'),
            EIO = command.Integer("eio", 4),
            Transport = transports[0] == "websocket" ? TransportProtocol.WebSocket : TransportProtocol.Polling,
            AutoUpgrade = transports.Count > 1,
            // The library puts the values into the address as they are.
            Query = command.Map("query", Uri.EscapeDataString),
            ExtraHeaders = command.Map("headers", static text => text),
            Auth = command.Value("auth"),
            Reconnection = command.Is("reconnection"),
            ReconnectionDelay = 50,
            ReconnectionDelayMax = 100,
        });
        _client.OnConnected += (_, _) => Tell("connected", json => json.WriteString("id", _client.Id));
        _client.OnDisconnected += (_, reason) => Tell("disconnected", json => json.WriteString("reason", reason));
        _client.OnError += (_, message) => Tell("refused", json =>
        {
            json.WriteStartArray("args");
            json.WriteStringValue(message);
            json.WriteEndArray();
        });
        _ = WorkAsync();
    }

    public void Take(Command command) => _commands.Writer.TryWrite(command);

    public void Dispose()
    {
        _commands.Writer.Complete();
        _client.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (var command in _commands.Reader.ReadAllAsync())
        {
            try
            {
                if (await RunAsync(command))
                {
                    Answer(command, static json => json.WriteNull("result"));
                }
            }
#pragma warning disable CA1031 // Whatever the library throws is the result of the command.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Answer(command, json => json.WriteString("error", $"{error.GetType().Name}: {error.Message}"));
            }
        }
    }

    /// <summary>False when the answer comes later.</summary>
    private async Task<bool> RunAsync(Command command)
    {
        var name = command.Does is "make" or "connect" or "disconnect" or "listen-to-all" ? "" : command.Event;
        switch (command.Does)
        {
            case "make":
                return true;
            case "connect":
                await _client.ConnectAsync();
                return true;
            case "disconnect":
                await _client.DisconnectAsync();
                return true;
            case "listen":
                _client.On(name, response => Tell("event", json =>
                {
                    json.WriteString("event", name);
                    LineValues.WriteArguments(json, "args", response);
                }));
                return true;
            case "listen-to-all":
                _client.OnAny((any, response) => Tell("any", json => LineValues.WriteArguments(json, "args", response, any)));
                return true;
            case "mirror":
                _client.On(name, response => _ = response.CallbackAsync(LineValues.Arguments(response)));
                return true;
            case "emit":
                await _client.EmitAsync(name, command.Arguments);
                return true;
            case "ask":
                await _client.EmitAsync(name, response => Answer(command, json => LineValues.WriteArguments(json, "result", response)), command.Arguments);
                return false;
            default:
                throw new InvalidOperationException($"no such command: {command.Does}");
        }
    }

    private void Answer(Command command, Action<Utf8JsonWriter> writeResult) => _lines.Write(json =>
    {
        json.WriteNumber("answers", command.Number);
        writeResult(json);
    });

    private void Tell(string what, Action<Utf8JsonWriter> writeMore) => _lines.Write(json =>
    {
        json.WriteString("peer", _name);
        json.WriteString("namespace", _namespace);
        json.WriteString("tells", what);
        writeMore(json);
    });
}
