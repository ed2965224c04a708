namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds more to a Socket.IO server: an adapter, a serializer.</summary>
public interface ISocketIOBuilder
{
    /// <summary>The service key of the server; null for the only or first one. The options have the same name.</summary>
    string? ServiceKey { get; }

    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}

internal sealed class SocketIOBuilder(string? serviceKey, IServiceCollection services) : ISocketIOBuilder
{
    public string? ServiceKey => serviceKey;

    public IServiceCollection Services => services;
}
