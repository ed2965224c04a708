using System.Buffers;
using System.Text;

namespace SocketIoSharp;

/// <summary>The name of every channel. The parts are put together as they are, as Node does.</summary>
internal static class RedisChannels
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(@"*?[]^\");

    /// <summary>All servers of a namespace; the classic adapter's broadcasts, the other adapters' messages.</summary>
    public static string Namespace(string prefix, string namespaceName) => $"{prefix}#{namespaceName}#";

    /// <summary>The clients of one room.</summary>
    public static string Room(string prefix, string namespaceName, string room) => $"{prefix}#{namespaceName}#{room}#";

    /// <summary>One server, for answers (sharded and streams adapters).</summary>
    public static string Server(string prefix, string namespaceName, string uid) => $"{prefix}#{namespaceName}#{uid}#";

    /// <summary>What servers of the classic adapter ask; its subscribers are counted.</summary>
    public static string ClassicRequest(string prefix, string namespaceName) => $"{prefix}-request#{namespaceName}#";

    /// <summary>What servers of the classic adapter answer.</summary>
    public static string ClassicResponse(string prefix, string namespaceName) => $"{prefix}-response#{namespaceName}#";

    /// <summary>The log of events beside the classic adapter, and the channel by which the servers that keep it are counted.</summary>
    public static string ClassicLog(string prefix, string namespaceName) => $"{prefix}-log#{namespaceName}#";

    /// <summary>What is answered to one server of the classic adapter.</summary>
    public static string ClassicResponse(string prefix, string namespaceName, string uid) => $"{prefix}-response#{namespaceName}#{uid}#";

    /// <summary>All broadcasts of a namespace. Characters that mean something in a pattern are taken by their letter: names of dynamic namespaces are clients' own.</summary>
    public static string ClassicPattern(string prefix, string namespaceName) => $"{Escape(prefix)}#{Escape(namespaceName)}#*";

    private static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny(s_special) < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            if (s_special.Contains(character))
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }
}
