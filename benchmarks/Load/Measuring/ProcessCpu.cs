using System.Globalization;

namespace SocketIoSharp.BenchmarkLoad.Measuring;

/// <summary>What the kernel says about the server's process: processor time and resident memory.</summary>
internal sealed class ProcessCpu(int processId)
{
    // USER_HZ, in which the kernel gives times to programs, is 100 on every architecture that .NET runs on.
    private const double MicrosecondsPerTick = 10_000;

    /// <summary>Microseconds in user code and in the kernel, of all threads.</summary>
    public (double User, double System) ReadTimes()
    {
        var text = Read("stat");
        // The second field is the program's name in parentheses, which may hold anything.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (Parse(fields[11]) * MicrosecondsPerTick, Parse(fields[12]) * MicrosecondsPerTick);
    }

    /// <summary>Resident kilobytes.</summary>
    public double ReadResidentKilobytes()
    {
        const string Name = "VmRSS:";
        var line = Array.Find(Read("status").Split('\n'), line => line.StartsWith(Name, StringComparison.Ordinal))
            ?? throw new LoadException($"the server's process {processId} has no memory any more");
        return Parse(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
    }

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    private string Read(string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/{file}");
        }
        catch (IOException)
        {
            throw new LoadException($"the server's process {processId} is gone");
        }
    }
}
