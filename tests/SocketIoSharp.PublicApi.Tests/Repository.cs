using System.Text.RegularExpressions;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>The source tree these tests were built from.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>The files below a folder of the repository, without build output and installed packages.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions)
    {
        var start = PathOf(folder);
        if (!Directory.Exists(start))
        {
            return [];
        }

        return Directory.EnumerateFiles(start, "*", SearchOption.AllDirectories)
            .Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Where(file => !Generated().IsMatch(Relative(file)))
            .Order(StringComparer.Ordinal);
    }

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SocketIoSharp.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No SocketIoSharp.sln above {AppContext.BaseDirectory}: these tests run inside the repository.");
    }

    [GeneratedRegex("(^|/)(bin|obj|node_modules|artifacts)/", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Generated();
}
