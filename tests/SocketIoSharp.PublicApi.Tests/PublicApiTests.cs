using System.Reflection;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>What users can see is written down in Approved/, so that no change of it goes unnoticed in a review.</summary>
public sealed class PublicApiTests
{
    private const string AcceptVariable = "UPDATE_PUBLIC_API";
    private const int ShownDifferences = 40;

    [TestCase("SocketIoSharp.EngineIO")]
    [TestCase("SocketIoSharp")]
    [TestCase("SocketIoSharp.NewtonsoftJson")]
    [TestCase("SocketIoSharp.Redis")]
    [TestCase("SocketIoSharp.Transport.Epoll")]
    public void The_public_api_is_the_approved_one(string package) =>
        AssertApproved(package, ApiPrinter.Print(Assembly.Load(package)));

    [Test]
    public void Types_of_every_shape_are_printed_as_a_user_writes_them()
    {
        var samples = typeof(PublicApiTests).Assembly.GetTypes()
            .Where(type => type is { IsPublic: true, Namespace: "SocketIoSharp.PublicApi.Tests.Samples" });

        AssertApproved("ApiPrinterSamples", ApiPrinter.Print("# ApiPrinterSamples", samples.Reverse()));
    }

    private static void AssertApproved(string name, string actual)
    {
        var file = Repository.PathOf("tests", "SocketIoSharp.PublicApi.Tests", "Approved", name + ".txt");
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            File.WriteAllText(file, actual);
        }

        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        if (actual != approved)
        {
            Assert.Fail(
                $"""
                The public API of {name} is not what Approved/{name}.txt says:
                {Differences(approved, actual)}
                If that is meant, accept it in the same change:
                    {AcceptVariable}=1 dotnet test tests/SocketIoSharp.PublicApi.Tests
                """);
        }
    }

    // Lines are unique enough together with their type, which is the last line that is not indented.
    private static string Differences(string approved, string actual)
    {
        var before = WithTheirType(approved);
        var after = WithTheirType(actual);
        var lines = before.Except(after, StringComparer.Ordinal).Select(line => "- " + line)
            .Concat(after.Except(before, StringComparer.Ordinal).Select(line => "+ " + line))
            .ToList();
        var rest = lines.Count > ShownDifferences ? $"\n... and {lines.Count - ShownDifferences} more" : "";
        return string.Join('\n', lines.Take(ShownDifferences)) + rest;
    }

    private static List<string> WithTheirType(string text)
    {
        var lines = new List<string>();
        var type = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(' '))
            {
                lines.Add($"{type}{line}");
            }
            else
            {
                type = line;
                lines.Add(line);
            }
        }

        return lines;
    }
}
