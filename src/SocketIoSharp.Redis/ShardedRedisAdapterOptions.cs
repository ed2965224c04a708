namespace SocketIoSharp;

/// <summary>The sharded adapter: sharded publish and subscribe, with Redis 7 or later.</summary>
/// <remarks>Node: <c>ShardedRedisAdapterOptions</c>. All servers must have the same values.</remarks>
public sealed class ShardedRedisAdapterOptions : RedisAdapterOptionsBase
{
    /// <summary>Begins the names of all channels.</summary>
    /// <remarks>Node: <c>channelPrefix</c>.</remarks>
    public string ChannelPrefix { get; set; } = "socket.io";

    /// <summary>Which rooms have channels of their own.</summary>
    /// <remarks>Node: <c>subscriptionMode</c>.</remarks>
    public RedisSubscriptionMode SubscriptionMode { get; set; } = RedisSubscriptionMode.Dynamic;

    internal override void Validate()
    {
        base.Validate();
        RequireText(ChannelPrefix, nameof(ChannelPrefix));
        Require(Enum.IsDefined(SubscriptionMode), nameof(SubscriptionMode), "one of the three modes");
    }
}

/// <summary>Which rooms have channels of their own.</summary>
public enum RedisSubscriptionMode
{
    /// <summary>None: two channels for each namespace.</summary>
    /// <remarks>Node: <c>static</c>.</remarks>
    Static,

    /// <summary>All but the rooms of single sockets.</summary>
    /// <remarks>Node: <c>dynamic</c>.</remarks>
    Dynamic,

    /// <summary>All, those of single sockets included.</summary>
    /// <remarks>Node: <c>dynamic-private</c>.</remarks>
    DynamicPrivate,
}
