using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SocketIoSharp.Examples.Tests;

/// <summary>
/// The example as its script starts it: Redis, two nodes and nginx. The script has a session of its own, so that it can be
/// interrupted as from a terminal; it is ended when its input ends, which the system sees to even when the tests are killed.
/// </summary>
internal sealed partial class ClusterProcess : IAsyncDisposable
{
    private const string Lifeline =
        """
        exec 3<&0
        { cat <&3; kill $$; } >/dev/null 2>&1 &
        exec bash run.sh 3<&- </dev/null
        """;

    private static readonly string[] s_needed = ["setsid", "bash", "dotnet", "redis-server", "nginx"];

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<Match> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClusterProcess(Process process, string folder)
    {
        _process = process;
        Folder = folder;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where nginx listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The processes of the two nodes.</summary>
    public IReadOnlyList<int> Nodes { get; private set; } = [];

    /// <summary>The folder for temporary files of everything that the script starts.</summary>
    public string Folder { get; }

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

    /// <summary>Starts the cluster. Where a program of it is missing the test is ignored, or fails when CI is true.</summary>
    public static async Task<ClusterProcess> StartAsync()
    {
        if (s_needed.Where(name => !IsInstalled(name)).ToArray() is { Length: > 0 } missing)
        {
            var message = $"The cluster of the example needs programs that are not on the path: {string.Join(", ", missing)}. On Debian or Ubuntu, apt-get install has them.";
            if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            {
                Assert.Fail(message);
            }

            Assert.Ignore(message);
        }

        var folder = Directory.CreateTempSubdirectory("cluster-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute); // nginx may work as another user
        }

        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=INT", "bash", "-c", Lifeline])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Metadata("ClusterFolder"),
        };
        start.Environment["PORT"] = Random.Shared.Next(20_000, 32_000).ToString(CultureInfo.InvariantCulture);
        start.Environment["PROGRAM"] = Metadata("ClusterProgram");
        start.Environment["TMPDIR"] = folder;
        start.Environment.Remove("REDIS");
        var cluster = new ClusterProcess(Process.Start(start) ?? throw new InvalidOperationException("setsid could not be started."), folder);
        var ended = cluster._process.WaitForExitAsync();
        // Four programs, on a machine that may be busy.
        var patience = Task.Delay(6 * Eventually.Patience);
        if (await Task.WhenAny(cluster._ready.Task, ended, patience) != cluster._ready.Task)
        {
            await cluster.DisposeAsync();
            throw new InvalidOperationException("The cluster did not start: " + cluster.Output);
        }

        var ready = await cluster._ready.Task;
        cluster.Address = new Uri(ready.Groups["address"].Value);
        cluster.Nodes = [.. new[] { "a", "b" }.Select(group => int.Parse(ready.Groups[group].Value, CultureInfo.InvariantCulture))];
        return cluster;
    }

    public static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Does what Ctrl+C in a terminal does; complete when the script has ended.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", "--", $"-{_process.Id}"]);
        await kill.WaitForExitAsync().Soon();
        await _process.WaitForExitAsync().Soon();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().Soon();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    [GeneratedRegex(@"^The cluster is at (?<address>\S+) \(node A is process (?<a>\d+), node B is process (?<b>\d+)\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadyLine();

    private static string Metadata(string key)
        => typeof(ClusterProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal)).Value!;

    private static bool IsInstalled(string name)
        => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/usr/local/sbin"])
            .Any(folder => File.Exists(Path.Combine(folder, name)));

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
        }

        if (ReadyLine().Match(line) is { Success: true } match)
        {
            _ready.TrySetResult(match);
        }
    }
}
