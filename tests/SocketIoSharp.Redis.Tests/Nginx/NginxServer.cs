using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketIoSharp.Redis.Tests.Nginx;

/// <summary>
/// An nginx before several servers, with <c>ip_hash</c>. It has a folder of its own for all files, and a shell stands between:
/// that kills nginx as soon as its input ends, and the system ends that even when the tests are killed.
/// </summary>
internal sealed class NginxServer : IAsyncDisposable
{
    /// <summary>The header in which each answer says which server it is from.</summary>
    public const string ServedBy = "X-Served-By";

    private const string HowToInstall = "There is no nginx for this test. Install one so that nginx is on the path or in /usr/sbin (apt-get install nginx).";

    private const string Watchdog =
        """
        exec 3<&0
        "$0" -e stderr -p "$1" -c nginx.conf </dev/null 3<&- &
        nginx=$!
        { cat <&3; kill -9 $nginx; } >/dev/null 2>&1 &
        watch=$!
        exec 3<&-
        wait $nginx
        kill $watch
        """;

    private readonly Process _process;
    private readonly string _folder;
    private readonly Inbox<string> _output = new();

    private NginxServer(Process process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Address = new Uri($"http://127.0.0.1:{port}/");
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>Starts nginx before the servers. Without one the test is ignored, or fails where CI is true.</summary>
    public static async Task<NginxServer> StartAsync(IReadOnlyCollection<Uri> servers)
    {
        if (Find() is not { } program)
        {
            if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            {
                Assert.Fail(HowToInstall);
            }

            Assert.Ignore(HowToInstall);
            throw new InvalidOperationException(HowToInstall);
        }

        // Another program may take the port between the look and the start.
        for (var attempt = 1; ; attempt++)
        {
            var nginx = Start(program, FindFreePort(), servers);
            try
            {
                await nginx.WhenReadyAsync();
                return nginx;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                await nginx.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().Soon();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // One process: there are no workers that could outlive it when it is killed.
    private static string Configuration(int port, IEnumerable<Uri> servers)
        => $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr error;
            events { }
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              scgi_temp_path scgi;
              uwsgi_temp_path uwsgi;
              upstream nodes {
                ip_hash;
                {{string.Join(' ', servers.Select(server => $"server {server.Authority};"))}}
              }
              map $http_upgrade $connection_header { default upgrade; "" ""; }
              server {
                listen 127.0.0.1:{{port.ToString(CultureInfo.InvariantCulture)}};
                location / {
                  proxy_pass http://nodes;
                  proxy_http_version 1.1;
                  proxy_set_header Upgrade $http_upgrade;
                  proxy_set_header Connection $connection_header;
                  proxy_set_header Host $http_host;
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  proxy_buffering off;
                  add_header {{ServedBy}} $upstream_addr always;
                }
              }
            }
            """;

    private static NginxServer Start(string program, int port, IEnumerable<Uri> servers)
    {
        var folder = Directory.CreateTempSubdirectory("nginx-").FullName;
        File.WriteAllText(Path.Combine(folder, "nginx.conf"), Configuration(port, servers));
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watchdog, program, folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        return new NginxServer(Process.Start(start) ?? throw new InvalidOperationException("/bin/sh could not be started."), folder, port);
    }

    private static string? Find()
        => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, "nginx"))
            .FirstOrDefault(File.Exists);

    private static int FindFreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task WhenReadyAsync()
    {
        var isThere = false;
        await Eventually.True(() => _process.HasExited || (isThere = Answers()));
        if (!isThere)
        {
            throw new InvalidOperationException($"nginx has ended by itself: {(_output.TryNext(out var line) ? line : "it said nothing")}");
        }
    }

    private bool Answers()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null && _output.Count < 50)
        {
            _output.Add(line);
        }
    }
}
