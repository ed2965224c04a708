using System.Buffers;
using System.Text;

namespace SocketIoSharp.Redis.Tests.Security;

/// <summary>What somebody who can write to Redis might publish. {uid} stands for the name of the server itself.</summary>
internal static class HostileMessages
{
    private const string Everybody = """{"rooms":[],"except":[],"flags":{}}""";

    /// <summary>Python's pickle of a call of os.system, as in the servers of CVE-2025-61765.</summary>
    public static byte[] Pickled { get; } =
    [
        0x80, 0x04, 0x95, 0x1D, 0, 0, 0, 0, 0, 0, 0, 0x8C, 0x05, .. "posix"u8, 0x94, 0x8C, 0x06, .. "system"u8, 0x94, 0x93, 0x94,
        0x8C, 0x02, .. "id"u8, 0x94, 0x85, 0x94, 0x52, 0x94, 0x2E,
    ];

    /// <summary>The same value as MessagePack.</summary>
    public static byte[] Pack(string json)
    {
        var output = ArgumentWriter.Rent();
        try
        {
            output.Write(Encoding.UTF8.GetBytes(json));
            return WireWriter.ToMessagePack(output).ToArray();
        }
        finally
        {
            output.Return();
        }
    }

    /// <summary>What is no message on any channel.</summary>
    public static IEnumerable<byte[]> Garbage()
    {
        yield return [];
        yield return Pickled;
        yield return [0xC1];
        yield return [0xDD, 0xFF, 0xFF, 0xFF, 0xFF];
        yield return [0xDF, 0xFF, 0xFF, 0xFF, 0xFF, 0xA1];
        yield return [0xC6, 0xFF, 0xFF, 0xFF, 0xFF, 1];
        yield return "{"u8.ToArray();
        yield return "null"u8.ToArray();
        yield return "[1,2,3]"u8.ToArray();
        yield return "{}"u8.ToArray();
        yield return [(byte)'{', 0xFF, 0xFE, (byte)'}'];
        yield return [0xEF, 0xBB, 0xBF, .. "{}"u8];
        var random = new Random(4711);
        for (var length = 1; length <= 100; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            yield return bytes;
        }

        yield return Encoding.UTF8.GetBytes("{\"type\":3,\"data\":" + new string('[', 10_000) + new string(']', 10_000) + ",\"uid\":\"x\",\"nsp\":\"/\"}");
        yield return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"data\":", 10_000)));
        yield return [.. Enumerable.Repeat((byte)0x91, 10_000), 0xC0];
        yield return [.. Enumerable.Repeat((byte)0x81, 10_000)];
        yield return [0x93, 0xA1, (byte)'x', 0x82, 0xA4, .. "type"u8, 2, 0xA4, .. "data"u8, .. Enumerable.Repeat((byte)0x91, 10_000), 0xC0, 0x80];
    }

    /// <summary>Every beginning of a message.</summary>
    public static IEnumerable<byte[]> Truncate(byte[] message)
    {
        for (var length = 0; length < message.Length; length++)
        {
            yield return message[..length];
        }
    }

    /// <summary>{type, data, uid, nsp} of the sharded and the streams adapter.</summary>
    public static IEnumerable<string> Cluster()
    {
        foreach (var (type, data) in ClusterData())
        {
            yield return $$"""{"type":{{type}},"data":{{data}},"uid":"x","nsp":"/"}""";
        }

        var good = $$"""{"packet":{"type":2,"data":["x"]},"opts":{{Everybody}}}""";
        foreach (var type in new[] { "0", "14", "99", "-1", "3.5", "\"3\"", "null", "[]", "1e400", "9007199254740993" })
        {
            yield return $$"""{"type":{{type}},"data":{{good}},"uid":"x","nsp":"/"}""";
        }

        foreach (var uid in new[] { "null", "1", "\"\"", "{}", $"\"{new string('u', 1_000)}\"" })
        {
            yield return $$"""{"type":3,"data":{{good}},"uid":{{uid}},"nsp":"/"}""";
        }

        foreach (var name in new[] { "null", "1", "[]" })
        {
            yield return $$"""{"type":3,"data":{{good}},"uid":"x","nsp":{{name}}}""";
        }
    }

    /// <summary>The types of messages with data that are not theirs.</summary>
    public static IEnumerable<(int Type, string Data)> ClusterData()
    {
        foreach (var packet in Packets())
        {
            yield return (3, $$"""{"packet":{{packet}},"opts":{{Everybody}}}""");
        }

        foreach (var options in Options())
        {
            yield return (3, $$"""{"packet":{"type":2,"data":["x"]},"opts":{{options}}}""");
            yield return (4, $$"""{"rooms":["joined"],"opts":{{options}}}""");
            yield return (5, $$"""{"rooms":["r"],"opts":{{options}}}""");
            yield return (6, $$"""{"close":true,"opts":{{options}}}""");
            yield return (7, $$"""{"requestId":"1","opts":{{options}}}""");
        }

        foreach (var rooms in Rooms())
        {
            yield return (4, $$"""{"rooms":{{rooms}},"opts":{{Everybody}}}""");
            yield return (5, $$"""{"rooms":{{rooms}},"opts":{{Everybody}}}""");
        }

        foreach (var id in new[] { "1", "{}", "[]", "\"\"", "true", $"\"{new string('r', 1_000)}\"" })
        {
            yield return (3, $$"""{"packet":{"type":2,"data":["x"]},"requestId":{{id}},"opts":{{Everybody}}}""");
            yield return (7, $$"""{"requestId":{{id}},"opts":{{Everybody}}}""");
            yield return (9, $$"""{"requestId":{{id}},"packet":["x"]}""");
            yield return (11, $$"""{"requestId":{{id}},"clientCount":1}""");
        }

        foreach (var data in new[] { "null", "[]", "1", "\"x\"", "{}" })
        {
            for (var type = 3; type <= 12; type++)
            {
                yield return (type, data);
            }
        }

        yield return (7, $$"""{"opts":{{Everybody}}}""");
        foreach (var sockets in new[] { "null", "{}", "1", "\"x\"" })
        {
            yield return (8, $$"""{"requestId":"unknown","sockets":{{sockets}}}""");
        }

        foreach (var packet in new[] { "null", "{}", "\"x\"", "1", "{\"type\":2,\"data\":[\"x\"]}" })
        {
            yield return (9, $$"""{"packet":{{packet}}}""");
        }

        foreach (var count in Counts())
        {
            yield return (11, $$"""{"requestId":"unknown","clientCount":{{count}}}""");
        }
    }

    /// <summary>What servers of the classic adapter do not ask.</summary>
    public static IEnumerable<string> ClassicRequests()
    {
        foreach (var options in Options().Where(static options => options != "null"))
        {
            yield return $$"""{"uid":"x","type":2,"rooms":["joined"],"opts":{{options}}}""";
            yield return $$"""{"uid":"x","type":3,"rooms":["r"],"opts":{{options}}}""";
            yield return $$"""{"uid":"x","type":4,"close":true,"opts":{{options}}}""";
            yield return $$"""{"uid":"x","requestId":"1","type":5,"opts":{{options}}}""";
            yield return $$"""{"uid":"x","requestId":"1","type":7,"packet":{"type":2,"data":["x"]},"opts":{{options}}}""";
        }

        foreach (var rooms in Rooms())
        {
            yield return $$"""{"uid":"x","requestId":"1","type":0,"rooms":{{rooms}}}""";
            yield return $$$"""{"uid":"x","type":2,"rooms":{{{rooms}}},"opts":{"rooms":[],"except":[]}}""";
            yield return $$$"""{"uid":"x","type":3,"rooms":{{{rooms}}},"opts":{"rooms":[],"except":[]}}""";
        }

        foreach (var packet in Packets())
        {
            yield return $$$"""{"uid":"x","requestId":"1","type":7,"packet":{{{packet}}},"opts":{"rooms":[],"except":[]}}""";
        }

        foreach (var id in new[] { "1", "{}", "[]", "\"\"", "true", $"\"{new string('r', 1_000)}\"" })
        {
            yield return $$"""{"uid":"x","requestId":{{id}},"type":1}""";
            yield return $$"""{"uid":"x","requestId":{{id}},"type":6,"data":["x"]}""";
            yield return $$"""{"uid":{{id}},"requestId":"1","type":1}""";
        }

        foreach (var type in new[] { "-1", "8", "99", "\"5\"", "null", "[]", "1e400", "2.5" })
        {
            yield return $$"""{"uid":"x","requestId":"1","type":{{type}},"rooms":["joined"],"opts":{"rooms":[],"except":[]},"close":true}""";
        }

        yield return """{"uid":"x","type":1}""";
        yield return """{"uid":"x","type":5,"opts":{"rooms":[],"except":[]}}""";
        yield return """{"uid":"x","type":4,"close":true}""";
        yield return """{"uid":"x","type":4,"sid":1,"close":true}""";
        yield return """{"uid":"x","type":2,"sid":{},"room":"joined"}""";
        foreach (var data in new[] { "null", "{}", "\"x\"", "1", "true" })
        {
            yield return $$"""{"uid":"x","type":6,"data":{{data}}}""";
        }
    }

    /// <summary>Answers that nobody has asked for; whether they are readable does not matter.</summary>
    public static IEnumerable<string> ClassicResponses()
    {
        foreach (var count in Counts())
        {
            yield return $$"""{"type":8,"requestId":"unknown","clientCount":{{count}}}""";
        }

        yield return """{"requestId":"unknown","sockets":{}}""";
        yield return """{"requestId":"unknown","sockets":[1,null,{},[]]}""";
        yield return """{"requestId":"unknown","rooms":[{}]}""";
        yield return """{"requestId":null}""";
        yield return """{"type":6,"requestId":"unknown"}""";
        yield return """{"type":9,"requestId":"unknown"}""";
    }

    /// <summary>Events of the classic adapter as JSON; on the wire they are MessagePack.</summary>
    public static IEnumerable<string> ClassicBroadcasts()
    {
        foreach (var packet in Packets())
        {
            yield return $"[\"x\",{packet},{Everybody}]";
        }

        foreach (var options in Options())
        {
            yield return $$"""["x",{"type":2,"data":["x"],"nsp":"/"},{{options}}]""";
        }

        foreach (var uid in new[] { "null", "1", "\"\"", "{}", $"\"{new string('u', 1_000)}\"" })
        {
            yield return $$"""[{{uid}},{"type":2,"data":["x"],"nsp":"/"},{{Everybody}}]""";
        }

        yield return "[]";
        yield return "[\"x\"]";
        yield return """["x",{"type":2,"data":["x"],"nsp":"/"}]""";
        yield return $$"""["x",{"type":2,"data":["x"],"nsp":1},{{Everybody}}]""";
        yield return """{"0":"x"}""";
    }

    /// <summary>What is for others, or is this server's own: nothing to complain of.</summary>
    public static IEnumerable<string> NotForUs(bool isClassic) => isClassic
        ?
        [
            """{"uid":"{uid}","type":4,"opts":{"rooms":[],"except":[]},"close":true}""",
            """{"uid":"{uid}","requestId":"1","type":6,"data":["x"]}""",
        ]
        :
        [
            $$"""{"type":3,"data":{"packet":{"type":2,"data":["x"]},"opts":{{Everybody}}},"uid":"{uid}","nsp":"/"}""",
            $$"""{"type":6,"data":{"opts":{{Everybody}},"close":true},"uid":"{uid}","nsp":"/"}""",
            $$"""{"type":3,"data":{"packet":{"type":2,"data":["x"]},"opts":{{Everybody}}},"uid":"x","nsp":"/other"}""",
            $$"""{"type":6,"data":{"opts":{{Everybody}},"close":true},"uid":"x","nsp":""}""",
        ];

    private static IEnumerable<string> Packets()
    {
        foreach (var data in new[]
        {
            "null", "{}", "\"x\"", "1", "[]", "[null]", "[true]", "[{}]", "[[\"x\"]]", "[\"connect\"]", "[\"connect_error\"]", "[\"disconnect\"]", "[\"disconnecting\"]",
        })
        {
            yield return $$"""{"type":2,"data":{{data}}}""";
        }

        foreach (var type in new[] { "0", "1", "3", "4", "6", "-2", "2.5", "1e300" })
        {
            yield return $$"""{"type":{{type}},"data":["x"]}""";
        }

        yield return "null";
        yield return "[]";
        yield return "\"x\"";
        yield return """{"type":2}""";
    }

    private static IEnumerable<string> Options()
    {
        yield return "null";
        yield return "1";
        yield return "\"x\"";
        yield return "[]";
        foreach (var rooms in Rooms())
        {
            yield return $$$"""{"rooms":{{{rooms}}},"except":[],"flags":{}}""";
            yield return $$$"""{"rooms":[],"except":{{{rooms}}},"flags":{}}""";
        }
    }

    private static string[] Rooms() => ["{}", "true", "[null]", "[{}]", "[[]]", "[true]", """["r",null]"""];

    private static string[] Counts() => ["-1", "1e999", "2147483648", "1.5", "\"1\"", "null", "{}", "[]", "true"];
}
