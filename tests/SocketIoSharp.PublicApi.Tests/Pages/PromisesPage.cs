using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SocketIoSharp.PublicApi.Tests.Pages;

/// <summary>The code of docs/promises.md.</summary>
public sealed class PromisesPage
{
    [Test]
    public void Events_may_overlap_where_the_option_says_so()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSocketIO(options => options.MaxConcurrentEventsPerSocket = 4);
        using var app = builder.Build();

        Assert.That(app.Services.GetRequiredService<ISocketIOServer>().Options.MaxConcurrentEventsPerSocket, Is.EqualTo(4));
    }

    internal static void Register(IServerSocket socket, Channel<ReportRequest> reports)
    {
        socket.On("report", (string month) =>
        {
            reports.Writer.TryWrite(new ReportRequest(socket, month));
        });
        socket.OnWithAck("search", (string text, CancellationToken gone) => SearchAsync(text, gone));
    }

    private static Task<string[]> SearchAsync(string text, CancellationToken cancellationToken)
        => Task.FromResult(cancellationToken.IsCancellationRequested ? [] : new[] { text });

    internal sealed record ReportRequest(IServerSocket Socket, string Month);

    internal sealed class ReportService(Channel<ReportRequest> reports) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await foreach (var request in reports.Reader.ReadAllAsync(stoppingToken))
            {
                var report = await MakeReportAsync(request.Month, request.Socket.Disconnected);
                await request.Socket.EmitAsync("report", report);
            }
        }

        private static Task<string> MakeReportAsync(string month, CancellationToken cancellationToken)
            => Task.FromResult(cancellationToken.IsCancellationRequested ? string.Empty : month);
    }
}
