using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using static SocketIoSharp.EngineIO.Tests.Protocol.PacketText;

namespace SocketIoSharp.EngineIO.Tests.Protocol;

public sealed class RoundTripTests
{
    // Text that meets every rule: separators, lengths, escapes, one to four bytes of UTF-8.
    private static readonly Gen<string> s_text = Gen.Elements("a", "1:", "b4", "\\n", "\\", "\n", "\"", "é", "€", "😀", "\u2028", "%41", "+", "&d=", "\0")
        .ArrayOf().Select(string.Concat);

    // A backslash right before a newline is ambiguous in a form: the client's escapes cannot tell it from a literal \n.
    private static readonly Gen<string> s_formText = Gen.Elements("a", "\\n", "\n", "é", "€", "😀", "%41", "+", "&d=", "=", "\\t")
        .ArrayOf().Select(string.Concat);

    private static readonly Gen<EncodedMessage> s_message = Gen.OneOf(
        s_text.Select(text => EncodedMessage.Text(text)),
        ArbMap.Default.GeneratorFor<byte[]>().Select(data => EncodedMessage.Binary(data)),
        from text in s_text
        from attachments in ArbMap.Default.GeneratorFor<byte[]>().ArrayOf(2)
        select EncodedMessage.Create(Utf8(text), [.. attachments.Select(data => new ReadOnlyMemory<byte>(data))]),
        Gen.Elements(EncodedMessage.Ping, EncodedMessage.Pong, EncodedMessage.ProbePong, EncodedMessage.Noop, EncodedMessage.Close));

    [Test]
    public void What_is_written_as_a_payload_is_read_back_in_every_form()
        => Check(s_message.NonEmptyListOf().Select(list => list.ToArray()), messages =>
        {
            foreach (var form in Enum.GetValues<WireForm>())
            {
                var (body, isOctetStream) = Write(form, messages);
                var protocol = form is WireForm.V4 or WireForm.V4Base64 ? 4 : 3;
                Assert.That(ReadAll(body, protocol, isOctetStream), Is.EqualTo([.. messages.SelectMany(ShowParts), "End"]));
            }
        });

    [Test]
    public void What_is_written_as_a_frame_is_read_back_in_every_form()
        => Check(s_message, message =>
        {
            foreach (var form in Enum.GetValues<WireForm>())
            {
                for (var index = 0; index < message.PartCount; index++)
                {
                    var data = message.GetPart(index, out var isBinary);
                    var output = new ArrayBufferWriter<byte>();
                    var isBinaryFrame = EngineIOPacketCodec.Encode(output, message.Type, data.Span, isBinary, form);
                    var protocol = form is WireForm.V4 or WireForm.V4Base64 ? 4 : 3;

                    Assert.That(EngineIOPacketCodec.TryDecode(output.WrittenMemory, isBinaryFrame, protocol, out var packet), Is.True);
                    Assert.That(Show(packet), Is.EqualTo(ShowParts(message).ElementAt(index)));
                }
            }
        });

    [Test]
    public void A_form_body_gives_back_what_a_client_puts_in()
        => Check(s_formText, text =>
        {
            // The stock client sends \n as \\n and a newline as \n, and the browser adds the form encoding.
            var escaped = text.Replace("\\n", "\\\\n", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            var output = new ArrayBufferWriter<byte>();

            Assert.That(Jsonp.TryReadBody(Utf8("x=1&d=" + Uri.EscapeDataString(escaped)), output), Is.True);
            Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Is.EqualTo(text));
        });

    [Test]
    public void A_script_answer_holds_the_payload_as_a_string_literal()
        => Check(s_text, text =>
        {
            var output = new ArrayBufferWriter<byte>();
            Jsonp.WriteResponse(output, "12", Utf8(text));
            var script = Encoding.UTF8.GetString(output.WrittenSpan);

            Assert.That(script, Does.StartWith("___eio[12](\"").And.EndsWith("\");").And.Not.Contains("\u2028"));
            using var literal = System.Text.Json.JsonDocument.Parse(script["___eio[12](".Length..^2]);
            Assert.That(literal.RootElement.GetString(), Is.EqualTo(text));
        });

    private static IEnumerable<string> ShowParts(EncodedMessage message)
        => Enumerable.Range(0, message.PartCount).Select(index =>
        {
            var data = message.GetPart(index, out var isBinary);
            return Show(new EngineIOPacket(message.Type, data, isBinary));
        });

    private static void Check<T>(Gen<T> values, Action<T> property)
        => Prop.ForAll(values.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
