using System.Text.Json;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>What the package does to the project of an application: nothing, unless that asks for it.</summary>
[NonParallelizable]
public sealed class ThreadPoolSpinningTests
{
    private const string Knob = "System.Threading.ThreadPool.UnfairSemaphoreSpinLimit";

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
            using var result = JsonDocument.Parse(await DotnetCommand.RunAsync("msbuild", project, "-getItem:RuntimeHostConfigurationOption"));
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
    public async Task The_package_brings_it_to_applications_that_refer_to_another_package_of_ours()
    {
        var folder = Directory.CreateTempSubdirectory("socketiosharp-package-");
        try
        {
            await using var package = await DotnetCommand.PackAsync("SocketIoSharp.EngineIO", folder);

            Assert.That(
                package.Entries.Select(static entry => entry.FullName),
                Is.SupersetOf(["build/SocketIoSharp.EngineIO.targets", "buildTransitive/SocketIoSharp.EngineIO.targets"]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
