namespace SocketIoSharp.TestApp;

public interface IGreeter
{
    string Greet(string name);
}

public sealed class PoliteGreeter : IGreeter
{
    public string Greet(string name) => $"Good day, {name}.";
}

public sealed class GreetingHandler(IGreeter greeter) : SocketHandler, ISocketHandler<GreetingHandler>
{
    public static void MapEvents(EventMap<GreetingHandler> events) => events
        .OnWithAck("greet", (GreetingHandler handler, string name) => handler.Greet(name))
        .On("greet all", (GreetingHandler handler, string name) => handler.IO.EmitAsync("greeting", handler.Greet(name)));

    public string Greet(string name) => greeter.Greet(name);
}
