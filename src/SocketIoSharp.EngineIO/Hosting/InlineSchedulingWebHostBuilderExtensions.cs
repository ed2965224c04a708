using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SocketIoSharp.EngineIO;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>
/// Fewer changes of thread for each message, at a price: both settings run requests and handlers on threads that serve many
/// connections. A handler that blocks such a thread stops them all, so nothing may block there; Socket.IO servers can run their
/// handlers on the thread pool all the same (<c>SocketIOOptions.RunHandlersOnThreadPool</c>).
/// </summary>
public static class InlineSchedulingWebHostBuilderExtensions
{
    /// <summary>
    /// Lets Kestrel's sockets read, run the application and write without a change of thread in between. It holds for all
    /// requests of this host.
    /// </summary>
    /// <param name="builder">The host, such as <c>builder.WebHost</c>.</param>
    /// <returns>The same.</returns>
    public static IWebHostBuilder UseInlineTransportScheduling(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(static services =>
        {
            services.Configure<SocketTransportOptions>(static options => options.UnsafePreferInlineScheduling = true);
            AddNotice(services);
        });
    }

    /// <summary>
    /// Lets the runtime complete the operations of sockets on the thread that waits for the operating system. It changes every
    /// socket of the process, those of databases and HTTP clients included, and only while none has been used: call it first in
    /// Program.cs. Instead, the environment can be given <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1</c>. It does nothing on Windows.
    /// </summary>
    /// <param name="builder">The host, such as <c>builder.WebHost</c>.</param>
    /// <returns>The same.</returns>
    public static IWebHostBuilder UseInlineSocketCompletions(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        InlineCompletions.Request();
        return builder.ConfigureServices(AddNotice);
    }

    private static void AddNotice(IServiceCollection services)
        => services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, InlineSchedulingNotice>());
}
