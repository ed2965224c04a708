using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Redis.Tests;

/// <summary>Messages that wait together are worked on together: what they send to a client leaves in one write.</summary>
public sealed class RedisInboxTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<RedisMetrics>().BuildServiceProvider();
    private readonly Inbox<(string Text, bool IsHeld)> _handled = new();
    private readonly ManualResetEventSlim _mayBegin = new();
    private readonly RedisInbox _inbox;

    public RedisInboxTests()
        => _inbox = new RedisInbox(new RedisBusContext(NullLogger.Instance, _services.GetRequiredService<RedisMetrics>(), TimeProvider.System));

    public void Dispose()
    {
        _mayBegin.Dispose();
        _services.Dispose();
    }

    [Test]
    public async Task What_messages_in_a_row_send_is_held_until_the_last_of_them()
    {
        Post("first");
        Post("second");
        Post("third");
        Post("last");
        _mayBegin.Set();

        // Whether another one was there already when the first was taken is a matter of luck.
        Assert.That((await _handled.NextAsync()).Text, Is.EqualTo("first"));
        Assert.That(await _handled.NextAsync(), Is.EqualTo(("second", true)));
        Assert.That(await _handled.NextAsync(), Is.EqualTo(("third", true)));
        Assert.That(await _handled.NextAsync(), Is.EqualTo(("last", false)));
    }

    [Test]
    public async Task A_message_that_comes_alone_is_not_held()
    {
        _mayBegin.Set();
        for (var i = 0; i < 3; i++)
        {
            Post("alone");
            Assert.That(await _handled.NextAsync(), Is.EqualTo(("alone", false)));
        }
    }

    [Test]
    public async Task Without_an_end_in_sight_clients_are_flushed_every_now_and_then()
    {
        const int Count = 1000;
        for (var i = 0; i < Count; i++)
        {
            Post($"{i}");
        }

        _mayBegin.Set();
        var heldInARow = 0;
        var longest = 0;
        for (var i = 0; i < Count; i++)
        {
            var (text, isHeld) = await _handled.NextAsync();
            Assert.That(text, Is.EqualTo($"{i}"));
            heldInARow = isHeld ? heldInARow + 1 : 0;
            longest = Math.Max(longest, heldInARow);
        }

        Assert.That(longest, Is.EqualTo(63));
    }

    [Test]
    public async Task A_handler_that_fails_ends_neither_the_batch_nor_the_others()
    {
        Post("first");
        _inbox.Post(static (_, _) => throw new InvalidOperationException("not this one"), "channel", new byte[1]);
        Post("third");
        Post("last");
        _mayBegin.Set();

        Assert.That((await _handled.NextAsync()).Text, Is.EqualTo("first"));
        Assert.That(await _handled.NextAsync(), Is.EqualTo(("third", true)));
        Assert.That(await _handled.NextAsync(), Is.EqualTo(("last", false)));
    }

    private void Post(string text)
        => _inbox.Post(
            (_, message) =>
            {
                _mayBegin.Wait(Eventually.Patience);
                _handled.Add((Encoding.UTF8.GetString(message.Span), FlushMarks.Current is not null));
            },
            "channel",
            Encoding.UTF8.GetBytes(text));
}
