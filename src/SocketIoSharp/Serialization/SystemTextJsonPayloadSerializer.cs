using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace SocketIoSharp;

/// <summary>
/// Arguments by System.Text.Json, in the way that JavaScript expects them. Works on a copy of the application's options, which
/// adds the rules of arguments behind the converters of the application: those come first.
/// </summary>
internal sealed partial class SystemTextJsonPayloadSerializer : IPayloadSerializer
{
    // What 0 means in the options of the serializer; in those of a writer it would mean another depth.
    private const int DefaultMaxDepth = 64;

    // What the spare writer of a thread points to, so that it keeps no packet alive.
    private static readonly ArrayBufferWriter<byte> s_nowhere = new(1);

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    private readonly JsonSerializerOptions _options;
    private readonly JsonWriterOptions _writerOptions;

    /// <summary>Takes the options as they are; they cannot be changed afterwards.</summary>
    public SystemTextJsonPayloadSerializer(JsonSerializerOptions options)
    {
        options.MakeReadOnly();
        _options = CreateArgumentOptions(options);
        _writerOptions = new JsonWriterOptions
        {
            Encoder = _options.Encoder,
            Indented = _options.WriteIndented,
            IndentCharacter = _options.IndentCharacter,
            IndentSize = _options.IndentSize,
            NewLine = _options.NewLine,
            MaxDepth = _options.MaxDepth == 0 ? DefaultMaxDepth : _options.MaxDepth,
            SkipValidation = true,
        };
        _direct = FindDirectTypes();
    }

    /// <inheritdoc/>
    public void Write(ArgumentWriter output, object? value)
    {
        if (value is null)
        {
            output.Write("null"u8);
        }
        else if (value is EventArgument argument)
        {
            argument.WriteTo(output);
        }
        else if (!TryWriteDirectly(output, value))
        {
            WriteBy(output, value, FindTypeInfo(value, null));
        }
    }

    /// <inheritdoc/>
    public void Write<T>(ArgumentWriter output, T value)
    {
        if (!typeof(T).IsValueType)
        {
            if (typeof(T) == typeof(object) || value is null or string or EventArgument)
            {
                Write(output, (object?)value);
            }
            else
            {
                WriteBy(output, value, FindTypeInfo(value, typeof(T)));
            }
        }
        else if (!TryWriteDirectly(output, value))
        {
            WriteBy(output, value, (JsonTypeInfo<T>)GetTypeInfo(typeof(T)));
        }
    }

    /// <inheritdoc/>
    public T Read<T>(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        if (TryReadDirectly<T>(json, attachments, out var direct))
        {
            return direct;
        }

        if (typeof(T) == typeof(EventArgument))
        {
            return (T)(object)new EventArgument(json.ToArray(), attachments, this);
        }

        if (typeof(T) == typeof(object) && attachments.Count > 0 && BinaryPlaceholders.IsPlaceholder(json, out _))
        {
            return (T)(object)Read<byte[]>(json, attachments);
        }

        var outer = ArgumentScope.Begin(attachments);
        try
        {
            return Deserialize<T>(json);
        }
        catch (Exception exception) when (IsAboutTheValue(exception))
        {
            throw CannotRead(typeof(T), exception);
        }
        finally
        {
            ArgumentScope.Restore(outer);
        }
    }

    private T Deserialize<T>(ReadOnlySpan<byte> json)
    {
        var typeInfo = (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
        try
        {
            return JsonSerializer.Deserialize(json, typeInfo)!;
        }
        catch (JsonException) when (json.Contains((byte)'\\'))
        {
            // Members whose names hold half surrogate pairs are refused before any converter is asked.
            if (!JsonText.TryReplaceHalfPairsInNames(json, out var replaced))
            {
                throw;
            }

            return JsonSerializer.Deserialize(replaced, typeInfo)!;
        }
    }

    private void WriteBy<T>(ArgumentWriter output, T value, JsonTypeInfo typeInfo)
    {
        var writer = t_writer;
        t_writer = null;
        if (writer is null || !HasMyOptions(writer))
        {
            writer = new Utf8JsonWriter(output, _writerOptions);
        }
        else
        {
            writer.Reset(output);
        }

        var outer = ArgumentScope.Begin(output, writer);
        try
        {
            if (typeInfo is JsonTypeInfo<T> exact)
            {
                JsonSerializer.Serialize(writer, value, exact);
            }
            else
            {
                JsonSerializer.Serialize(writer, value, typeInfo);
            }

            writer.Flush();
        }
        catch (NotSupportedException exception)
        {
            throw new NotSupportedException(UnknownType(exception), exception);
        }
        finally
        {
            ArgumentScope.Restore(outer);
            writer.Reset(s_nowhere);
            t_writer = writer;
        }
    }

    /// <summary>What to write a value by: its own type, unless only the declared one is known, or says which of its kinds it is.</summary>
    private JsonTypeInfo FindTypeInfo(object value, Type? declaredType)
    {
        var type = value is JsonNode ? typeof(JsonNode) : value.GetType();
        if (declaredType is not null && declaredType != type
            && _options.TryGetTypeInfo(declaredType, out var declared)
            && (declared.PolymorphismOptions is not null || !_options.TryGetTypeInfo(type, out _)))
        {
            return declared;
        }

        return GetTypeInfo(type);
    }

    private JsonTypeInfo GetTypeInfo(Type type)
    {
        try
        {
            return _options.GetTypeInfo(type);
        }
        catch (NotSupportedException exception)
        {
            throw new NotSupportedException(UnknownType(exception), exception);
        }
    }

    private bool HasMyOptions(Utf8JsonWriter writer)
    {
        var options = writer.Options;
        return ReferenceEquals(options.Encoder, _writerOptions.Encoder)
            && options.Indented == _writerOptions.Indented
            && options.IndentCharacter == _writerOptions.IndentCharacter
            && options.IndentSize == _writerOptions.IndentSize
            && options.NewLine == _writerOptions.NewLine
            && options.MaxDepth == _writerOptions.MaxDepth;
    }

    private static bool IsAboutTheValue(Exception exception)
        => exception is JsonException or InvalidOperationException or NotSupportedException or FormatException or ArgumentException or OverflowException;

    // The text of the cause may quote what the client has sent, and logs must not.
    private static EventArgumentException CannotRead(Type type, Exception exception)
    {
        const int LongestPath = 200;
        if (exception is NotSupportedException)
        {
            return new EventArgumentException(UnknownType(exception), exception);
        }

        var path = (exception as JsonException)?.Path ?? "$";
        if (path.Length > LongestPath)
        {
            path = path[..LongestPath] + "...";
        }

        return new EventArgumentException($"The JSON value at {path} cannot be read as {(path == "$" ? type.Name : "a part of " + type.Name)}.", exception);
    }

    private static string UnknownType(Exception exception)
        => exception.Message
            + " Types that are not known must be in a JsonSerializerContext that is inserted into SocketIOOptions.JsonSerializerOptions.TypeInfoResolverChain.";
}
