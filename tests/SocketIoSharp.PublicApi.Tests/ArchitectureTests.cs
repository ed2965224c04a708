using System.Reflection;
using System.Text.RegularExpressions;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>The rules of docs/architecture.md that a program can check.</summary>
public sealed partial class ArchitectureTests
{
    private const int MaxLinesPerFile = 400;

    // Protocol/ only turns bytes into values and back; framing reads and writes the pipe it is given, and knows no HTTP.
    private static readonly string[] s_webSocketsMustNotName = ["HttpContext", "System.Net.Sockets"];
    private static readonly string[] s_protocolMustNotName =
        [.. s_webSocketsMustNotName, "System.IO.Pipelines", "PipeReader", "PipeWriter", "IDuplexPipe", "Stream"];

    [Test]
    public void The_engine_does_not_know_the_storey_above_it()
    {
        Assert.That(ReferencesOf("SocketIoSharp.EngineIO"), Has.None.StartsWith("SocketIoSharp"));
    }

    [Test]
    public void The_server_knows_no_other_project_of_ours_than_the_engine()
    {
        Assert.That(
            ReferencesOf("SocketIoSharp").Where(name => name.StartsWith("SocketIoSharp", StringComparison.Ordinal)),
            Is.SubsetOf(new[] { "SocketIoSharp.EngineIO" }));
    }

    [Test]
    public void The_transport_below_kestrel_knows_nothing_of_ours()
        => Assert.That(ReferencesOf("SocketIoSharp.Transport.Epoll"), Has.None.StartsWith("SocketIoSharp"));

    [Test]
    public void Unsafe_code_is_where_pointers_are_asked_for()
    {
        var unsafeFiles = Sources().Where(static file => UnsafeKeyword().IsMatch(CommentsAndStrings().Replace(File.ReadAllText(file), " "))).Select(Repository.Relative);

        // The framework's base class of encoders, and the calls of the operating system.
        Assert.That(
            unsafeFiles,
            Is.EquivalentTo(new[]
            {
                "src/SocketIoSharp/Serialization/JavaScriptStringEncoder.cs",
                "src/SocketIoSharp.Transport.Epoll/Sockets/EventLoop.cs",
                "src/SocketIoSharp.Transport.Epoll/Sockets/Libc.cs",
            }));
    }

    [Test]
    public void Protocol_folders_depend_on_nothing_above_them_and_do_no_io() =>
        AssertFolderNames("Protocol", ["Protocol", "Diagnostics"], s_protocolMustNotName);

    [Test]
    public void WebSockets_folders_know_no_session_no_transport_and_no_http() =>
        AssertFolderNames("WebSockets", ["WebSockets", "Protocol", "Scheduling", "Diagnostics"], s_webSocketsMustNotName);

    [Test]
    public void One_file_names_the_library_for_redis()
        => Assert.That(
            Sources().Where(static file => CommentsAndStrings().Replace(File.ReadAllText(file), " ").Contains("StackExchange.Redis", StringComparison.Ordinal))
                .Select(Repository.Relative),
            Is.EqualTo(new[] { "src/SocketIoSharp.Redis/Bus/StackExchangeRedisBus.cs" }));

    [Test]
    public void The_wire_of_redis_knows_no_adapter_and_does_no_io()
        => AssertFolderNames("Wire", ["Wire", "Bus", "Diagnostics"], s_protocolMustNotName);

    [Test]
    public void No_source_file_is_longer_than_400_lines()
    {
        var tooLong = Sources().Select(file => (Name: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > MaxLinesPerFile);

        Assert.That(tooLong, Is.Empty, "Split these by concern, as in Type.Concern.cs");
    }

    [Test]
    public void No_source_file_leaves_work_for_later()
    {
        var marked = Sources().SelectMany(file => File.ReadLines(file).Select((line, index) => (Line: line, Place: $"{Repository.Relative(file)}:{index + 1}")))
            .Where(line => LeftForLater().IsMatch(line.Line))
            .Select(line => line.Place);

        Assert.That(marked, Is.Empty);
    }

    /// <summary>No file below src/*/folder/ names a type of the project's other folders, or one of the banned words.</summary>
    private static void AssertFolderNames(string folder, string[] allowedFolders, string[] bannedWords)
    {
        var problems = new List<string>();
        foreach (var project in Directory.EnumerateDirectories(Repository.PathOf("src")))
        {
            var typesAbove = TypesOutside(project, allowedFolders);
            foreach (var file in Repository.Files(Path.Combine(Repository.Relative(project), folder), ".cs"))
            {
                var code = CommentsAndStrings().Replace(File.ReadAllText(file), " ");
                problems.AddRange(bannedWords
                    .Where(word => Regex.IsMatch(code, $@"\b{Regex.Escape(word)}\b", RegexOptions.None, TimeSpan.FromSeconds(1)))
                    .Select(word => $"{Repository.Relative(file)} names {word}"));
                problems.AddRange(Identifiers().Matches(code).Select(match => match.Value).Distinct(StringComparer.Ordinal)
                    .Where(typesAbove.ContainsKey)
                    .Select(name => $"{Repository.Relative(file)} names {name}, which {typesAbove[name]} defines"));
            }
        }

        Assert.That(problems, Is.Empty);
    }

    /// <summary>The top-level types of a project's sub-folders, except the allowed ones, by name. Types at the project's top are the floor contract: anybody may name those.</summary>
    private static Dictionary<string, string> TypesOutside(string project, string[] allowedFolders)
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Repository.Files(Repository.Relative(project), ".cs"))
        {
            var parts = Path.GetRelativePath(project, file).Split(Path.DirectorySeparatorChar);
            if (parts.Length < 2 || allowedFolders.Contains(parts[0], StringComparer.Ordinal))
            {
                continue;
            }

            foreach (Match declaration in TopLevelTypes().Matches(File.ReadAllText(file)))
            {
                types[declaration.Groups["name"].Value] = Repository.Relative(file);
            }
        }

        return types;
    }

    private static IEnumerable<string> Sources() => Repository.Files("src", ".cs");

    private static IEnumerable<string> ReferencesOf(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);

    // Declarations start in the first column: namespaces are file-scoped, and nested types are indented.
    [GeneratedRegex(@"^(?:(?:public|internal|file|static|abstract|sealed|partial|readonly|ref|unsafe)\s+)*(?:class|record(?:\s+(?:struct|class))?|struct|interface|enum|delegate\s+[\w<>?\[\]., ]+?)\s+(?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TopLevelTypes();

    // Raw strings first, so that their quotes are not taken for ordinary ones.
    [GeneratedRegex("\"\"\".*?\"\"\"|//[^\n]*|/\\*.*?\\*/|@\"(?:[^\"]|\"\")*\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])+'", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommentsAndStrings();

    // What follows a dot is a member, and may be called like a type.
    // The members of an enumeration may be named like types.
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*\b(?!\s*=\s*\d)", RegexOptions.None, 1000)]
    private static partial Regex Identifiers();

    [GeneratedRegex(@"\bunsafe\b", RegexOptions.None, 1000)]
    private static partial Regex UnsafeKeyword();

    [GeneratedRegex(@"\b(TODO|HACK|FIXME|XXX)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeftForLater();
}
