using System.Text.RegularExpressions;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>The tables under docs/ are read by people who cannot check them: what can be checked is checked here.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] s_states = ["done", "partly", "planned", "not here", ".NET counterpart"];

    [Test]
    public void Every_row_of_the_parity_table_has_its_own_id()
    {
        var ids = Parity().Select(row => row["#"]).ToList();

        Assert.That(ids, Is.Not.Empty);
        Assert.That(ids, Is.Unique);
        Assert.That(ids, Has.All.Match("^[A-V][1-9][0-9]*$"));
    }

    [Test]
    public void Every_row_of_the_parity_table_has_a_known_state_and_says_what_takes_its_place()
    {
        var rows = Parity();
        using (Assert.EnterMultipleScope())
        {
            foreach (var row in rows)
            {
                Assert.That(s_states, Does.Contain(row["State"]), $"docs/parity.md, row {row["#"]}");
                Assert.That(row["In SocketIoSharp"], Is.Not.Empty, $"docs/parity.md, row {row["#"]}");
            }
        }
    }

    [TestCase("Test")]
    [TestCase("Stock clients stay far")]
    public void Every_difference_from_Node_names_tests_that_exist(string column)
    {
        var sources = Repository.Files("tests", ".cs").Concat(Repository.Files("interop-tests", ".cs", ".js", ".mjs", ".cjs", ".ts"))
            .Select(File.ReadAllText)
            .ToList();
        var rows = MarkdownTable.Read(Repository.PathOf("docs", "differences-from-node.md"), "What", column);

        Assert.That(rows, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (var row in rows)
            {
                var names = Quoted().Matches(row[column]).Select(match => match.Groups["name"].Value).ToList();
                Assert.That(names, Is.Not.Empty, $"docs/differences-from-node.md: \"{row["What"]}\" names no test under \"{column}\"");
                foreach (var name in names)
                {
                    // A method of a .NET test, or (part of) the title of a JavaScript test.
                    var wanted = name.Contains(' ', StringComparison.Ordinal) || !name.Contains('_', StringComparison.Ordinal) ? name : $" {name}(";
                    Assert.That(
                        sources.Exists(source => source.Contains(wanted, StringComparison.Ordinal)),
                        Is.True,
                        $"docs/differences-from-node.md: \"{row["What"]}\" names the test {name}, which is nowhere under tests/ or interop-tests/");
                }
            }
        }
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Parity() =>
        MarkdownTable.Read(Repository.PathOf("docs", "parity.md"), "#", "Node feature", "State", "In SocketIoSharp");

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
