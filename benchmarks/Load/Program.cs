// Drives one server with one scenario and prints one line of JSON; anything wrong ends it with a message and without a line.
using System.Text.Json;
using System.Text.Json.Serialization;
using SocketIoSharp.BenchmarkLoad;
using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Scenarios;
using SocketIoSharp.BenchmarkLoad.Sockets;

try
{
    var options = LoadOptions.Parse(args);
    var server = new ProcessCpu(options.Pid);
    using var loop = new Loop { Port = options.Port, SourceAddresses = options.Sources };
    var report = Scenario.Create(options, loop).Run(server);
    var format = new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
    Console.WriteLine(JsonSerializer.Serialize(report, format));
    return 0;
}
catch (LoadException exception)
{
    Console.Error.WriteLine($"load: {exception.Message}");
    return 1;
}
