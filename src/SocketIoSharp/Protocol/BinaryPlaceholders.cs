using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SocketIoSharp;

/// <summary>
/// What stands for a binary value in JSON: an object whose member <c>_placeholder</c> is true, with the number of the value in
/// <c>num</c>. As for JavaScript, the last of several members of one name counts, and other members change nothing.
/// </summary>
internal static class BinaryPlaceholders
{
    private const int LargestKept = 256;
    private const int NoNumber = -1;

    [ThreadStatic]
    private static Scan? t_scan;

    private enum Member : byte
    {
        None,
        Placeholder,
        Number,
    }

    private static ReadOnlySpan<byte> PlaceholderName => "_placeholder"u8;

    private static ReadOnlySpan<byte> NumberName => "num"u8;

    /// <summary>Whether every placeholder of a payload has the number of a binary value. False too for what is not JSON.</summary>
    public static bool AreValid(ReadOnlySpan<byte> json, int attachmentCount)
    {
        var scan = Scan.Rent();
        try
        {
            scan.Run(json);
            foreach (ref readonly var placeholder in scan.Found)
            {
                if ((uint)placeholder.Number >= (uint)attachmentCount)
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        finally
        {
            scan.Return();
        }
    }

    /// <summary>Copies one JSON value; the binary values that it uses get the numbers that a function gives them.</summary>
    public static void Copy(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, IBufferWriter<byte> text, Func<ReadOnlyMemory<byte>, int> addAttachment)
    {
        var scan = Scan.Rent();
        try
        {
            scan.Run(json);
            var numbers = new Dictionary<int, int>();
            var copied = 0;
            foreach (ref readonly var placeholder in scan.Found)
            {
                text.Write(json[copied..placeholder.Start]);
                copied = placeholder.End;
                if ((uint)placeholder.Number >= (uint)attachments.Count)
                {
                    // There is nothing that it stands for, and clients take a number out of range for a broken packet.
                    text.Write("null"u8);
                    continue;
                }

                if (!numbers.TryGetValue(placeholder.Number, out var number))
                {
                    number = addAttachment(attachments[placeholder.Number]);
                    numbers.Add(placeholder.Number, number);
                }

                Write(text, number);
            }

            text.Write(json[copied..]);
        }
        finally
        {
            scan.Return();
        }
    }

    /// <summary>Writes a placeholder.</summary>
    public static void Write(IBufferWriter<byte> output, int number)
    {
        output.Write("{\"_placeholder\":true,\"num\":"u8);
        var span = output.GetSpan(16);
        Utf8Formatter.TryFormat(number, span, out var length);
        span[length] = (byte)'}';
        output.Advance(length + 1);
    }

    /// <summary>Whether a whole JSON value is a placeholder.</summary>
    /// <param name="json">The value.</param>
    /// <param name="number">The number of the binary value, or -1 when it has none.</param>
    public static bool IsPlaceholder(ReadOnlySpan<byte> json, out int number)
    {
        number = NoNumber;
        if (json.IsEmpty || json[0] != '{')
        {
            return false;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        return reader.Read() && TryRead(ref reader, out number);
    }

    /// <summary>Reads an object to its end.</summary>
    /// <param name="reader">Stands on the start of the object.</param>
    /// <param name="number">The number of the binary value, or -1 when it has none.</param>
    /// <returns>Whether the object is a placeholder.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, out int number)
    {
        var state = new OpenObject { Number = NoNumber };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            state.Awaited = Identify(reader);
            reader.Read();
            state.Take(reader);
            reader.Skip();
        }

        number = state.Number;
        return state.IsPlaceholder;
    }

    // Names with escapes are not looked into: no client writes them so, and a parser can keep data that only looks like this from being taken for it.
    private static Member Identify(scoped in Utf8JsonReader reader)
        => reader.ValueIsEscaped ? Member.None
            : reader.ValueSpan.SequenceEqual(PlaceholderName) ? Member.Placeholder
            : reader.ValueSpan.SequenceEqual(NumberName) ? Member.Number
            : Member.None;

    // JavaScript has one kind of number: 1.0 and 1e0 are 1.
    private static int ReadNumber(scoped in Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            return NoNumber;
        }

        if (reader.TryGetInt32(out var number))
        {
            return number;
        }

        return reader.TryGetDouble(out var real) && real is >= 0 and <= int.MaxValue && Math.Floor(real) == real ? (int)real : NoNumber;
    }

    /// <summary>Where a placeholder is, and what it stands for.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Placeholder(int Start, int End, int Number);

    [StructLayout(LayoutKind.Auto)]
    private struct OpenObject
    {
        public int Start;
        public int FoundBefore;
        public int Number;
        public bool IsPlaceholder;
        public Member Awaited;

        /// <summary>Takes notice of the value (or its first token) of the member that was named last.</summary>
        public void Take(scoped in Utf8JsonReader reader)
        {
            switch (Awaited)
            {
                case Member.Placeholder:
                    IsPlaceholder = reader.TokenType == JsonTokenType.True;
                    break;
                case Member.Number:
                    Number = ReadNumber(reader);
                    break;
            }

            Awaited = Member.None;
        }
    }

    /// <summary>Finds the placeholders of a payload in one pass, however it is nested. What is inside a placeholder is not looked at.</summary>
    private sealed class Scan
    {
        private readonly List<Placeholder> _found = [];
        private readonly List<OpenObject> _open = [];

        public ReadOnlySpan<Placeholder> Found => CollectionsMarshal.AsSpan(_found);

        public static Scan Rent()
        {
            var scan = t_scan ?? new Scan();
            t_scan = null;
            return scan;
        }

        public void Return()
        {
            _found.Clear();
            _open.Clear();
            if (_found.Capacity <= LargestKept && _open.Capacity <= LargestKept)
            {
                t_scan = this;
            }
        }

        public void Run(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        Innermost.Awaited = Identify(reader);
                        break;
                    case JsonTokenType.EndObject:
                        Close((int)reader.BytesConsumed);
                        break;
                    case JsonTokenType.EndArray:
                        break;
                    default:
                        if (_open.Count > 0)
                        {
                            Innermost.Take(reader);
                        }

                        if (reader.TokenType == JsonTokenType.StartObject)
                        {
                            _open.Add(new OpenObject { Start = (int)reader.TokenStartIndex, FoundBefore = _found.Count, Number = NoNumber });
                        }

                        break;
                }
            }
        }

        private ref OpenObject Innermost => ref CollectionsMarshal.AsSpan(_open)[^1];

        private void Close(int end)
        {
            var closed = Innermost;
            _open.RemoveAt(_open.Count - 1);
            if (closed.IsPlaceholder)
            {
                _found.RemoveRange(closed.FoundBefore, _found.Count - closed.FoundBefore);
                _found.Add(new Placeholder(closed.Start, end, closed.Number));
            }
        }
    }
}
