using System.Diagnostics;
using System.Text.Json;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>What the package does to the project of an application: nothing, unless that asks for it.</summary>
public sealed class ThreadPoolSpinningTests
{
    private const string Knob = "System.Threading.ThreadPool.UnfairSemaphoreSpinLimit";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [TestCase("", ExpectedResult = null)]
    [TestCase("<SocketIOThreadPoolSpinning>true</SocketIOThreadPoolSpinning>", ExpectedResult = null)]
    [TestCase("<SocketIOThreadPoolSpinning>false</SocketIOThreadPoolSpinning>", ExpectedResult = "0")]
    public async Task<string?> The_runtime_gets_the_setting_that_the_project_asks_for(string property)
    {
        var folder = Directory.CreateTempSubdirectory("socketiosharp-targets-");
        try
        {
            var project = Path.Combine(folder.FullName, "app.proj");
            var targets = Path.Combine(Repository.Root, "src", "SocketIoSharp.EngineIO", "build", "SocketIoSharp.EngineIO.targets");
            await File.WriteAllTextAsync(project, $"<Project><PropertyGroup>{property}</PropertyGroup><Import Project=\"{targets}\" /></Project>");
            using var result = JsonDocument.Parse(await EvaluateAsync(project));
            var options = result.RootElement.GetProperty("Items").GetProperty("RuntimeHostConfigurationOption").EnumerateArray();
            return options
                .Where(static option => option.GetProperty("Identity").GetString() == Knob)
                .Select(static option => option.GetProperty("Value").GetString())
                .SingleOrDefault();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void The_package_brings_it_to_applications_that_refer_to_another_package_of_ours()
    {
        var project = File.ReadAllText(Path.Combine(Repository.Root, "src", "SocketIoSharp.EngineIO", "SocketIoSharp.EngineIO.csproj"));

        Assert.That(project, Does.Contain("<None Include=\"build/SocketIoSharp.EngineIO.targets\" Pack=\"true\" PackagePath=\"build/;buildTransitive/\" />"));
    }

    private static async Task<string> EvaluateAsync(string project)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-nodeReuse:false", "-getItem:RuntimeHostConfigurationOption"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(s_patience);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.That(process.ExitCode, Is.Zero, await errors + await output);
        return await output;
    }
}
