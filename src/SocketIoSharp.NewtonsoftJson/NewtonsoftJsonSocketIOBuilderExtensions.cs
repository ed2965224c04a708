using System.Diagnostics.CodeAnalysis;
using Newtonsoft.Json;
using SocketIoSharp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a Socket.IO server use Newtonsoft.Json.</summary>
public static class NewtonsoftJsonSocketIOBuilderExtensions
{
    /// <summary>Reads and writes the arguments of this server's events with Newtonsoft.Json.</summary>
    /// <param name="builder">What <c>AddSocketIO</c> returned.</param>
    /// <param name="configure">Changes the settings, which are those of <see cref="NewtonsoftPayloadSerializer.CreateSettings"/> before.</param>
    [RequiresUnreferencedCode(NewtonsoftPayloadSerializer.Requirement)]
    [RequiresDynamicCode(NewtonsoftPayloadSerializer.Requirement)]
    public static ISocketIOBuilder AddNewtonsoftJson(this ISocketIOBuilder builder, Action<JsonSerializerSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = NewtonsoftPayloadSerializer.CreateSettings();
        configure?.Invoke(settings);
        var serializer = new NewtonsoftPayloadSerializer(settings);
        builder.Services.Configure<SocketIOOptions>(builder.ServiceKey ?? Options.Options.DefaultName, options => options.PayloadSerializer = serializer);
        return builder;
    }
}
