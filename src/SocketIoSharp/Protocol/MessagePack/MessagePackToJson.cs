using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// Turns MessagePack into JSON text and a list of binary attachments, as if the value had come as JSON: each binary value
/// is replaced by <c>{"_placeholder":true,"num":n}</c>. An object of the application that has such a member keeps it, with
/// an escape in its name by which it is told from ours. Linear in the message: what grows most is an empty binary value,
/// from two bytes to a placeholder of some thirty, so the text is never longer than twenty times the message.
/// </summary>
internal static class MessagePackToJson
{
    public const int DefaultMaxDepth = 64;

    /// <summary>Transcodes the next value of the reader; after false, what was written is worthless.</summary>
    /// <param name="reader">Stands behind the value afterwards, if it could be read.</param>
    /// <param name="json">Where the text goes.</param>
    /// <param name="attachments">Where copies of the binary values go; those already there keep their numbers.</param>
    /// <param name="error">Why the value was refused.</param>
    /// <param name="maxDepth">How deep the JSON may nest; a placeholder is an object and counts.</param>
    /// <param name="maxAttachments">How many attachments there may be altogether, or null for any number, as in Node.</param>
    public static bool TryTranscode(
        ref MessagePackReader reader,
        IBufferWriter<byte> json,
        List<ReadOnlyMemory<byte>> attachments,
        out MessagePackError error,
        int maxDepth = DefaultMaxDepth,
        int? maxAttachments = null)
    {
        var transcoder = new Transcoder(reader, json, attachments, maxDepth, maxAttachments ?? int.MaxValue);
        var isTranscoded = transcoder.TryWriteValue(0);
        error = transcoder.Error;
        if (isTranscoded)
        {
            reader = transcoder.Reader;
        }

        return isTranscoded;
    }

    private ref struct Transcoder(MessagePackReader reader, IBufferWriter<byte> json, List<ReadOnlyMemory<byte>> attachments, int maxDepth, int maxAttachments)
    {
        public MessagePackReader Reader = reader;

        public MessagePackError Error { get; private set; }

        /// <summary>Writes the next value inside of that many arrays and objects.</summary>
        public bool TryWriteValue(int depth)
        {
            if (!Reader.TryReadToken(out var token))
            {
                return Refuse(Reader.Error);
            }

            switch (token.Type)
            {
                case MessagePackType.Nil:
                    json.Write("null"u8);
                    return true;
                case MessagePackType.Boolean:
                    json.Write(token.Bits != 0 ? "true"u8 : "false"u8);
                    return true;
                case MessagePackType.Integer:
                    WriteInteger(token);
                    return true;
                case MessagePackType.Float:
                    json.Advance(JavaScriptNumber.Format(json.GetSpan(JavaScriptNumber.MaxLength), token.Float));
                    return true;
                case MessagePackType.String:
                    WriteString(token.Payload);
                    return true;
                case MessagePackType.Binary:
                    return TryWriteAttachment(token.Payload, depth + 1);
                case MessagePackType.Array:
                    return TryWriteArray(token.Count, depth + 1);
                case MessagePackType.Map:
                    return TryWriteMap(token.Count, depth + 1);
                default:
                    return TryWriteExtension(token, depth);
            }
        }

        private bool TryWriteArray(int count, int depth)
        {
            if (!TryEnter(depth))
            {
                return false;
            }

            json.Write("["u8);
            for (var index = 0; index < count; index++)
            {
                if (index > 0)
                {
                    json.Write(","u8);
                }

                if (!TryWriteValue(depth))
                {
                    return false;
                }
            }

            json.Write("]"u8);
            return true;
        }

        private bool TryWriteMap(int count, int depth)
        {
            if (!TryEnter(depth))
            {
                return false;
            }

            json.Write("{"u8);
            var isFirst = true;
            for (; count > 0; count--)
            {
                if (!Reader.TryReadToken(out var key))
                {
                    return Refuse(Reader.Error);
                }

                if (key.Type is not (MessagePackType.String or MessagePackType.Integer))
                {
                    return Refuse(MessagePackError.InvalidKey);
                }

                // A member that is undefined does not exist in JSON.
                if (Reader.TryReadUndefined())
                {
                    continue;
                }

                if (!isFirst)
                {
                    json.Write(","u8);
                }

                isFirst = false;
                WriteKey(key);
                if (!TryWriteValue(depth))
                {
                    return false;
                }
            }

            json.Write("}"u8);
            return true;
        }

        private readonly void WriteKey(in MessagePackToken key)
        {
            if (key.Type == MessagePackType.Integer)
            {
                json.Write("\""u8);
                WriteInteger(key);
                json.Write("\":"u8);
            }
            else if (key.Payload.SequenceEqual("_placeholder"u8))
            {
                // What looks like a placeholder here is data of the application: only ours are written without an escape.
                json.Write("\"\\u005fplaceholder\":"u8);
            }
            else
            {
                WriteString(key.Payload);
                json.Write(":"u8);
            }
        }

        private bool TryWriteExtension(in MessagePackToken token, int depth)
        {
            if (MessagePackDate.TryRead(token, out var unixMilliseconds))
            {
                WriteDate(unixMilliseconds);
                return true;
            }

            if (token.ExtensionType == 0)
            {
                // Undefined, or else an ArrayBuffer: one of a single byte has the other head.
                if (token.IsFixedExtension && token.Payload.Length == 1)
                {
                    json.Write("null"u8);
                    return true;
                }

                return TryWriteAttachment(token.Payload, depth + 1);
            }

            // Node gives the application [type, bytes].
            json.Write("["u8);
            WriteInteger(token.ExtensionType);
            json.Write(","u8);
            if (!TryWriteAttachment(token.Payload, depth + 2))
            {
                return false;
            }

            json.Write("]"u8);
            return true;
        }

        private bool TryWriteAttachment(ReadOnlySpan<byte> data, int depth)
        {
            if (!TryEnter(depth))
            {
                return false;
            }

            if (attachments.Count >= maxAttachments)
            {
                return Refuse(MessagePackError.TooManyAttachments);
            }

            json.Write("{\"_placeholder\":true,\"num\":"u8);
            WriteInteger(attachments.Count);
            json.Write("}"u8);

            // The receive buffer is not ours after the call.
            attachments.Add(data.ToArray());
            return true;
        }

        private readonly void WriteDate(long? unixMilliseconds)
        {
            if (unixMilliseconds is not { } milliseconds)
            {
                json.Write("null"u8);
                return;
            }

            var span = json.GetSpan(JavaScriptDate.MaxLength + 2);
            span[0] = (byte)'"';
            var length = JavaScriptDate.Format(span.Slice(1), milliseconds) + 1;
            span[length] = (byte)'"';
            json.Advance(length + 1);
        }

        private readonly void WriteString(ReadOnlySpan<byte> text)
            => JsonString.Write(json, Utf8.IsValid(text) ? text : Utf8Text.ReplaceInvalid(text.ToArray()).Span);

        private readonly void WriteInteger(in MessagePackToken token)
        {
            if (token.IsNegative)
            {
                WriteInteger((long)token.Bits);
                return;
            }

            _ = token.Bits.TryFormat(json.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
            json.Advance(written);
        }

        private readonly void WriteInteger(long value)
        {
            _ = value.TryFormat(json.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
            json.Advance(written);
        }

        // The second check is for limits that are larger than the stack of the thread.
        private bool TryEnter(int depth)
            => (depth <= maxDepth && RuntimeHelpers.TryEnsureSufficientExecutionStack()) || Refuse(MessagePackError.TooDeep);

        private bool Refuse(MessagePackError error)
        {
            Error = error;
            return false;
        }
    }
}
