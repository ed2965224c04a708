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
        => AssertNamesTests(Repository.PathOf("docs", "differences-from-node.md"), column, MarkdownTable.Read(Repository.PathOf("docs", "differences-from-node.md"), "What", column));

    [TestCaseSource(nameof(FactPages))]
    public void Every_fact_of_a_page_names_tests_that_exist(string page)
    {
        var file = Repository.PathOf("docs", page);
        var rows = MarkdownTable.Read(file);

        Assert.That(rows, Has.All.ContainKey("Test"), $"{Repository.Relative(file)}: a table without the column \"Test\"");
        AssertNamesTests(file, "Test", rows);
    }

    private static void AssertNamesTests(string file, string column, IReadOnlyList<IReadOnlyDictionary<string, string>> rows)
    {
        var sources = Repository.Files("tests", ".cs").Concat(Repository.Files("interop-tests", ".cs", ".js", ".mjs", ".cjs", ".ts"))
            .Select(File.ReadAllText)
            .ToList();

        Assert.That(rows, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (var row in rows)
            {
                var where = $"{Repository.Relative(file)}: \"{row.Values.First()}\"";
                var names = Quoted().Matches(row[column]).Select(match => match.Groups["name"].Value).ToList();
                Assert.That(names, Is.Not.Empty, $"{where} names no test under \"{column}\"");
                foreach (var name in names)
                {
                    // A method of a .NET test, or (part of) the title of a JavaScript test.
                    var wanted = name.Contains(' ', StringComparison.Ordinal) || !name.Contains('_', StringComparison.Ordinal) ? name : $" {name}(";
                    Assert.That(
                        sources.Exists(source => source.Contains(wanted, StringComparison.Ordinal)),
                        Is.True,
                        $"{where} names the test {name}, which is nowhere under tests/ or interop-tests/");
                }
            }
        }
    }

    private static IEnumerable<string> FactPages() => [.. Repository.Files("docs/protocol", ".md").Select(file => $"protocol/{Path.GetFileName(file)}"), "promises.md"];

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Parity() =>
        MarkdownTable.Read(Repository.PathOf("docs", "parity.md"), "#", "Node feature", "State", "In SocketIoSharp");

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
