using System.Buffers;

namespace SocketIoSharp;

/// <summary>Whom a message is for, as JSON: rooms, except, and among other servers than those of the classic adapter also flags.</summary>
internal static class WireOptions
{
    private static readonly string[] s_members = ["rooms", "except", "flags"];
    private static readonly string[] s_flags = ["volatile", "compress", "timeout", "expectSingleResponse"];

    /// <summary>{rooms, except, flags}, but Node's emitters write {rooms, flags, except}.</summary>
    public static void Write(IBufferWriter<byte> output, BroadcastOptions options, bool isOfEmitter = false)
    {
        output.Write("{\"rooms\":"u8);
        WireWriter.WriteStrings(output, options.Rooms);
        if (isOfEmitter)
        {
            WriteFlags(output, options);
        }

        output.Write(",\"except\":"u8);
        WireWriter.WriteStrings(output, options.Except);
        if (!isOfEmitter)
        {
            WriteFlags(output, options);
        }

        output.Write("}"u8);
    }

    /// <summary>{rooms, except}.</summary>
    public static void WriteWithoutFlags(IBufferWriter<byte> output, BroadcastOptions options)
    {
        output.Write("{\"rooms\":"u8);
        WireWriter.WriteStrings(output, options.Rooms);
        output.Write(",\"except\":"u8);
        WireWriter.WriteStrings(output, options.Except);
        output.Write("}"u8);
    }

    public static BroadcastOptions? Read(ReadOnlyMemory<byte> json)
    {
        if (WireReader.ReadMembers(json, s_members) is not [var roomsJson, var exceptJson, var flagsJson]
            || !WireReader.TryReadRooms(roomsJson, out var rooms)
            || !WireReader.TryReadRooms(exceptJson, out var except))
        {
            return null;
        }

        var options = rooms.IsEmpty && except.IsEmpty ? BroadcastOptions.Everybody : new BroadcastOptions { Rooms = rooms, Except = except };
        return WireReader.ReadMembers(flagsJson, s_flags) is [var isVolatile, var compress, var timeout, var expectsSingle]
            && !(isVolatile.IsEmpty && compress.IsEmpty && timeout.IsEmpty && expectsSingle.IsEmpty)
                ? options with
                {
                    IsVolatile = WireReader.IsTruthy(isVolatile),
                    Compress = WireReader.IsAbsent(compress) || WireReader.IsTruthy(compress),
                    Timeout = WireReader.ReadTimeout(timeout),
                    ExpectsSingleResponse = WireReader.IsTruthy(expectsSingle),
                }
                : options;
    }

    // In the order in which Node's operators come upon them mostly. An event is compressed unless it says otherwise.
    private static void WriteFlags(IBufferWriter<byte> output, BroadcastOptions options)
    {
        output.Write(",\"flags\":{"u8);
        var isFirst = true;
        if (options.ExpectsSingleResponse)
        {
            Begin(output, "\"expectSingleResponse\":true"u8, ref isFirst);
        }

        if (options.IsVolatile)
        {
            Begin(output, "\"volatile\":true"u8, ref isFirst);
        }

        if (!options.Compress)
        {
            Begin(output, "\"compress\":false"u8, ref isFirst);
        }

        if (HasTimeout(options, out var milliseconds))
        {
            Begin(output, "\"timeout\":"u8, ref isFirst);
            WireWriter.WriteNumber(output, milliseconds);
        }

        output.Write("}"u8);
    }

    /// <summary>No end at all is nothing that other servers know.</summary>
    public static bool HasTimeout(BroadcastOptions options, out double milliseconds)
    {
        milliseconds = options.Timeout?.TotalMilliseconds ?? -1;
        return milliseconds >= 0;
    }

    private static void Begin(IBufferWriter<byte> output, ReadOnlySpan<byte> flag, ref bool isFirst)
    {
        if (!isFirst)
        {
            output.Write(","u8);
        }

        isFirst = false;
        output.Write(flag);
    }
}
