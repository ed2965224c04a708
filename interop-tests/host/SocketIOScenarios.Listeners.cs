using System.Text.Json.Nodes;

namespace SocketIoSharp.InteropHost;

/// <content>Middlewares of events, and listeners of all kinds.</content>
internal sealed partial class SocketIOScenarios
{
    private readonly List<object?[]> _incoming = [];
    private readonly List<object?[]> _outgoing = [];
    private readonly List<string> _order = [];
    private readonly List<IDisposable> _recorders = [];
    private IDisposable? _temporary;

    private void AddListeners()
    {
        socket.Use(async (socketEvent, next) =>
        {
            switch (socketEvent.Name)
            {
                case "forbidden":
                    throw new InvalidOperationException($"refused: {socketEvent.Arguments.Get<string>(0)}");
                case "slowly":
                    await Task.Delay(socketEvent.Arguments.Get<int>(0));
                    break;
            }

            await next();
        });
        socket.On("forbidden", () => socket.EmitAsync("forbidden-reached"));
        socket.On("slowly", (int _, EventArgument value) => socket.EmitAsync("slowly-reached", value));
        socket.OnError(error =>
        {
            journal.Record(socket.Id, new JsonObject { ["what"] = "error", ["message"] = error.Message });
            if (error.Message.StartsWith("refused", StringComparison.Ordinal))
            {
                _ = socket.EmitAsync("refused", error.Message);
            }
        });
        socket.On("error", (EventArgument error) => socket.EmitAsync("error-received", error));
        socket.Once("only-once", () => socket.EmitAsync("once-reached"));

        socket.On("record", (Ack acknowledge) =>
        {
            _recorders.Add(socket.OnAny(seen => _incoming.Add([seen.Name, .. seen.Arguments])));
            _recorders.Add(socket.OnAnyOutgoing(seen => _outgoing.Add([seen.Name, .. seen.Arguments])));
            return acknowledge.SendAsync();
        });
        socket.OnWithAck("stop-recording", () =>
        {
            _recorders.ForEach(recorder => recorder.Dispose());
            return new { incoming = _incoming, outgoing = _outgoing };
        });

        // Catch-all listeners that were put in front are called first.
        socket.On("record-order", (Ack acknowledge) =>
        {
            socket.OnAny(_ => _order.Add("in, appended"));
            socket.OnAny(_ => _order.Add("in, in front"), prepend: true);
            socket.OnAnyOutgoing(_ => _order.Add("out, appended"));
            socket.OnAnyOutgoing(_ => _order.Add("out, in front"), prepend: true);
            return acknowledge.SendAsync();
        });
        socket.OnWithAck("report-order", () =>
        {
            string[] order = [.. _order];
            _order.Clear();
            return order;
        });

        // A handler that is added and taken away again.
        socket.On("add-temporary", (Ack acknowledge) =>
        {
            _temporary = socket.On("temporary", () => socket.EmitAsync("temporary-reached"));
            return acknowledge.SendAsync();
        });
        socket.On("remove-temporary", (Ack acknowledge) =>
        {
            _temporary?.Dispose();
            return acknowledge.SendAsync();
        });
    }
}
