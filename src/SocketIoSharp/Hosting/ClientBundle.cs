using System.Text.Json;

namespace SocketIoSharp;

/// <summary>The files of the official client, as its npm package has them. Read-only; one for the whole process.</summary>
internal sealed class ClientBundle
{
    private const string ResourcePrefix = "SocketIoSharp.Client/";

    private static readonly string[] s_names =
    [
        "socket.io.js", "socket.io.js.map",
        "socket.io.min.js", "socket.io.min.js.map",
        "socket.io.esm.min.js", "socket.io.esm.min.js.map",
        "socket.io.msgpack.min.js", "socket.io.msgpack.min.js.map",
    ];

    private readonly Dictionary<string, ClientBundleFile> _files = new(StringComparer.Ordinal);

    /// <summary>Takes the files from a package.</summary>
    /// <param name="open">Opens a file of the package by its name; null when it is not there.</param>
    public ClientBundle(Func<string, Stream?> open)
    {
        using var package = open("package.json");
        if (package is null)
        {
            return;
        }

        using var json = JsonDocument.Parse(package);
        EntityTag = $"\"{json.RootElement.GetProperty("version").GetString()}\"";
        foreach (var name in s_names)
        {
            using var file = open(name);
            if (file is not null)
            {
                _files.Add(name, new ClientBundleFile(name, () => open(name)!));
            }
        }
    }

    /// <summary>What this package was built with.</summary>
    public static ClientBundle Embedded { get; } = new(static name => typeof(ClientBundle).Assembly.GetManifestResourceStream(ResourcePrefix + name));

    /// <summary>The version of the client, in quotes: the tag of every file.</summary>
    public string EntityTag { get; } = string.Empty;

    /// <summary>Whether a client file is called so, to the letter.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var known in s_names)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The file, or null when this package was built without it.</summary>
    public ClientBundleFile? Find(string name) => _files.GetValueOrDefault(name);
}
