using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>What an adapter is made for.</summary>
public sealed class AdapterContext
{
    internal AdapterContext(INamespace @namespace, IServiceProvider services, ILoggerFactory loggerFactory, TimeProvider time)
    {
        Namespace = @namespace;
        Services = services;
        LoggerFactory = loggerFactory;
        Time = time;
    }

    /// <summary>The namespace.</summary>
    public INamespace Namespace { get; }

    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Where to log.</summary>
    public ILoggerFactory LoggerFactory { get; }

    /// <summary>The time.</summary>
    public TimeProvider Time { get; }
}
