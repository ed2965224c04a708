namespace SocketIoSharp.PublicApi.Tests;

/// <summary>The rows of every table in a Markdown file that has the wanted columns.</summary>
internal static class MarkdownTable
{
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string file, params string[] columns)
    {
        var rows = new List<IReadOnlyDictionary<string, string>>();
        string[]? header = null;
        foreach (var line in File.ReadLines(file))
        {
            if (!line.StartsWith('|'))
            {
                header = null;
                continue;
            }

            var cells = Cells(line);
            if (header is null)
            {
                header = cells;
            }
            else if (columns.All(header.Contains) && !cells.All(cell => cell.Trim('-', ':').Length == 0))
            {
                Assert.That(cells, Has.Length.EqualTo(header.Length), $"{Repository.Relative(file)}: a row of another width: {line}");
                rows.Add(header.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
            }
        }

        return rows;
    }

    // A pipe inside a cell is written \| in Markdown.
    private static string[] Cells(string line)
    {
        var inner = line.Trim().Trim('|').Replace("\\|", "\u0001", StringComparison.Ordinal);
        return [.. inner.Split('|').Select(cell => cell.Replace('\u0001', '|').Trim())];
    }
}
