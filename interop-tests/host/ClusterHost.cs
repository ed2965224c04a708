using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.InteropHost;

/// <summary>A host of cluster nodes, each a Socket.IO server with a port and Redis connections of its own. It takes commands by HTTP.</summary>
internal sealed class ClusterHost
{
    private static readonly JsonSerializerOptions s_commandOptions = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<string, ClusterNode> _nodes = new(StringComparer.Ordinal);

    public static async Task RunAsync()
    {
        var host = new ClusterHost();
        var builder = CreateBuilder();
        await using var control = builder.Build();
        control.MapPost("/", host.AnswerAsync);
        await control.StartAsync();
        Console.WriteLine($"LISTENING {control.Urls.First()}");
        await Task.WhenAny(control.WaitForShutdownAsync(), Console.OpenStandardInput().CopyToAsync(Stream.Null));
    }

    /// <summary>A web application that reads no settings and watches no files: there are many of them.</summary>
    public static WebApplicationBuilder CreateBuilder(int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole();
        builder.Logging.SetMinimumLevel(Enum.Parse<LogLevel>(Environment.GetEnvironmentVariable("LOG_LEVEL") ?? "Warning"));
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore();
        TestTransport.ApplyTo(builder.WebHost);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));
        return builder;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        JsonObject answer;
        try
        {
            var command = await JsonSerializer.DeserializeAsync<ClusterCommand>(context.Request.Body, s_commandOptions, context.RequestAborted);
            answer = new JsonObject { ["result"] = await ExecuteAsync(command!) };
        }
        catch (Exception exception)
        {
            answer = new JsonObject { ["error"] = exception.ToString() };
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private async Task<JsonNode?> ExecuteAsync(ClusterCommand command)
    {
        var name = command.Node ?? throw new ArgumentException("The command names no node.", nameof(command));
        switch (command.Do)
        {
            case "open":
                var node = await ClusterNode.OpenAsync(command);
                _nodes[name] = node;
                return new JsonObject { ["url"] = node.Url };
            case "close":
                if (_nodes.TryRemove(name, out var closing))
                {
                    await closing.DisposeAsync();
                }

                return null;
            default:
                return _nodes.TryGetValue(name, out var found)
                    ? await found.RunAsync(command)
                    : throw new ArgumentException($"There is no node {name}.", nameof(command));
        }
    }
}
