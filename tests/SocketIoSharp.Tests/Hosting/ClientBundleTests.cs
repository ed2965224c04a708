using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>The client's files as a Node server sends them: what is expected here was recorded from one.</summary>
public sealed class ClientBundleTests
{
    private const string File = "/socket.io/socket.io.js";

    private static readonly string s_entityTag = $"\"{ReadVersion()}\"";

    [TestCase("socket.io.js", "application/javascript; charset=utf-8")]
    [TestCase("socket.io.js.map", "application/json; charset=utf-8")]
    [TestCase("socket.io.min.js", "application/javascript; charset=utf-8")]
    [TestCase("socket.io.min.js.map", "application/json; charset=utf-8")]
    [TestCase("socket.io.esm.min.js", "application/javascript; charset=utf-8")]
    [TestCase("socket.io.esm.min.js.map", "application/json; charset=utf-8")]
    [TestCase("socket.io.msgpack.min.js", "application/javascript; charset=utf-8")]
    [TestCase("socket.io.msgpack.min.js.map", "application/json; charset=utf-8")]
    public async Task Each_file_of_the_package_is_served_as_it_is(string name, string contentType)
    {
        await using var server = await ClientBundleServer.StartAsync();

        var answer = await server.RequestAsync($"GET /socket.io/{name}");

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Bytes, Is.EqualTo(ClientBundleServer.ReadFile(name)));
        Assert.That(answer.Header("Content-Type"), Is.EqualTo(contentType));
        Assert.That(answer.Header("Cache-Control"), Is.EqualTo("public, max-age=0"));
        Assert.That(answer.Header("ETag"), Is.EqualTo(s_entityTag));
        Assert.That(answer.Header("Content-Encoding"), Is.Null);
    }

    [TestCase("GET", "?x=1&EIO=4&transport=polling")]
    [TestCase("POST", "")]
    [TestCase("PUT", "?x")]
    [TestCase("DELETE", "")]
    [TestCase("OPTIONS", "")]
    [TestCase("BREW", "")]
    public async Task Neither_the_method_nor_the_query_matters(string method, string query)
    {
        await using var server = await ClientBundleServer.StartAsync();

        var answer = await server.RequestAsync($"{method} {File}{query}", "Content-Length: 0");

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Bytes, Is.EqualTo(ClientBundleServer.ReadFile("socket.io.js")));
    }

    [Test]
    public async Task Head_is_answered_with_the_headers_alone()
    {
        await using var server = await ClientBundleServer.StartAsync();

        var answer = await server.RequestAsync($"HEAD {File}", "Accept-Encoding: br");

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/javascript; charset=utf-8"));
        Assert.That(answer.Header("Cache-Control"), Is.EqualTo("public, max-age=0"));
        Assert.That(answer.Header("ETag"), Is.EqualTo(s_entityTag));
        Assert.That(answer.Header("Content-Encoding"), Is.EqualTo("br"));
    }

    [TestCase("GET", "")]
    [TestCase("GET", "W/")]
    [TestCase("HEAD", "")]
    [TestCase("POST", "W/")]
    public async Task A_client_that_has_this_version_is_told_so(string method, string weak)
    {
        await using var server = await ClientBundleServer.StartAsync();

        var answer = await server.RequestAsync($"{method} {File}", $"If-None-Match: {weak}{s_entityTag}", "Content-Length: 0");

        Assert.That(answer.Status, Is.EqualTo(304));
        Assert.That(answer.Header("ETag"), Is.Null);
        Assert.That(answer.Header("Cache-Control"), Is.Null);
        Assert.That(answer.Header("Content-Type"), Is.Null);
    }

    [TestCase("*")]
    [TestCase("\"0.0.1\"")]
    [TestCase("\"0.0.1\", {0}")]
    [TestCase("w/{0}")]
    [TestCase("W/")]
    public async Task Any_other_tag_gets_the_file(string ifNoneMatch)
    {
        await using var server = await ClientBundleServer.StartAsync();

        var answer = await server.RequestAsync($"GET {File}", "If-None-Match: " + ifNoneMatch.Replace("{0}", s_entityTag, StringComparison.Ordinal));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    // Recorded from the accepts package, asked for ["br", "gzip", "deflate"].
    [TestCase(null, null)]
    [TestCase("", null)]
    [TestCase("br", "br")]
    [TestCase("gzip, deflate, br", "gzip")]
    [TestCase("deflate, gzip", "deflate")]
    [TestCase("*", "br")]
    [TestCase("identity", null)]
    [TestCase("gzip;q=0.5, br;q=0.4", "gzip")]
    [TestCase("br;q=0, *", "gzip")]
    [TestCase("identity;q=1, gzip;q=0.1", "gzip")]
    [TestCase("GZIP, BR;q=0.9", "gzip")]
    [TestCase("*;q=0.5, deflate;q=0.1", "br")]
    [TestCase("*, br;q=0.5", "gzip")]
    [TestCase("deflate, *", "deflate")]
    [TestCase("br;q=0, gzip;q=0, *", "deflate")]
    [TestCase("gzip;q=abc, br;q=0.1", "br")]
    [TestCase("*;q=0", null)]
    [TestCase("br;q=0.8, gzip;q=0.8, deflate;q=0.8", "br")]
    public async Task The_coding_is_the_one_that_the_client_likes_best(string? acceptEncoding, string? coding)
    {
        await using var server = await ClientBundleServer.StartAsync();

        var answer = await server.RequestAsync($"GET {File}", acceptEncoding is null ? [] : [$"Accept-Encoding: {acceptEncoding}"]);

        Assert.That(answer.Header("Content-Encoding"), Is.EqualTo(coding));
        Assert.That(Decode(answer), Is.EqualTo(ClientBundleServer.ReadFile("socket.io.js")));
    }

    // Node sends no Vary for the coding.
    [Test]
    public async Task Caches_are_told_that_the_coding_varies([Values("", "br")] string acceptEncoding)
    {
        await using var server = await ClientBundleServer.StartAsync();

        var answer = await server.RequestAsync($"GET {File}", $"Accept-Encoding: {acceptEncoding}");

        Assert.That(answer.Header("Vary"), Is.EqualTo("Accept-Encoding"));
    }

    [Test]
    public async Task A_file_is_read_and_compressed_once_for_each_coding()
    {
        var reads = 0;
        var bundle = new ClientBundle(name =>
        {
            Interlocked.Increment(ref reads);
            return name == "package.json" ? new MemoryStream("{\"version\":\"1.2.3\"}"u8.ToArray()) : new MemoryStream(new byte[100_000]);
        });
        await using var server = await ClientBundleServer.StartAsync(services: services => services.AddSingleton(bundle));
        var before = Volatile.Read(ref reads);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => server.RequestAsync($"GET {File}", $"Accept-Encoding: {(i % 2 == 0 ? "br" : "gzip")}")));

        Assert.That(answers.Select(static answer => Decode(answer).Length), Is.All.EqualTo(100_000));
        Assert.That(answers.Select(static answer => answer.Header("ETag")), Is.All.EqualTo("\"1.2.3\""));
        Assert.That(Volatile.Read(ref reads) - before, Is.EqualTo(2));
    }

    [Test]
    public async Task A_file_that_could_not_be_read_is_read_again()
    {
        var isBroken = false;
        var bundle = new ClientBundle(name => name == "package.json" ? new MemoryStream("{\"version\":\"1.2.3\"}"u8.ToArray())
            : Volatile.Read(ref isBroken) ? throw new IOException("not now")
            : new MemoryStream("content"u8.ToArray()));
        var file = bundle.Find("socket.io.js")!;
        Volatile.Write(ref isBroken, true);
        Assert.That(async () => await file.GetBodyAsync(null), Throws.TypeOf<IOException>());

        Volatile.Write(ref isBroken, false);

        Assert.That(await file.GetBodyAsync(null), Is.EqualTo("content"u8.ToArray()));
    }

    [Test]
    public async Task Without_the_files_the_answer_is_404_and_one_warning_names_the_command()
    {
        await using var server = await ClientBundleServer.StartAsync(services: static services => services.AddSingleton(new ClientBundle(static _ => null)));

        Assert.That((await server.RequestAsync($"GET {File}")).Status, Is.EqualTo(404));
        Assert.That((await server.RequestAsync("GET /socket.io/socket.io.min.js.map")).Status, Is.EqualTo(404));
        Assert.That((await server.RequestAsync("GET /socket.io/other.js")).Body, Is.EqualTo("{\"code\":0,\"message\":\"Transport unknown\"}"));

        var warnings = server.Log.Lines.Where(static line => line.Level >= LogLevel.Warning).ToList();
        Assert.That(warnings, Has.Count.EqualTo(1));
        Assert.That(warnings[0].Message, Does.Contain("'npm ci'").And.Contain("socket.io.js").And.Contain(nameof(SocketIOOptions.ServeClient)));
    }

    [Test]
    public void The_licence_of_the_client_travels_with_it()
    {
        using var resource = typeof(ISocketIOServer).Assembly.GetManifestResourceStream("SocketIoSharp.Client/LICENSE")!;
        using var reader = new StreamReader(resource);

        Assert.That(reader.ReadToEnd(), Is.EqualTo(System.IO.File.ReadAllText(Path.Combine(ClientBundleServer.PackageFolder, "LICENSE"))).And.Contains("Permission is hereby granted"));
    }

    private static byte[] Decode(RawResponse answer)
    {
        using var body = new MemoryStream(answer.Bytes);
        using Stream decoder = answer.Header("Content-Encoding") switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var decoded = new MemoryStream();
        decoder.CopyTo(decoded);
        return decoded.ToArray();
    }

    private static string ReadVersion()
    {
        using var package = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(ClientBundleServer.PackageFolder, "package.json")));
        return package.RootElement.GetProperty("version").GetString()!;
    }
}
