using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SocketIoSharp;

/// <content>The options that applications start from, and what is added to them for arguments.</content>
internal sealed partial class SystemTextJsonPayloadSerializer
{
    private static readonly NodeConverter<JsonObject> s_objectConverter = new();

    /// <summary>The options that the application may change: web defaults, escapes as in JavaScript, and the types that are always known.</summary>
    public static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptStringEncoder.Instance };
        options.TypeInfoResolverChain.Add(PrimitiveJsonContext.Default);
        if (JsonSerializer.IsReflectionEnabledByDefault)
        {
            options.TypeInfoResolverChain.Add(CreateReflectionResolver());
        }

        return options;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only reached where the application has not turned reflection off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only reached where the application has not turned reflection off.")]
    private static DefaultJsonTypeInfoResolver CreateReflectionResolver() => new();

    private JsonSerializerOptions CreateArgumentOptions(JsonSerializerOptions options)
    {
        var added = new JsonSerializerOptions(options);
        added.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(KeepMembersOwnRules);
        added.Converters.Add(new TextConverter());
        added.Converters.Add(new DateConverter<DateTime>(JsonMetadataServices.DateTimeConverter));
        added.Converters.Add(new DateConverter<DateTimeOffset>(JsonMetadataServices.DateTimeOffsetConverter));
        added.Converters.Add(new ByteArrayConverter());
        added.Converters.Add(new ReadOnlyMemoryConverter());
        added.Converters.Add(new MemoryConverter());
        added.Converters.Add(new ArraySegmentConverter());
        added.Converters.Add(new RawElementConverter());
        added.Converters.Add(new RawDocumentConverter());
        added.Converters.Add(new NodeConverter<JsonNode>());
        added.Converters.Add(new NodeConverter<JsonArray>());
        added.Converters.Add(new NodeConverter<JsonValue>());
        added.Converters.Add(new EventArgumentConverter(this));
        if (!options.NumberHandling.HasFlag(JsonNumberHandling.AllowNamedFloatingPointLiterals))
        {
            added.Converters.Add(new FloatingPointConverter<Half>(JsonMetadataServices.HalfConverter));
            added.Converters.Add(new FloatingPointConverter<float>(JsonMetadataServices.SingleConverter));
            added.Converters.Add(new FloatingPointConverter<double>(JsonMetadataServices.DoubleConverter));
        }

        added.MakeReadOnly();
        return added;
    }

    // Members may be told how to treat numbers, or be objects that take what no other member does: such are refused wherever the
    // options name a converter that is not the framework's own.
    private static void KeepMembersOwnRules(JsonTypeInfo typeInfo)
    {
        foreach (var member in typeInfo.Properties)
        {
            if (member.CustomConverter is not null)
            {
                continue;
            }

            if (member.PropertyType == typeof(JsonObject) && !member.IsExtensionData && !HasOwnConverter(member.Options, typeof(JsonObject)))
            {
                member.CustomConverter = s_objectConverter;
            }
            else if ((member.NumberHandling ?? typeInfo.NumberHandling) is { } handling)
            {
                _ = KeepNumberHandling(member, handling, JsonMetadataServices.DoubleConverter)
                    || KeepNumberHandling(member, handling, JsonMetadataServices.SingleConverter)
                    || KeepNumberHandling(member, handling, JsonMetadataServices.HalfConverter);
            }
        }
    }

    private static bool KeepNumberHandling<T>(JsonPropertyInfo member, JsonNumberHandling handling, JsonConverter<T> standard)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        var isNullable = member.PropertyType == typeof(T?);
        if ((!isNullable && member.PropertyType != typeof(T)) || HasOwnConverter(member.Options, typeof(T)))
        {
            return false;
        }

        var converter = handling.HasFlag(JsonNumberHandling.AllowNamedFloatingPointLiterals) ? standard : new FloatingPointConverter<T>(standard, handling);
        if (!ReferenceEquals(converter, standard))
        {
            member.NumberHandling = null;
        }

        member.CustomConverter = isNullable
            ? JsonMetadataServices.GetNullableConverter(JsonMetadataServices.CreateValueInfo<T>(member.Options, converter))
            : converter;
        return true;
    }

    private static bool HasOwnConverter(JsonSerializerOptions options, Type type)
        => options.Converters.FirstOrDefault(converter => converter.CanConvert(type)) is { } first
            && first.GetType().Assembly != typeof(SystemTextJsonPayloadSerializer).Assembly;
}
