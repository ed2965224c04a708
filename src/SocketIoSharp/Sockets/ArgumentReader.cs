using System.Text.Json;

namespace SocketIoSharp;

/// <summary>
/// Reads a received event's arguments one after the other, at the types that a handler declares, and answers the event.
/// Everything must be read before the handler runs: the bytes are the receive buffer's.
/// </summary>
internal ref struct ArgumentReader
{
    private readonly ServerSocket _socket;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _attachments;
    private readonly ReadOnlySpan<byte> _json;
    private readonly long? _ackId;
    private readonly Utf8JsonReader _start;
    private Utf8JsonReader _reader;
    private Ack? _ack;
    private int _index;
    private bool _isAtEnd;
    private bool _isAnswered;

    /// <summary>The reader stands on the event's name.</summary>
    public ArgumentReader(ServerSocket socket, ReadOnlySpan<byte> json, Utf8JsonReader reader, IReadOnlyList<ReadOnlyMemory<byte>> attachments, long? ackId, Ack? ack)
    {
        _socket = socket;
        _json = json;
        _start = reader;
        _reader = reader;
        _attachments = attachments;
        _ackId = ackId;
        _ack = ack;
    }

    /// <summary>The socket that the event came from.</summary>
    public readonly ServerSocket Socket => _socket;

    /// <summary>Stands before the first argument again, for the next handler of the same event.</summary>
    public void Rewind()
    {
        _reader = _start;
        _index = 0;
        _isAtEnd = false;
    }

    /// <summary>
    /// Reads the next argument. Parameters of some types are not read from the event: a <see cref="CancellationToken"/> is
    /// that of the socket's life, an <see cref="Ack"/> answers the event, <see cref="EventArguments"/> are all that remain.
    /// </summary>
    public T Read<T>()
    {
        if (typeof(T) == typeof(CancellationToken))
        {
            return (T)(object)_socket.Disconnected;
        }

        if (typeof(T) == typeof(Ack))
        {
            return (T)(object)GetAck();
        }

        if (typeof(T) == typeof(EventArguments))
        {
            return (T)(object)ReadRest();
        }

        if (!TryMoveNext(out var json))
        {
            return Missing<T>(_index);
        }

        if (typeof(T) == typeof(EventArgument))
        {
            return (T)(object)new EventArgument(json.ToArray(), _attachments, _socket.Serializer);
        }

        try
        {
            return _socket.Serializer.Read<T>(json, _attachments);
        }
        catch (EventArgumentException exception)
        {
            throw new EventArgumentException($"Argument {_index} does not fit {typeof(T).Name}: {exception.Message}", exception);
        }
    }

    /// <summary>Copies the payload, for a handler that cannot run at once.</summary>
    public readonly byte[] CopyPayload() => _json.ToArray();

    public readonly IReadOnlyList<ReadOnlyMemory<byte>> Attachments => _attachments;

    /// <summary>The answer of this event, shared by all its handlers.</summary>
    public Ack GetAck() => _ack ??= new Ack(_socket, _ackId, _isAnswered);

    /// <summary>Answers the event at once, unless it has been answered or needs no answer.</summary>
    public void Respond<T>(T value)
    {
        if (_ack is { } ack)
        {
            ack.Send(value);
        }
        else if (_ackId is { } id && !_isAnswered)
        {
            _isAnswered = true;
            _socket.SendAck(id, value);
        }
    }

    /// <summary>What stands for an argument that the client has left out.</summary>
    public static T Missing<T>(int index)
        => default(T) is null ? default! : throw new EventArgumentException($"Argument {index + 1} is missing; the handler wants {typeof(T).Name}.");

    private EventArguments ReadRest()
    {
        var arguments = new List<EventArgument>();
        while (TryMoveNext(out var json))
        {
            arguments.Add(new EventArgument(json.ToArray(), _attachments, _socket.Serializer));
        }

        return new EventArguments([.. arguments]);
    }

    private bool TryMoveNext(out ReadOnlySpan<byte> json)
    {
        json = default;
        if (_isAtEnd || !_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
        {
            _isAtEnd = true;
            return false;
        }

        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        json = _json[start..(int)_reader.BytesConsumed];
        _index++;
        return true;
    }
}
