using System.Globalization;
using System.Reflection;

namespace SocketIoSharp.BenchmarkLoad;

/// <summary>The command line: every property is an option, <c>--in-flight 16</c> for <see cref="InFlight"/>.</summary>
internal sealed class LoadOptions
{
    public string Scenario { get; private set; } = "echo";

    /// <summary>socketio, chat (the same with other events), signalr or raw.</summary>
    public string Dialect { get; private set; } = "socketio";

    public int Port { get; private set; } = 4210;

    /// <summary>The server's process.</summary>
    public int Pid { get; private set; }

    public int Connections { get; private set; } = 100;

    /// <summary>Requests that every client, or broadcasts that the one sender, has on their way.</summary>
    public int InFlight { get; private set; } = 1;

    /// <summary>Size of the value that is sent.</summary>
    public int Bytes { get; private set; } = 64;

    /// <summary>Members of a room.</summary>
    public int Room { get; private set; } = 10;

    /// <summary>Requests in a second, over all clients.</summary>
    public double Rate { get; private set; } = 1000;

    /// <summary>What is measured.</summary>
    public double Seconds { get; private set; } = 4;

    /// <summary>Least and most seconds of load before.</summary>
    public int WarmupMin { get; private set; } = 8;

    public int WarmupMax { get; private set; } = 25;

    /// <summary>Quiet seconds before the memory is read.</summary>
    public double Hold { get; private set; } = 8;

    /// <summary>What disturbs the neighbours: large or broadcast.</summary>
    public string Disturbance { get; private set; } = "large";

    /// <summary>Recipients of the broadcast, or bytes of the large message, that disturbs.</summary>
    public int Size { get; private set; } = 10_000;

    /// <summary>Loopback addresses that connections are made from.</summary>
    public int Sources { get; private set; } = 20;

    public static LoadOptions Parse(string[] arguments)
    {
        var options = new LoadOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var name = arguments[i].Replace("-", "", StringComparison.Ordinal);
            var property = typeof(LoadOptions).GetProperty(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.IgnoreCase);
            if (property is null || i + 1 == arguments.Length)
            {
                throw new LoadException($"{arguments[i]} is not an option, or has no value");
            }

            property.SetValue(options, Convert.ChangeType(arguments[i + 1], property.PropertyType, CultureInfo.InvariantCulture));
        }

        return options;
    }
}
