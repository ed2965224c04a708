using System.Text.RegularExpressions;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>Pages whose code is compiled: every block stands in a test, or in the application that it tests.</summary>
public sealed partial class TestingPageTests
{
    [TestCase("testing.md", "tests/SocketIoSharp.Tests/Hosting", "tests/SocketIoSharp.TestApp")]
    [TestCase("promises.md", "tests/SocketIoSharp.PublicApi.Tests/Pages")]
    [TestCase("serialization.md", "tests/SocketIoSharp.PublicApi.Tests/Pages")]
    public void Every_block_of_code_is_quoted_from_a_file_that_is_compiled(string page, params string[] folders)
    {
        var sources = folders.SelectMany(static folder => Repository.Files(folder, ".cs"))
            .Select(static file => WithoutIndentation(File.ReadAllText(file)))
            .ToList();
        var blocks = Blocks().Matches(File.ReadAllText(Repository.PathOf("docs", page))).Select(static match => match.Groups["code"].Value).ToList();

        Assert.That(blocks, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (var block in blocks)
            {
                Assert.That(sources.Exists(source => source.Contains(WithoutIndentation(block), StringComparison.Ordinal)), Is.True, $"docs/{page}: nowhere in the tests:\n{block}");
            }
        }
    }

    private static string WithoutIndentation(string code) => string.Join('\n', code.Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Blocks();
}
