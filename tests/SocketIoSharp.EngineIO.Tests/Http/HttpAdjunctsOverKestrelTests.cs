using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>What a real server makes of the headers: some are checked only when they are written.</summary>
public sealed class HttpAdjunctsOverKestrelTests
{
    private const string A = "https://a.example";

    [Test]
    public async Task A_preflight_is_answered_without_a_body()
    {
        await using var server = await StartAsync(new EngineIOCorsOptions { Origin = A, OptionsSuccessStatus = 200 });

        var answer = await SendAsync(server, "OPTIONS / HTTP/1.1", "Origin: " + A, "Access-Control-Request-Headers: x-custom");

        Assert.That(answer, Does.StartWith("HTTP/1.1 200 OK\r\n"));
        Assert.That(answer, Does.Contain("\r\nContent-Length: 0\r\n"));
        Assert.That(answer, Does.Contain("\r\nAccess-Control-Allow-Origin: https://a.example\r\n"));
        Assert.That(answer, Does.Contain("\r\nAccess-Control-Allow-Headers: x-custom\r\n"));
        Assert.That(answer, Does.Contain("\r\nVary: Origin, Access-Control-Request-Headers\r\n"));
        Assert.That(answer, Does.EndWith("\r\n\r\n"));
    }

    // RFC 9110 forbids Content-Length on 204 and Kestrel leaves it out; Node sends it.
    [Test]
    public async Task A_preflight_with_204_ends_with_its_headers()
    {
        await using var server = await StartAsync(new EngineIOCorsOptions());

        var answer = await SendAsync(server, "OPTIONS / HTTP/1.1", "Origin: " + A);

        Assert.That(answer, Does.StartWith("HTTP/1.1 204 No Content\r\n"));
        Assert.That(answer, Does.Not.Contain("Content-Length"));
        Assert.That(answer, Does.EndWith("\r\n\r\n"));
    }

    [TestCase("Origin: https://\u00E9.example")]
    [TestCase("Origin: https://\u65E5.example")]
    [TestCase("Origin: a\u0001b")]
    [TestCase("Origin: a\tb")]
    [TestCase("Access-Control-Request-Headers: x-\u00E9")]
    [TestCase("Access-Control-Request-Headers: a\u0001b")]
    public async Task A_hostile_header_never_breaks_the_response(string header)
    {
        await using var server = await StartAsync(new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.Reflect });

        var answer = await SendAsync(server, "OPTIONS / HTTP/1.1", header);

        // A control character is refused by the server itself.
        Assert.That(answer, Does.StartWith("HTTP/1.1 204 ").Or.StartWith("HTTP/1.1 400 "));
    }

    [Test]
    public async Task The_headers_are_there_on_the_answer_itself_and_so_is_the_cookie()
    {
        await using var server = await StartAsync(new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.Reflect, Credentials = true });
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Urls.First());
        request.Headers.Add("Origin", A);

        using var answer = await client.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Header(answer.Headers, "Access-Control-Allow-Origin"), Is.EqualTo(A));
        Assert.That(Header(answer.Headers, "Access-Control-Allow-Credentials"), Is.EqualTo("true"));
        Assert.That(Header(answer.Headers, "Vary"), Is.EqualTo("Origin"));
        Assert.That(Header(answer.Headers, "Set-Cookie"), Is.EqualTo("io=abc%20d; Path=/; HttpOnly; SameSite=Lax"));
    }

    private static string Header(HttpResponseHeaders headers, string name) => string.Join(" | ", headers.GetValues(name));

    private static async Task<WebApplication> StartAsync(EngineIOCorsOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        TestTransport.ApplyTo(builder.WebHost);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var cors = new CorsResponder(options);
        app.Run(async context =>
        {
            if (await cors.ApplyAsync(context))
            {
                return;
            }

            context.Response.Headers.SetCookie = SessionCookie.Format(
                EngineIOCookie.CreateDefault(), "abc d", context.Request.IsHttps, DateTimeOffset.UnixEpoch);
            await context.Response.WriteAsync("ok");
        });
        await app.StartAsync();
        return app;
    }

    private static async Task<string> SendAsync(WebApplication server, params string[] head)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Urls.First()).Port);
        var stream = client.GetStream();
        var lines = string.Join("\r\n", [.. head, "Host: localhost", "Connection: close", "", ""]);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(lines));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
