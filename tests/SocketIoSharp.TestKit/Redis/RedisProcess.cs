using System.Diagnostics;
using System.Globalization;

namespace SocketIoSharp.TestKit;

/// <summary>
/// A redis-server that was started from the path. A shell stands between: it kills Redis as soon as its input ends, and
/// the system ends that even when the tests are killed.
/// </summary>
internal sealed class RedisProcess
{
    private const string Watchdog =
        """
        exec 3<&0
        redis-server --bind 127.0.0.1 --port "$0" --save "" --appendonly no --daemonize no --loglevel warning </dev/null 3<&- &
        redis=$!
        { cat <&3; kill -9 $redis; } >/dev/null 2>&1 &
        watch=$!
        exec 3<&-
        wait $redis
        kill $watch
        """;

    private readonly Process _process;
    private readonly List<string> _output = [];

    private RedisProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(static folder => File.Exists(Path.Combine(folder, "redis-server")));

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public static RedisProcess Start(int port)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watchdog, port.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        return new RedisProcess(Process.Start(start) ?? throw new InvalidOperationException("/bin/sh could not be started."));
    }

    /// <summary>Kills Redis at once, as a crash would; complete when it is gone and its port is free.</summary>
    public async Task KillAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().Soon();
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            if (line is not null && _output.Count < 50)
            {
                _output.Add(line);
            }
        }
    }
}
