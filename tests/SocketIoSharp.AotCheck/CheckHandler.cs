using System.Text.Json.Serialization;

namespace SocketIoSharp.AotCheck;

internal sealed record Credentials(string Token);

internal sealed record Point(int X, int Y);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(Point))]
internal sealed partial class CheckJson : JsonSerializerContext;

internal sealed class CheckHandler : SocketHandler, ISocketHandler<CheckHandler>
{
    public static void MapEvents(EventMap<CheckHandler> events) => events.OnWithAck("where", static (CheckHandler _) => new Point(7, 8));
}
