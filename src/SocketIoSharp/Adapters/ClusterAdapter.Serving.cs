using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>What this server answers to others.</summary>
public abstract partial class ClusterAdapter
{
    // Broadcasts of other servers whose answers are being collected.
    private const int MaxServed = 10_000;

    private static readonly TimeSpan s_longestServed = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<ServedBroadcast, bool> _served = new();

    internal int ServedBroadcasts => _served.Count;

    /// <summary>Sends another server's event to this server's clients, and passes on what they answer.</summary>
    private void Serve(BroadcastMessage broadcast, string requestId)
    {
        if (_served.Count >= MaxServed)
        {
            OnDropped("too_many");
            if (_tooManyServed.TryPass(out var dropped))
            {
                Log.TooManyServed(_logger, MaxServed, broadcast.Uid, Namespace.Name, dropped);
            }

            return;
        }

        var served = new ServedBroadcast(this, broadcast.Uid, requestId);
        _served.TryAdd(served, true);
        var timeout = broadcast.Options.Timeout ?? _server.Options.BroadcastAckTimeout;
        timeout = timeout < s_longestServed ? timeout : s_longestServed;
        Clock.Schedule(served, timeout, timeout);
        served.Begin(BroadcastToLocalWithAck(broadcast.Packet.WithId(null), broadcast.Options, served));
    }

    private void EndServing()
    {
        foreach (var (served, _) in _served)
        {
            served.End();
        }
    }

    private RemoteSocketDescription Describe(IServerSocket socket)
    {
        var handshake = socket.Handshake;
        return new RemoteSocketDescription
        {
            Id = socket.Id,
            Handshake = new RemoteHandshake
            {
                Headers = handshake.Headers.ToDictionary(static header => header.Key.ToLowerInvariant(), static header => header.Value, StringComparer.Ordinal),
                Query = handshake.Query,
                Url = handshake.Url,
                Address = handshake.Address,
                IsSecure = handshake.IsSecure,
                IsCrossDomain = handshake.IsCrossDomain,
                Issued = handshake.Issued,
                AuthJson = handshake.AuthJson,
            },
            Rooms = socket.Rooms,
            Data = WriteData(socket.Data, socket.Id),
        };
    }

    private protected ClusterValue WriteData(SocketData data, string socketId)
    {
        var output = new ArrayBufferWriter<byte>();
        var attachments = new List<ReadOnlyMemory<byte>>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var (name, value) in data)
            {
                // One value that cannot be written must not keep the others from the servers that ask.
                try
                {
                    var argument = Write(value, attachments.Count);
                    json.WritePropertyName(name);
                    json.WriteRawValue(argument.Json.Span, skipInputValidation: true);
                    attachments.AddRange(argument.Attachments);
                }
                catch (Exception exception)
                {
                    Log.DataNotWritten(_logger, exception, name, socketId);
                }
            }

            json.WriteEndObject();
        }

        return new ClusterValue(output.WrittenMemory, attachments);
    }

    /// <summary>Writes a value whose binary values get numbers from a given one on.</summary>
    private ClusterValue Write(object? value, int firstNumber)
    {
        var writer = ArgumentWriter.Rent();
        try
        {
            for (var i = 0; i < firstNumber; i++)
            {
                writer.AddAttachment(default);
            }

            if (value is EventArgument argument)
            {
                argument.WriteTo(writer);
            }
            else
            {
                _server.Serializer.Write(writer, value);
            }

            return new ClusterValue(writer.Written.ToArray(), [.. writer.TakeAttachments().Skip(firstNumber)]);
        }
        finally
        {
            writer.Return();
        }
    }

    private static ClusterValue ToValue(EventArgument argument)
    {
        if (argument.Attachments.Count == 0)
        {
            return new ClusterValue(argument.Utf8Json, []);
        }

        // Binary values of the arguments behind it stay here.
        var writer = ArgumentWriter.Rent();
        try
        {
            argument.WriteTo(writer);
            return new ClusterValue(writer.Written.ToArray(), writer.TakeAttachments());
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>One broadcast of another server, until all clients have answered, have gone, or the time is up.</summary>
    private sealed class ServedBroadcast(ClusterAdapter owner, string requesterUid, string requestId) : ClockEntry, IBroadcastAckSink
    {
        private readonly Lock _gate = new();
        private IDisposable? _waiting;
        private int _left;
        private bool _isCounted;
        private bool _hasEnded;

        /// <summary>The event has been sent.</summary>
        public void Begin(IDisposable waiting)
        {
            lock (_gate)
            {
                if (!_hasEnded)
                {
                    _waiting = waiting;
                    return;
                }
            }

            waiting.Dispose();
        }

        public void OnClientCount(int count)
        {
            _ = owner.TryRespondAsync(requesterUid, new BroadcastClientCountResponse
            {
                Uid = owner.Uid,
                Namespace = owner.Namespace.Name,
                RequestId = requestId,
                ClientCount = count,
            });
            Count(count, isCount: true);
        }

        public void OnResponse(EventArgument? response)
        {
            _ = owner.TryRespondAsync(requesterUid, new BroadcastAckResponse
            {
                Uid = owner.Uid,
                Namespace = owner.Namespace.Name,
                RequestId = requestId,
                Value = response is null ? null : ToValue(response),
            });
            Count(-1, isCount: false);
        }

        public void OnUnpublished()
        {
        }

        // The other server learns it when its time is up.
        public void OnMissing() => Count(-1, isCount: false);

        public void End()
        {
            IDisposable? waiting;
            lock (_gate)
            {
                _hasEnded = true;
                waiting = _waiting;
                _waiting = null;
            }

            owner.Clock.Cancel(this);
            owner._served.TryRemove(this, out _);
            waiting?.Dispose();
        }

        protected internal override void OnDue() => End();

        /// <summary>Answers may come before their number is known.</summary>
        private void Count(int change, bool isCount)
        {
            bool isDone;
            lock (_gate)
            {
                _left += change;
                _isCounted |= isCount;
                isDone = _isCounted && _left <= 0;
            }

            if (isDone)
            {
                End();
            }
        }
    }
}
