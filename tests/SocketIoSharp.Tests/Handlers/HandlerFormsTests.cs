using System.Reflection;
using Microsoft.AspNetCore.Builder;

namespace SocketIoSharp.Tests;

/// <summary>Every way to write a handler: it compiles without a hint to the compiler, and it runs.</summary>
public sealed class HandlerFormsTests
{
    [Test]
    public async Task Every_form_of_a_handler_without_an_answer()
    {
        var calls = new Calls();
        var expected = 0;
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            IEventRegistration[] registrations =
            [
                socket.On("x", () => calls.Add()),
                socket.On("x", () => { calls.Add(); }),
                socket.On("x", calls.Add),
                socket.On("x", calls.AddAsync),
                socket.On("x", () => calls.AddAsync()),
                socket.On("x", async () => await calls.AddAsync()),
                socket.On("x", async () => { await calls.AddAsync(); }),
                socket.On("x", (string text) => calls.Add(text)),
                socket.On("x", (string text) => { calls.Add(text); }),
                socket.On("x", (string text) => calls.AddAsync(text)),
                socket.On("x", (string text) => calls.CountAsync(text)),
                socket.On("x", (string text) => calls.Count(text)),
                socket.On("x", async (string text) => await calls.AddAsync(text)),
                socket.On("x", async (string text) => { await calls.AddAsync(text); }),
                socket.On<string>("x", text => calls.Add(text)),
                socket.On<string>("x", text => calls.AddAsync(text)),
                socket.On<string>("x", calls.Add),
                socket.On<string>("x", calls.AddAsync),
                socket.On<string, int?>("x", (text, _) => calls.Add(text)),
                socket.On("x", (string text, int? _, CancellationToken cancellation) => calls.AddAsync(text).WaitAsync(cancellation)),
                socket.On("x", calls.Delegate),
                socket.On("x", calls.AsyncDelegate),
                socket.Once("x", () => calls.Add()),
                socket.Once("x", calls.AddAsync),
                socket.Once("x", (string text) => calls.Add(text)),
                socket.Once("x", (string text) => calls.AddAsync(text)),
                socket.Once("x", async (string text) => await calls.AddAsync(text)),
                socket.Once<string>("x", calls.Add),
            ];
            expected = registrations.Length;
            socket.OnWithAck("x", () => calls.Total);
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\",\"one\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo($"431[{expected}]"));
    }

    [Test]
    public async Task Static_lambdas_that_do_nothing()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("x", static () => { });
            socket.On("x", static (string _) => { });
            socket.On("x", static (string _) => Task.CompletedTask);
            socket.On("x", static async (string _) => await Task.Yield());
            socket.OnWithAck("x", static (string text) => text + "!");
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\",\"one\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"one!\"]"));
    }

    [Test]
    public async Task Lambdas_that_only_throw()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("x", () => throw new InvalidOperationException("1"));
                socket.On("x", () => { throw new InvalidOperationException("2"); });
                socket.On("x", (string _) => throw new InvalidOperationException("3"));
                socket.On("x", static (string _, int? _) => throw new InvalidOperationException("4"));
                socket.OnWithAck("x", () => "still here");
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\",\"one\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"still here\"]"));
        Assert.That(server.Log.Errors.Select(static line => line.Exception?.Message), Is.EqualTo(new[] { "1", "2", "3", "4" }));
    }

    [TestCase("lambda", "3")]
    [TestCase("lambda of a task", "3")]
    [TestCase("async lambda", "3")]
    [TestCase("async block", "3")]
    [TestCase("method", "3")]
    [TestCase("async method", "3")]
    [TestCase("no arguments", "1")]
    [TestCase("method without arguments", "1")]
    [TestCase("async method without arguments", "1")]
    [TestCase("null", "null")]
    [TestCase("object", "{\"a\":1}")]
    [TestCase("result of a condition", "1")]
    public async Task Every_form_of_a_handler_with_an_answer(string form, string answer)
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.OnWithAck("lambda", (int a, int b) => a + b);
            socket.OnWithAck("lambda of a task", (int a, int b) => SumAsync(a, b));
            socket.OnWithAck("async lambda", async (int a, int b) => await SumAsync(a, b));
            socket.OnWithAck("async block", async (int a, int b) =>
            {
                await Task.Yield();
                return a + b;
            });
            socket.OnWithAck<int, int, int>("method", Sum);
            socket.OnWithAck<int, int, int>("async method", SumAsync);
            socket.OnWithAck("no arguments", () => 1);
            socket.OnWithAck("method without arguments", One);
            socket.OnWithAck("async method without arguments", OneAsync);
            socket.OnWithAck("null", (int a) => a == 1 ? null : "");
            socket.OnWithAck("object", (int a) => (object)new Dictionary<string, int> { ["a"] = a });
            socket.OnWithAck("result of a condition", (int a) => a > 0 ? a : throw new InvalidOperationException("not positive"));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync($"4212[\"{form}\",1,2]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo($"4312[{answer}]"));
    }

    [Test]
    public async Task What_a_handler_with_an_answer_cannot_return_is_said_at_once()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            Assert.That(() => socket.OnWithAck("x", () => Task.CompletedTask), Throws.ArgumentException.With.Message.Contains("OnWithAck"));
            Assert.That(() => socket.OnWithAck("x", async (string _) => await Task.Yield()), Throws.ArgumentException);
            Assert.That(() => socket.OnWithAck("x", (string _) => ValueTask.FromResult(1)), Throws.ArgumentException);
            Assert.That(() => socket.OnWithAck("x", (string _) => ValueTask.CompletedTask), Throws.ArgumentException);
            socket.OnWithAck("x", () => "checked");
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"checked\"]"));
    }

    [Test]
    public async Task A_handler_that_is_missing_is_said_at_once()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            Assert.That(() => socket.On("x", (Action)null!), Throws.ArgumentNullException);
            Assert.That(() => socket.On("x", (Func<string, Task>)null!), Throws.ArgumentNullException);
            Assert.That(() => socket.Once("x", (Action<string>)null!), Throws.ArgumentNullException);
            Assert.That(() => socket.OnWithAck("x", (Func<int>)null!), Throws.ArgumentNullException);
            Assert.That(() => socket.OnWithAck("x", (Func<Task<int>>)null!), Throws.ArgumentNullException);
            Assert.That(() => socket.On(null!, () => { }), Throws.ArgumentNullException);
            Assert.That(() => ((IServerSocket)null!).On("x", () => { }), Throws.ArgumentNullException);
            socket.OnWithAck("x", () => "checked");
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"checked\"]"));
    }

    [Test]
    public void A_socket_that_is_not_the_server_s_own_is_refused_by_name()
    {
        var fake = DispatchProxy.Create<IServerSocket, FakeSocket>();

        Assert.That(() => fake.On("x", () => { }), Throws.ArgumentException.With.Message.Contains(nameof(IServerSocket)));
        Assert.That(() => fake.OnWithAck("x", () => 1), Throws.ArgumentException);
        Assert.That(() => fake.Once("x", () => { }), Throws.ArgumentException);
    }

    private static int Sum(int a, int b) => a + b;

    private static Task<int> SumAsync(int a, int b) => Task.FromResult(a + b);

    private static int One() => 1;

    private static Task<int> OneAsync() => Task.FromResult(1);

    // The proxy derives from it.
    public class FakeSocket : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NotSupportedException(targetMethod?.Name);
    }

    private sealed class Calls
    {
        public Calls()
        {
            Delegate = Add;
            AsyncDelegate = AddAsync;
        }

        public int Total { get; private set; }

        public Action<string> Delegate { get; }

        public Func<string, Task> AsyncDelegate { get; }

        public void Add() => Total++;

        public Task AddAsync()
        {
            Total++;
            return Task.CompletedTask;
        }

        public void Add(string text) => Total += text == "one" ? 1 : 0;

        public int Count(string text)
        {
            Add(text);
            return Total;
        }

        public Task AddAsync(string text)
        {
            Add(text);
            return Task.CompletedTask;
        }

        public Task<int> CountAsync(string text) => Task.FromResult(Count(text));
    }
}
