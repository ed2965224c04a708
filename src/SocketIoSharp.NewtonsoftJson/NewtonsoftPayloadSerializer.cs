using System.Diagnostics.CodeAnalysis;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;

namespace SocketIoSharp;

/// <summary>Reads and writes arguments with Newtonsoft.Json. May be used from many threads at once.</summary>
[RequiresUnreferencedCode(Requirement)]
[RequiresDynamicCode(Requirement)]
public sealed class NewtonsoftPayloadSerializer : IPayloadSerializer
{
    internal const string Requirement = "Newtonsoft.Json finds the members of types by reflection. Use System.Text.Json with a JsonSerializerContext instead.";

    private readonly JsonSerializer _serializer;

    /// <summary>Creates a serializer with the settings of <see cref="CreateSettings"/>.</summary>
    public NewtonsoftPayloadSerializer()
        : this(CreateSettings())
    {
    }

    /// <summary>Creates a serializer.</summary>
    /// <param name="settings">The settings, which are copied; the application's converters come before those for binary values.</param>
    public NewtonsoftPayloadSerializer(JsonSerializerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _serializer = JsonSerializer.Create(settings);
        _serializer.Converters.Add(new BinaryJsonConverter());
        _serializer.Converters.Add(new EventArgumentJsonConverter(this));
        _serializer.Converters.Add(new JsonElementJsonConverter());
    }

    /// <summary>
    /// The settings to start from: camel case, no type names from clients, a bounded depth, dates only where a type asks for them,
    /// and null for the numbers that JSON does not have.
    /// </summary>
    public static JsonSerializerSettings CreateSettings() => new()
    {
        ContractResolver = new DefaultContractResolver { NamingStrategy = new CamelCaseNamingStrategy() },
        TypeNameHandling = TypeNameHandling.None,
        MetadataPropertyHandling = MetadataPropertyHandling.Ignore,
        DateParseHandling = DateParseHandling.None,
        FloatFormatHandling = FloatFormatHandling.DefaultValue,
        MaxDepth = 64,
    };

    /// <inheritdoc/>
    public void Write(ArgumentWriter output, object? value)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (value is EventArgument argument)
        {
            argument.WriteTo(output);
            return;
        }

        using var text = new Utf8TextWriter(output);
        using var writer = new ArgumentJsonWriter(text, output) { CloseOutput = false, AutoCompleteOnClose = false };
        var outer = ArgumentScope.Begin(output, null);
        try
        {
            _serializer.Serialize(writer, value);
            writer.Flush();
        }
        finally
        {
            ArgumentScope.Restore(outer);
        }
    }

    /// <inheritdoc/>
    public void Write<T>(ArgumentWriter output, T value) => Write(output, (object?)value);

    /// <inheritdoc/>
    public T Read<T>(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        ArgumentNullException.ThrowIfNull(attachments);
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
            using var reader = new JsonTextReader(new StringReader(Encoding.UTF8.GetString(json)));
            var type = typeof(T);
            return _serializer.Deserialize(reader, type) switch
            {
                T value => value,
                null when default(T) is null => default!,
                _ => throw CannotRead(typeof(T), "", null),
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or InvalidCastException or InvalidOperationException or NotSupportedException or ArgumentException && exception is not EventArgumentException)
        {
            throw CannotRead(typeof(T), PathOf(exception), exception);
        }
        finally
        {
            ArgumentScope.Restore(outer);
        }
    }

    private static string? PathOf(Exception exception) => exception switch
    {
        JsonSerializationException serialization => serialization.Path,
        JsonReaderException reader => reader.Path,
        _ => null,
    };

    // The text of the cause quotes what the client has sent, and logs must not.
    private static EventArgumentException CannotRead(Type type, string? path, Exception? exception)
    {
        const int LongestPath = 200;
        if (string.IsNullOrEmpty(path))
        {
            return new EventArgumentException($"The JSON value at $ cannot be read as {type.Name}.", exception);
        }

        path = path.Length > LongestPath ? path[..LongestPath] + "..." : path;
        return new EventArgumentException($"The JSON value at $.{path} cannot be read as a part of {type.Name}.", exception);
    }
}
