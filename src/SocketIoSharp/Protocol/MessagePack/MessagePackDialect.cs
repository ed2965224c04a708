namespace SocketIoSharp;

/// <summary>Which peer the bytes are for: the two versions of Node's encoder write dates and undefined differently.</summary>
internal enum MessagePackDialect : byte
{
    /// <summary>Stock clients with socket.io-msgpack-parser: a date is fixext 8 of type 0, undefined is fixext 1 of type 0.</summary>
    Client,

    /// <summary>Node servers behind Redis: a date is the timestamp extension -1, undefined is nil.</summary>
    Redis,
}
