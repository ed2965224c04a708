namespace SocketIoSharp.TestKit;

/// <summary>A message as it was on the wire.</summary>
internal sealed record RawRedisMessage(string Channel, byte[] Bytes)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);
}

/// <summary>Talks to a Redis as tests need it: any command, and messages as bytes.</summary>
internal sealed class RawRedis : IAsyncDisposable
{
    private readonly RespPipe _commands;
    private readonly RespPipe _subscriptions;

    private RawRedis(RespPipe commands, RespPipe subscriptions, Inbox<RawRedisMessage> messages)
    {
        _commands = commands;
        _subscriptions = subscriptions;
        Messages = messages;
    }

    /// <summary>The messages of all subscriptions, in the order in which they came.</summary>
    public Inbox<RawRedisMessage> Messages { get; }

    public static async Task<RawRedis> ConnectAsync(RedisAddress address)
    {
        var messages = new Inbox<RawRedisMessage>();
        var commands = await RespPipe.ConnectAsync(address, null, CancellationToken.None).Soon();
        var subscriptions = await RespPipe.ConnectAsync(
            address,
            message => messages.Add(new RawRedisMessage(message.Items[^2].ToString(), message.Items[^1].Bytes.ToArray())),
            CancellationToken.None).Soon();
        return new RawRedis(commands, subscriptions, messages);
    }

    /// <summary>Sends a command and waits for the reply.</summary>
    /// <exception cref="RedisCommandException">The reply is an error.</exception>
    public Task<RedisReply> SendAsync(string command, params RedisArgument[] arguments) => _commands.SendAsync(command, arguments).Soon();

    /// <summary>Publishes; several calls may be made without waiting.</summary>
    public Task PublishAsync(string channel, byte[] message, bool isSharded = false) => SendAsync(isSharded ? "SPUBLISH" : "PUBLISH", channel, message);

    /// <summary>Subscribes; what is published from then on comes to <see cref="Messages"/>.</summary>
    public Task SubscribeAsync(string channel, RedisChannelKind kind = RedisChannelKind.Plain)
        => _subscriptions.SendAsync(RespCommands.Subscribe(kind), new RedisArgument[] { channel }).Soon();

    public Task UnsubscribeAsync(string channel, RedisChannelKind kind = RedisChannelKind.Plain)
        => _subscriptions.SendAsync(RespCommands.Unsubscribe(kind), new RedisArgument[] { channel }).Soon();

    public async ValueTask DisposeAsync()
    {
        await _commands.DisposeAsync();
        await _subscriptions.DisposeAsync();
    }
}

/// <summary>The commands for each kind of channel.</summary>
internal static class RespCommands
{
    public static string Subscribe(RedisChannelKind kind) => kind switch
    {
        RedisChannelKind.Pattern => "PSUBSCRIBE",
        RedisChannelKind.Sharded => "SSUBSCRIBE",
        _ => "SUBSCRIBE",
    };

    public static string Unsubscribe(RedisChannelKind kind) => kind switch
    {
        RedisChannelKind.Pattern => "PUNSUBSCRIBE",
        RedisChannelKind.Sharded => "SUNSUBSCRIBE",
        _ => "UNSUBSCRIBE",
    };
}
