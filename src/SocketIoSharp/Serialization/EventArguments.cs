using System.Buffers;
using System.Collections;
using System.Text;
using System.Text.Json;

namespace SocketIoSharp;

/// <summary>The arguments of an event or an answer, read at the types that the application asks for.</summary>
public sealed class EventArguments : IReadOnlyList<EventArgument>
{
    private readonly EventArgument[] _arguments;

    internal EventArguments(EventArgument[] arguments) => _arguments = arguments;

    /// <inheritdoc/>
    public int Count => _arguments.Length;

    /// <inheritdoc/>
    public EventArgument this[int index] => _arguments[index];

    /// <summary>Reads an argument; one that was left out is null where the type has null.</summary>
    /// <typeparam name="T">The type that is wanted.</typeparam>
    /// <param name="index">The place, counted from 0.</param>
    /// <exception cref="EventArgumentException">The argument does not fit the type.</exception>
    public T Get<T>(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return index < _arguments.Length ? _arguments[index].Get<T>() : ArgumentReader.Missing<T>(index);
    }

    /// <inheritdoc/>
    public IEnumerator<EventArgument> GetEnumerator() => ((IEnumerable<EventArgument>)_arguments).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The arguments after the first ones.</summary>
    internal EventArguments Skip(int count) => new(_arguments[Math.Min(count, _arguments.Length)..]);

    /// <summary>Splits a JSON array, which must be well-formed and must not change any more.</summary>
    internal static EventArguments Split(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, IPayloadSerializer serializer, int skip = 0)
    {
        if (json.IsEmpty)
        {
            return new EventArguments([]);
        }

        var arguments = new List<EventArgument>();
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (--skip < 0)
            {
                arguments.Add(new EventArgument(json[start..(int)reader.BytesConsumed], attachments, serializer));
            }
        }

        return new EventArguments([.. arguments]);
    }
}

/// <summary>One argument as it came: may be read at any type, or passed on to other clients, binary values included.</summary>
public sealed class EventArgument
{
    private readonly IPayloadSerializer _serializer;

    internal EventArgument(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, IPayloadSerializer serializer)
    {
        Utf8Json = json;
        Attachments = attachments;
        _serializer = serializer;
    }

    /// <summary>The UTF-8 JSON, with <c>{"_placeholder":true,"num":0}</c> in the place of binary values.</summary>
    public ReadOnlyMemory<byte> Utf8Json { get; }

    /// <summary>The binary values of the whole packet; a placeholder's number is an index into them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Attachments { get; }

    /// <summary>Reads the argument.</summary>
    /// <typeparam name="T">The type that is wanted.</typeparam>
    /// <exception cref="EventArgumentException">The argument does not fit the type.</exception>
    public T Get<T>() => typeof(T) == typeof(EventArgument) ? (T)(object)this : _serializer.Read<T>(Utf8Json.Span, Attachments);

    /// <summary>The JSON as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8Json.Span);

    /// <summary>The name of the event, when this is the first element of a payload.</summary>
    internal string ReadName()
    {
        var reader = new Utf8JsonReader(Utf8Json.Span);
        reader.Read();
        return EventName.Read(ref reader);
    }

    /// <summary>Writes the argument into another packet, where its binary values get new numbers.</summary>
    internal void WriteTo(ArgumentWriter output)
    {
        if (Attachments.Count == 0)
        {
            output.Write(Utf8Json.Span);
        }
        else
        {
            BinaryPlaceholders.Copy(Utf8Json.Span, Attachments, output, output.AddAttachment);
        }
    }
}
