using System.Text;

namespace SocketIoSharp.Redis.Tests;

/// <summary>Commands, and those that wait.</summary>
public abstract partial class BusContract
{
    private protected static Task<RedisReply> ExecuteAsync(IRedisBus bus, string command, params RedisArgument[] arguments)
        => bus.ExecuteAsync(command, arguments, CancellationToken.None).Soon();

    private protected static Task<RedisReply> ExecuteAsync(IRedisReader reader, string command, params RedisArgument[] arguments)
        => reader.ExecuteAsync(command, arguments, CancellationToken.None);

    [Test]
    public async Task Replies_are_texts_numbers_lists_and_nothing()
    {
        var bus = await CreateReadyBusAsync();
        var key = Name("key");
        byte[] binary = [0, 0xFF, 13, 10];

        Assert.That((await ExecuteAsync(bus, "SET", key, binary, "PX", 60_000)).ToString(), Is.EqualTo("OK"));
        var text = await ExecuteAsync(bus, "GETDEL", key);
        var nothing = await ExecuteAsync(bus, "GET", key);
        var number = await ExecuteAsync(bus, "DEL", key);
        var list = await ExecuteAsync(bus, "PUBSUB", "NUMSUB", key);

        Assert.That(text.Bytes.ToArray(), Is.EqualTo(binary));
        Assert.That((text.IsNull, text.IsArray, text.Integer), Is.EqualTo((false, false, (long?)null)));
        Assert.That((nothing.IsNull, nothing.IsArray, nothing.Integer), Is.EqualTo((true, false, (long?)null)));
        Assert.That((number.IsNull, number.IsArray, number.Integer), Is.EqualTo((false, false, 0L)));
        Assert.That((list.IsNull, list.IsArray, list.Items.Count), Is.EqualTo((false, true, 2)));
        Assert.That((list.Items[0].ToString(), list.Items[1].Integer), Is.EqualTo((key, 0L)));
    }

    [Test]
    public async Task Keys_are_bytes()
    {
        var bus = await CreateReadyBusAsync();
        byte[] start = Encoding.UTF8.GetBytes(Name("key"));

        await ExecuteAsync(bus, "SET", (byte[])[.. start, 0xFE], "one");
        await ExecuteAsync(bus, "SET", (byte[])[.. start, 0xFF], "another");

        Assert.That((await ExecuteAsync(bus, "GET", (byte[])[.. start, 0xFE])).ToString(), Is.EqualTo("one"));
    }

    [Test]
    public async Task An_empty_text_is_not_nothing()
    {
        var bus = await CreateReadyBusAsync();
        var key = Name("key");

        await ExecuteAsync(bus, "SET", key, "");

        Assert.That((await ExecuteAsync(bus, "GET", key)).IsNull, Is.False);
        Assert.That((await ExecuteAsync(bus, "XRANGE", Name("none"), "-", "+")).IsArray, "an empty list is a list");
    }

    [Test]
    public async Task An_error_of_redis_is_thrown_and_the_next_command_works()
    {
        var bus = await CreateReadyBusAsync();
        var key = Name("key");
        await ExecuteAsync(bus, "SET", key, "a text");

        Assert.That(async () => await ExecuteAsync(bus, "XLEN", key), Throws.TypeOf<RedisCommandException>().With.Message.Contains("WRONGTYPE"));
        Assert.That((await ExecuteAsync(bus, "GET", key)).ToString(), Is.EqualTo("a text"));
    }

    [Test]
    public async Task A_stream_is_read_as_it_was_written()
    {
        var bus = await CreateReadyBusAsync();
        var stream = Name("stream");
        byte[] binary = [0x93, 0, 0xFF];

        var id = await ExecuteAsync(bus, "XADD", stream, "MAXLEN", "~", 1000, "*", "m", binary, "n", "/");
        var entries = await ExecuteAsync(bus, "XRANGE", stream, "-", "+", "COUNT", 10);

        Assert.That(id.ToString(), Does.Match("^[0-9]+-[0-9]+$"));
        Assert.That(entries.Items, Has.Count.EqualTo(1));
        Assert.That(entries.Items[0].Items[0].ToString(), Is.EqualTo(id.ToString()));
        var fields = entries.Items[0].Items[1].Items;
        Assert.That(fields.Select(static field => field.ToString()).Where(static (_, index) => index != 1), Is.EqualTo(["m", "n", "/"]));
        Assert.That(fields[1].Bytes.ToArray(), Is.EqualTo(binary));
    }

    [Test]
    public async Task A_reader_wakes_when_there_is_something_to_read()
    {
        var bus = await CreateReadyBusAsync();
        await using var reader = bus.CreateReader();
        var stream = Name("stream");

        var waiting = ExecuteAsync(reader, "XREAD", "COUNT", 10, "BLOCK", 5000, "STREAMS", stream, "0-0");
        var id = await ExecuteAsync(bus, "XADD", stream, "*", "m", "hello");
        var reply = await waiting.Soon();

        Assert.That(reply.Items[0].Items[0].ToString(), Is.EqualTo(stream));
        var entry = reply.Items[0].Items[1].Items[0];
        Assert.That(entry.Items[0].ToString(), Is.EqualTo(id.ToString()));
        Assert.That(entry.Items[1].Items[1].ToString(), Is.EqualTo("hello"));
    }

    [Test]
    public async Task A_reader_that_asks_for_what_is_new_does_not_get_what_is_old()
    {
        var bus = await CreateReadyBusAsync();
        await using var reader = bus.CreateReader();
        var stream = Name("stream");
        await ExecuteAsync(bus, "XADD", stream, "*", "m", "old");

        // Nobody tells when the reader has begun to wait, so new ones are added until it has got one.
        var waiting = ExecuteAsync(reader, "XREAD", "BLOCK", 5000, "STREAMS", stream, "$");
        while (!waiting.IsCompleted)
        {
            await ExecuteAsync(bus, "XADD", stream, "MAXLEN", "~", 100, "*", "m", "new");
        }

        var entry = (await waiting).Items[0].Items[1].Items[0];
        Assert.That(entry.Items[1].Items[1].ToString(), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_reader_that_waits_in_vain_gets_nothing()
    {
        var bus = await CreateReadyBusAsync();
        await using var reader = bus.CreateReader();

        var reply = await ExecuteAsync(reader, "XREAD", "BLOCK", 20, "STREAMS", Name("stream"), "$").Soon();

        Assert.That(reply.IsNull);
    }

    [Test]
    public async Task A_reader_that_waits_holds_up_neither_the_bus_nor_another_reader()
    {
        var bus = await CreateReadyBusAsync();
        await using var waitingReader = bus.CreateReader();
        await using var quickReader = bus.CreateReader();
        var (stream, channel) = (Name("stream"), Name("channel"));
        var (_, messages) = await SubscribeAsync(bus, channel);

        var waiting = ExecuteAsync(waitingReader, "XREAD", "BLOCK", 9000, "STREAMS", stream, "0-0");
        await ExecuteAsync(quickReader, "PING").Soon();
        await PublishAsync(bus, channel, "meanwhile");

        Assert.That((await messages.NextAsync()).Text, Is.EqualTo("meanwhile"));
        Assert.That(waiting.IsCompleted, Is.False);
        await ExecuteAsync(bus, "XADD", stream, "*", "m", "enough");
        Assert.That((await waiting.Soon()).IsArray);
    }

    [Test]
    public async Task A_reader_whose_wait_is_cancelled_can_be_used_again()
    {
        var bus = await CreateReadyBusAsync();
        await using var reader = bus.CreateReader();
        using var cancellation = new CancellationTokenSource();
        var waiting = reader.ExecuteAsync("XREAD", new RedisArgument[] { "BLOCK", 9000, "STREAMS", Name("stream"), "$" }, cancellation.Token);

        await cancellation.CancelAsync();

        Assert.That(async () => await waiting.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await ExecuteAsync(reader, "PING").Soon()).ToString(), Is.EqualTo("PONG"));
    }

    [Test]
    public async Task A_reader_that_is_closed_ends_its_wait()
    {
        var bus = await CreateReadyBusAsync();
        var reader = bus.CreateReader();
        var waiting = ExecuteAsync(reader, "XREAD", "BLOCK", 9000, "STREAMS", Name("stream"), "$");

        await reader.DisposeAsync().Soon();

        Assert.That(async () => await waiting.Soon(), Throws.TypeOf<RedisUnavailableException>());
    }

    [Test]
    public async Task An_error_of_redis_leaves_the_reader_usable()
    {
        var bus = await CreateReadyBusAsync();
        await using var reader = bus.CreateReader();
        var key = Name("key");
        await ExecuteAsync(bus, "SET", key, "a text");

        Assert.That(
            async () => await ExecuteAsync(reader, "XREAD", "BLOCK", 9000, "STREAMS", key, "0-0").Soon(),
            Throws.TypeOf<RedisCommandException>().With.Message.Contains("WRONGTYPE"));
        Assert.That((await ExecuteAsync(reader, "PING").Soon()).ToString(), Is.EqualTo("PONG"));
    }

    [Test]
    public async Task The_script_appends_a_message_and_publishes_it_with_its_id()
    {
        var bus = await CreateReadyBusAsync();
        var (stream, channel) = (Name("stream"), Name("channel"));
        var (_, messages) = await SubscribeAsync(bus, channel);
        byte[] head = [0x92, 0xFF];

        var id = await ExecuteAsync(bus, "EVAL", RedisScripts.AppendAndPublish, 1, stream, 100, channel, head);

        var idBytes = Encoding.ASCII.GetBytes(id.ToString());
        Assert.That((await messages.NextAsync()).Bytes, Is.EqualTo((byte[])[.. head, (byte)(0xA0 + idBytes.Length), .. idBytes]));
        var entry = (await ExecuteAsync(bus, "XRANGE", stream, id.Bytes, id.Bytes)).Items[0];
        Assert.That(entry.Items[1].Items[0].ToString(), Is.EqualTo(RedisScripts.MessageField));
        Assert.That(entry.Items[1].Items[1].Bytes.ToArray(), Is.EqualTo(head));
    }

    [Test]
    public async Task The_script_writes_a_long_id_as_a_long_text()
    {
        var bus = await CreateReadyBusAsync();
        var (stream, channel) = (Name("stream"), Name("channel"));
        var (_, messages) = await SubscribeAsync(bus, channel);
        await ExecuteAsync(bus, "XADD", stream, "9000000000000000000-9000000000000000000", "m", "");

        var id = await ExecuteAsync(bus, "EVAL", RedisScripts.AppendAndPublish, 1, stream, 100, channel, "head");

        Assert.That(id.ToString(), Is.EqualTo("9000000000000000000-9000000000000000001"));
        Assert.That((await messages.NextAsync()).Bytes, Is.EqualTo((byte[])[.. "head"u8, 0xD9, 39, .. id.Bytes.Span]));
    }
}
