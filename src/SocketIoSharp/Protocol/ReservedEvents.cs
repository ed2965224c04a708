namespace SocketIoSharp;

/// <summary>The names that belong to the library: neither clients nor the application may use them for events.</summary>
internal static class ReservedEvents
{
    public static bool Contains(string eventName)
        => eventName is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";

    public static bool Contains(ReadOnlySpan<byte> eventName) => eventName.Length switch
    {
        7 => eventName.SequenceEqual("connect"u8),
        10 => eventName.SequenceEqual("disconnect"u8),
        11 => eventName.SequenceEqual("newListener"u8),
        13 => eventName.SequenceEqual("connect_error"u8) || eventName.SequenceEqual("disconnecting"u8),
        14 => eventName.SequenceEqual("removeListener"u8),
        _ => false,
    };

    /// <summary>Refuses a name that the application wants to send.</summary>
    public static void ThrowIfNotAllowed(string eventName)
    {
        ArgumentNullException.ThrowIfNull(eventName);
        if (Contains(eventName))
        {
            throw new ArgumentException($"\"{eventName}\" is a reserved event name", nameof(eventName));
        }
    }
}
