using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Hosting;

/// <summary>Settings that save changes of thread and forbid handlers to block: off unless asked for, and said at the start.</summary>
public sealed class InlineSchedulingTests
{
    private const string Completions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    [Test]
    public async Task Nothing_changes_unless_it_is_asked_for()
    {
        await using var server = await StartAsync(static _ => { });

        Assert.That(server.Application.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.UnsafePreferInlineScheduling, Is.False);
        Assert.That(Environment.GetEnvironmentVariable(Completions), Is.Null);
        Assert.That(server.Log.Lines.Where(static line => line.Category.EndsWith("InlineSchedulingNotice", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Transports_run_inline_and_the_log_says_so()
    {
        await using var server = await StartAsync(static host => host.UseInlineTransportScheduling());
        await using var client = await ProtocolClient.OpenAsync(server.Address);
        await client.JoinAsync();

        await client.SendAsync("42[\"echo\",1]");

        await client.AssertNextAsync("42[\"echo\",1]");
        Assert.That(server.Application.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.UnsafePreferInlineScheduling, Is.True);
        Assert.That(server.Log.Of("TransportIsInline"), Has.Count.EqualTo(1));
        Assert.That(server.Log.Of("CompletionsAreInline"), Is.Empty);
    }

    [Test]
    [NonParallelizable]
    public async Task Completions_that_were_asked_for_too_late_are_warned_of()
    {
        // This process uses a socket before it asks.
        await using (await StartAsync(static _ => { }))
        {
        }

        try
        {
            await using var server = await StartAsync(static host => host.UseInlineSocketCompletions());

            Assert.That(server.Log.Of("CompletionsAreNotInline").Single().Level, Is.EqualTo(LogLevel.Warning));
            Assert.That(server.Log.Of("CompletionsAreInline"), Is.Empty);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Completions, null);
        }
    }

    private static Task<EngineTestServer> StartAsync(Action<IWebHostBuilder> configure) => EngineTestServer.StartAsync(new EngineTestServerSettings
    {
        Path = null,
        ConfigureBuilder = builder =>
        {
            configure(builder.WebHost);
            builder.Services.AddSocketIO();
        },
        ConfigureApplication = static application
            => application.MapSocketIO(static io => io.OnConnection(static socket => socket.On("echo", (int value) => socket.EmitAsync("echo", value)))),
    });
}
