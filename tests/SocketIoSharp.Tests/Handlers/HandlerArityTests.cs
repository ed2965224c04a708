using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>Handlers of no argument to eight: all are read, in their order, and what is too much is ignored.</summary>
public sealed class HandlerArityTests
{
    [Test]
    public async Task A_handler([Range(0, 8)] int count)
    {
        var ran = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => On(socket, count, ran.Add)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"x\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]");

        Assert.That(await ran.NextAsync(), Is.EqualTo("12345678"[..count]));
    }

    [Test]
    public async Task An_asynchronous_handler([Range(0, 8)] int count)
    {
        var ran = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => OnAsync(socket, count, AddAsync)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"x\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]");

        Assert.That(await ran.NextAsync(), Is.EqualTo("12345678"[..count]));

        async Task AddAsync(string text)
        {
            await Task.Yield();
            ran.Add(text);
        }
    }

    [Test]
    public async Task A_handler_that_runs_once([Range(0, 8)] int count, [Values] bool isAsync)
    {
        var ran = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            if (isAsync)
            {
                OnceAsync(socket, count, AddAsync);
            }
            else
            {
                Once(socket, count, ran.Add);
            }

            socket.OnWithAck("done", () => ran.Count);
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync(
            "42[\"x\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"]",
            "42[\"x\",\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]",
            "421[\"done\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[1]"));
        Assert.That(await ran.NextAsync(), Is.EqualTo("12345678"[..count]));

        Task AddAsync(string text)
        {
            ran.Add(text);
            return Task.CompletedTask;
        }
    }

    [Test]
    public async Task A_handler_with_an_answer([Range(0, 8)] int count)
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => OnWithAck(socket, count)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("425[\"x\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo($"435[\"{"12345678"[..count]}\"]"));
    }

    [Test]
    public async Task An_asynchronous_handler_with_an_answer([Range(0, 8)] int count, [Values] bool isDoneAtOnce)
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => OnWithAckAsync(socket, count, AnswerAsync)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("425[\"x\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo($"435[\"{"12345678"[..count]}\"]"));

        async Task<string> AnswerAsync(string text)
        {
            if (!isDoneAtOnce)
            {
                await Task.Yield();
            }

            return text;
        }
    }

    private static void On(IServerSocket socket, int count, Action<string> add)
    {
        _ = count switch
        {
            0 => socket.On("x", () => add("")),
            1 => socket.On("x", (string a1) => add(a1)),
            2 => socket.On("x", (string a1, string a2) => add(a1 + a2)),
            3 => socket.On("x", (string a1, string a2, string a3) => add(a1 + a2 + a3)),
            4 => socket.On("x", (string a1, string a2, string a3, string a4) => add(a1 + a2 + a3 + a4)),
            5 => socket.On("x", (string a1, string a2, string a3, string a4, string a5) => add(a1 + a2 + a3 + a4 + a5)),
            6 => socket.On("x", (string a1, string a2, string a3, string a4, string a5, string a6) => add(a1 + a2 + a3 + a4 + a5 + a6)),
            7 => socket.On("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7) => add(a1 + a2 + a3 + a4 + a5 + a6 + a7)),
            _ => socket.On("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => add(a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8)),
        };
    }

    private static void OnAsync(IServerSocket socket, int count, Func<string, Task> addAsync)
    {
        _ = count switch
        {
            0 => socket.On("x", () => addAsync("")),
            1 => socket.On("x", (string a1) => addAsync(a1)),
            2 => socket.On("x", (string a1, string a2) => addAsync(a1 + a2)),
            3 => socket.On("x", (string a1, string a2, string a3) => addAsync(a1 + a2 + a3)),
            4 => socket.On("x", (string a1, string a2, string a3, string a4) => addAsync(a1 + a2 + a3 + a4)),
            5 => socket.On("x", (string a1, string a2, string a3, string a4, string a5) => addAsync(a1 + a2 + a3 + a4 + a5)),
            6 => socket.On("x", (string a1, string a2, string a3, string a4, string a5, string a6) => addAsync(a1 + a2 + a3 + a4 + a5 + a6)),
            7 => socket.On("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7) => addAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7)),
            _ => socket.On("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => addAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8)),
        };
    }

    private static void Once(IServerSocket socket, int count, Action<string> add)
    {
        _ = count switch
        {
            0 => socket.Once("x", () => add("")),
            1 => socket.Once("x", (string a1) => add(a1)),
            2 => socket.Once("x", (string a1, string a2) => add(a1 + a2)),
            3 => socket.Once("x", (string a1, string a2, string a3) => add(a1 + a2 + a3)),
            4 => socket.Once("x", (string a1, string a2, string a3, string a4) => add(a1 + a2 + a3 + a4)),
            5 => socket.Once("x", (string a1, string a2, string a3, string a4, string a5) => add(a1 + a2 + a3 + a4 + a5)),
            6 => socket.Once("x", (string a1, string a2, string a3, string a4, string a5, string a6) => add(a1 + a2 + a3 + a4 + a5 + a6)),
            7 => socket.Once("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7) => add(a1 + a2 + a3 + a4 + a5 + a6 + a7)),
            _ => socket.Once("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => add(a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8)),
        };
    }

    private static void OnceAsync(IServerSocket socket, int count, Func<string, Task> addAsync)
    {
        _ = count switch
        {
            0 => socket.Once("x", () => addAsync("")),
            1 => socket.Once("x", (string a1) => addAsync(a1)),
            2 => socket.Once("x", (string a1, string a2) => addAsync(a1 + a2)),
            3 => socket.Once("x", (string a1, string a2, string a3) => addAsync(a1 + a2 + a3)),
            4 => socket.Once("x", (string a1, string a2, string a3, string a4) => addAsync(a1 + a2 + a3 + a4)),
            5 => socket.Once("x", (string a1, string a2, string a3, string a4, string a5) => addAsync(a1 + a2 + a3 + a4 + a5)),
            6 => socket.Once("x", (string a1, string a2, string a3, string a4, string a5, string a6) => addAsync(a1 + a2 + a3 + a4 + a5 + a6)),
            7 => socket.Once("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7) => addAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7)),
            _ => socket.Once("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => addAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8)),
        };
    }

    private static void OnWithAck(IServerSocket socket, int count)
    {
        _ = count switch
        {
            0 => socket.OnWithAck("x", () => ""),
            1 => socket.OnWithAck("x", (string a1) => a1),
            2 => socket.OnWithAck("x", (string a1, string a2) => a1 + a2),
            3 => socket.OnWithAck("x", (string a1, string a2, string a3) => a1 + a2 + a3),
            4 => socket.OnWithAck("x", (string a1, string a2, string a3, string a4) => a1 + a2 + a3 + a4),
            5 => socket.OnWithAck("x", (string a1, string a2, string a3, string a4, string a5) => a1 + a2 + a3 + a4 + a5),
            6 => socket.OnWithAck("x", (string a1, string a2, string a3, string a4, string a5, string a6) => a1 + a2 + a3 + a4 + a5 + a6),
            7 => socket.OnWithAck("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7) => a1 + a2 + a3 + a4 + a5 + a6 + a7),
            _ => socket.OnWithAck("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8),
        };
    }

    private static void OnWithAckAsync(IServerSocket socket, int count, Func<string, Task<string>> answerAsync)
    {
        _ = count switch
        {
            0 => socket.OnWithAck("x", () => answerAsync("")),
            1 => socket.OnWithAck("x", (string a1) => answerAsync(a1)),
            2 => socket.OnWithAck("x", (string a1, string a2) => answerAsync(a1 + a2)),
            3 => socket.OnWithAck("x", (string a1, string a2, string a3) => answerAsync(a1 + a2 + a3)),
            4 => socket.OnWithAck("x", (string a1, string a2, string a3, string a4) => answerAsync(a1 + a2 + a3 + a4)),
            5 => socket.OnWithAck("x", (string a1, string a2, string a3, string a4, string a5) => answerAsync(a1 + a2 + a3 + a4 + a5)),
            6 => socket.OnWithAck("x", (string a1, string a2, string a3, string a4, string a5, string a6) => answerAsync(a1 + a2 + a3 + a4 + a5 + a6)),
            7 => socket.OnWithAck("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7) => answerAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7)),
            _ => socket.OnWithAck("x", (string a1, string a2, string a3, string a4, string a5, string a6, string a7, string a8) => answerAsync(a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8)),
        };
    }
}
