using System.Buffers;

namespace SocketIoSharp;

/// <summary>Writes the arrays that events and answers carry.</summary>
internal static class PayloadWriting
{
    /// <summary><c>["event",argument,...]</c></summary>
    public static void WriteEvent(this ArgumentWriter output, IPayloadSerializer serializer, string eventName, ReadOnlySpan<object?> arguments)
    {
        output.Write("["u8);
        EventName.Write(output, eventName);
        foreach (var argument in arguments)
        {
            output.Write(","u8);
            output.WriteArgument(serializer, argument);
        }

        output.Write("]"u8);
    }

    /// <summary><c>[argument,...]</c></summary>
    public static void WriteArguments(this ArgumentWriter output, IPayloadSerializer serializer, ReadOnlySpan<object?> arguments)
    {
        output.Write("["u8);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            output.WriteArgument(serializer, arguments[i]);
        }

        output.Write("]"u8);
    }

    /// <summary><c>[argument]</c></summary>
    public static void WriteSingle<T>(this ArgumentWriter output, IPayloadSerializer serializer, T value)
    {
        output.Write("["u8);
        if (value is null || typeof(T) == typeof(object) || typeof(T) == typeof(EventArgument))
        {
            output.WriteArgument(serializer, value);
        }
        else
        {
            serializer.Write(output, value);
        }

        output.Write("]"u8);
    }

    private static void WriteArgument(this ArgumentWriter output, IPayloadSerializer serializer, object? argument)
    {
        switch (argument)
        {
            case null:
                output.Write("null"u8);
                break;
            case EventArgument received:
                received.WriteTo(output);
                break;
            case CancellationToken:
                throw new ArgumentException("A CancellationToken is not an argument of an event. Emitting has nothing to cancel; to end the wait for an answer, use the overload of EmitWithAckAsync that takes a token after a span of arguments.", nameof(argument));
            default:
                serializer.Write(output, argument);
                break;
        }
    }
}
