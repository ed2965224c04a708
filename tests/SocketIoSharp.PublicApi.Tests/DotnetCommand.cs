using System.Diagnostics;
using System.IO.Compression;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>Runs the dotnet command at the root of the repository; the projects have been built with these tests.</summary>
internal static class DotnetCommand
{
    /// <summary>The configuration of these tests, in which everything has been built.</summary>
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    /// <summary>A command takes some ten seconds; machines that run other tests beside it need many times that.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    /// <summary>What it has printed; it has to succeed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [.. arguments, "-nodeReuse:false"])
        {
            UseShellExecute = false,
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.That(process.ExitCode, Is.Zero, await output + await errors);
        return await output;
    }

    /// <summary>Packs a project of src into the folder and opens the package.</summary>
    public static async Task<ZipArchive> PackAsync(string project, DirectoryInfo folder)
    {
        await RunAsync("pack", $"src/{project}", "-c", Configuration, "--nologo", "-p:BuildProjectReferences=false", "-o", folder.FullName);
        return await ZipFile.OpenReadAsync(folder.EnumerateFiles($"{project}.*.nupkg").Single().FullName);
    }
}
