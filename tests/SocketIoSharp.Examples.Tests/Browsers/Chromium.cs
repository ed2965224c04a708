using Microsoft.Playwright;

namespace SocketIoSharp.Examples.Tests;

/// <summary>The browser of this machine, started once for all tests.</summary>
[SetUpFixture]
public sealed class Chromium
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    private static IPlaywright? s_playwright;
    private static IBrowser? s_browser;

    /// <summary>The browser. A test that wants it fails where there is none.</summary>
    public static IBrowser Browser
        => s_browser ?? throw new InvalidOperationException(
            $"There is no browser on the PATH ({string.Join(", ", s_names)}). Install one of them; on Debian and Ubuntu, \"sudo apt-get install chromium\" does.");

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        if (FindOnPath() is not { } path)
        {
            return;
        }

        SetDefaultExpectTimeout((float)Eventually.Patience.TotalMilliseconds);
        s_playwright = await Playwright.CreateAsync();
        s_browser = await s_playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Headless = true, Args = ["--no-sandbox"], Timeout = 4 * (float)Eventually.Patience.TotalMilliseconds });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (s_browser is not null)
        {
            await s_browser.CloseAsync();
        }

        s_playwright?.Dispose();
    }

    private static string? FindOnPath()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return s_names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
