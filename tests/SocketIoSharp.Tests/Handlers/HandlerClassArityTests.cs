using Microsoft.AspNetCore.Builder;

namespace SocketIoSharp.Tests;

/// <summary>Methods of handler classes of no argument to eight.</summary>
public sealed class HandlerClassArityTests
{
    [Test]
    public async Task A_method([Range(0, 8)] int count, [Values("On", "On async", "OnWithAck", "OnWithAck async")] string kind)
    {
        await using var server = await SocketIOTestServer.StartAsync(static io => io.UseHandler<CountingHandler>());
        await using var client = await server.ConnectAsync();

        await client.SendAsync($"425[\"{kind} {count}\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]");

        var expected = "12345678"[..count];
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(kind.StartsWith("OnWithAck", StringComparison.Ordinal) ? $"435[\"{expected}\"]" : $"42[\"ran\",\"{expected}\"]"));
    }

    private sealed class CountingHandler : SocketHandler, ISocketHandler<CountingHandler>
    {
        public static void MapEvents(EventMap<CountingHandler> events) => events
            .On("On 0", (CountingHandler handler) => handler.Run(""))
            .On("On 1", (CountingHandler handler, string a1) => handler.Run(a1))
            .On("On 2", (CountingHandler handler, string a1, string a2) => handler.Run(a1 + a2))
            .On("On 3", (CountingHandler handler, string a1, string a2, string a3) => handler.Run(a1 + a2 + a3))
            .On("On 4", (CountingHandler handler, string a1, string a2, string a3, string a4) => handler.Run(a1 + a2 + a3 + a4))
            .On("On 5", (CountingHandler handler, string a1, string a2, string a3, string a4, string a5) => handler.Run(a1 + a2 + a3 + a4 + a5))
            .On("On 6", (CountingHandler handler, string a1, string a2, string a3, string a4, string a5, string a6) => handler.Run(a1 + a2 + a3 + a4 + a5 + a6))
            .On("On 7", (CountingHandler handler, string a1, string a2, string a3, string a4, string a5, string a6, string a7) => handler.Run(a1 + a2 + a3 + a4 + a5 + a6 + a7))
            .On("On 8", (CountingHandler handler, string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => handler.Run(a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8))
            .On("On async 0", (CountingHandler handler) => handler.RunAsync(""))
            .On("On async 1", (CountingHandler handler, string a1) => handler.RunAsync(a1))
            .On("On async 2", (CountingHandler handler, string a1, string a2) => handler.RunAsync(a1 + a2))
            .On("On async 3", (CountingHandler handler, string a1, string a2, string a3) => handler.RunAsync(a1 + a2 + a3))
            .On("On async 4", (CountingHandler handler, string a1, string a2, string a3, string a4) => handler.RunAsync(a1 + a2 + a3 + a4))
            .On("On async 5", (CountingHandler handler, string a1, string a2, string a3, string a4, string a5) => handler.RunAsync(a1 + a2 + a3 + a4 + a5))
            .On("On async 6", (CountingHandler handler, string a1, string a2, string a3, string a4, string a5, string a6) => handler.RunAsync(a1 + a2 + a3 + a4 + a5 + a6))
            .On("On async 7", (CountingHandler handler, string a1, string a2, string a3, string a4, string a5, string a6, string a7) => handler.RunAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7))
            .On("On async 8", (CountingHandler handler, string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => handler.RunAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8))
            .OnWithAck("OnWithAck 0", (CountingHandler _) => "")
            .OnWithAck("OnWithAck 1", (CountingHandler _, string a1) => a1)
            .OnWithAck("OnWithAck 2", (CountingHandler _, string a1, string a2) => a1 + a2)
            .OnWithAck("OnWithAck 3", (CountingHandler _, string a1, string a2, string a3) => a1 + a2 + a3)
            .OnWithAck("OnWithAck 4", (CountingHandler _, string a1, string a2, string a3, string a4) => a1 + a2 + a3 + a4)
            .OnWithAck("OnWithAck 5", (CountingHandler _, string a1, string a2, string a3, string a4, string a5) => a1 + a2 + a3 + a4 + a5)
            .OnWithAck("OnWithAck 6", (CountingHandler _, string a1, string a2, string a3, string a4, string a5, string a6) => a1 + a2 + a3 + a4 + a5 + a6)
            .OnWithAck("OnWithAck 7", (CountingHandler _, string a1, string a2, string a3, string a4, string a5, string a6, string a7) => a1 + a2 + a3 + a4 + a5 + a6 + a7)
            .OnWithAck("OnWithAck 8", (CountingHandler _, string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8)
            .OnWithAck("OnWithAck async 0", (CountingHandler _) => AnswerAsync(""))
            .OnWithAck("OnWithAck async 1", (CountingHandler _, string a1) => AnswerAsync(a1))
            .OnWithAck("OnWithAck async 2", (CountingHandler _, string a1, string a2) => AnswerAsync(a1 + a2))
            .OnWithAck("OnWithAck async 3", (CountingHandler _, string a1, string a2, string a3) => AnswerAsync(a1 + a2 + a3))
            .OnWithAck("OnWithAck async 4", (CountingHandler _, string a1, string a2, string a3, string a4) => AnswerAsync(a1 + a2 + a3 + a4))
            .OnWithAck("OnWithAck async 5", (CountingHandler _, string a1, string a2, string a3, string a4, string a5) => AnswerAsync(a1 + a2 + a3 + a4 + a5))
            .OnWithAck("OnWithAck async 6", (CountingHandler _, string a1, string a2, string a3, string a4, string a5, string a6) => AnswerAsync(a1 + a2 + a3 + a4 + a5 + a6))
            .OnWithAck("OnWithAck async 7", (CountingHandler _, string a1, string a2, string a3, string a4, string a5, string a6, string a7) => AnswerAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7))
            .OnWithAck("OnWithAck async 8", (CountingHandler _, string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => AnswerAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8));

        private static async Task<string> AnswerAsync(string text)
        {
            await Task.Yield();
            return text;
        }

        private void Run(string text) => _ = Socket.EmitAsync("ran", text);

        private async Task RunAsync(string text)
        {
            await Task.Yield();
            await Socket.EmitAsync("ran", text);
        }
    }
}
