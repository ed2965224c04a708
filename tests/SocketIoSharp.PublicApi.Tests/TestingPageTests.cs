using System.Text.RegularExpressions;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>docs/testing.md shows code that is compiled: every block stands in a test or in the application that it tests.</summary>
public sealed partial class TestingPageTests
{
    [Test]
    public void Every_block_of_code_is_quoted_from_a_file_that_is_compiled()
    {
        var sources = Repository.Files("tests/SocketIoSharp.Tests/Hosting", ".cs").Concat(Repository.Files("tests/SocketIoSharp.TestApp", ".cs"))
            .Select(static file => WithoutIndentation(File.ReadAllText(file)))
            .ToList();
        var blocks = Blocks().Matches(File.ReadAllText(Repository.PathOf("docs", "testing.md"))).Select(static match => match.Groups["code"].Value).ToList();

        Assert.That(blocks, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (var block in blocks)
            {
                Assert.That(sources.Exists(source => source.Contains(WithoutIndentation(block), StringComparison.Ordinal)), Is.True, $"Nowhere in the tests:\n{block}");
            }
        }
    }

    private static string WithoutIndentation(string code) => string.Join('\n', code.Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Blocks();
}
