using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>The settings of one Socket.IO server, those of its engine included.</summary>
public class SocketIOOptions : EngineIOOptions
{
    /// <summary>How long a client may stay without joining a namespace before its connection is closed.</summary>
    /// <remarks>Node: <c>connectTimeout</c>.</remarks>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Whether browsers can load the files of the official client from the server's path, such as <c>/socket.io/socket.io.js</c>.
    /// They are public, whatever <c>RequireAuthorization</c> says about the server: a script tag carries no token.
    /// </summary>
    /// <remarks>Node: <c>serveClient</c>.</remarks>
    public bool ServeClient { get; set; } = true;

    /// <summary>How arguments are read and written; insert a source-generated context into its resolver chain for types of your own.</summary>
    public JsonSerializerOptions JsonSerializerOptions { get; } = CreateJsonSerializerOptions();

    private static JsonSerializerOptions CreateJsonSerializerOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
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
}
