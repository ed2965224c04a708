using static SocketIoSharp.EngineIO.Tests.WebSocketWire;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>The rules of RFC 6455 sections 5 and 7 for what a server receives, on literal bytes.</summary>
public sealed class WebSocketMessageReaderRulesTests
{
    private const string HelloMasked = "37FA213D 7F9F4D5158";

    [Test]
    public void Section_5_7_a_masked_text_message_is_read() =>
        Assert.That(ReadAll(Hex("81 85" + HelloMasked)), Is.EqualTo(new[] { "text Hello" }));

    [Test]
    public void Section_5_2_a_binary_message_is_read() =>
        Assert.That(ReadAll(Hex("82 83 00000000 01FF80")), Is.EqualTo(new[] { "binary 01FF80" }));

    [Test]
    public void Section_5_2_an_empty_message_is_read() =>
        Assert.That(ReadAll(Hex("81 80 37FA213D 82 80 37FA213D")), Is.EqualTo(new[] { "text ", "binary " }));

    [TestCase("A1")]
    [TestCase("91")]
    [TestCase("B1")]
    public void Section_5_2_reserved_bits_2_and_3_must_be_clear(string firstByte) =>
        Assert.That(ReadAll(Hex(firstByte + "85" + HelloMasked), deflate: true), Is.EqualTo(new[] { "error 1002" }));

    [TestCase("C1")]
    [TestCase("C2")]
    [TestCase("41")]
    public void Section_5_2_reserved_bit_1_must_be_clear_without_an_extension(string firstByte) =>
        Assert.That(ReadAll(Hex(firstByte + "85" + HelloMasked)), Is.EqualTo(new[] { "error 1002" }));

    [TestCase("83")]
    [TestCase("84")]
    [TestCase("85")]
    [TestCase("86")]
    [TestCase("87")]
    [TestCase("8B")]
    [TestCase("8C")]
    [TestCase("8D")]
    [TestCase("8E")]
    [TestCase("8F")]
    public void Section_5_2_reserved_opcodes_are_refused(string firstByte) =>
        Assert.That(ReadAll(Hex(firstByte + "85" + HelloMasked)), Is.EqualTo(new[] { "error 1002" }));

    [TestCase("81 05 48656C6C6F")]
    [TestCase("89 00")]
    [TestCase("88 00")]
    public void Section_5_1_an_unmasked_frame_is_refused(string frame) =>
        Assert.That(ReadAll(Hex(frame)), Is.EqualTo(new[] { "error 1002" }));

    [Test]
    public void Section_5_2_a_16_bit_length_is_read() =>
        Assert.That(ReadAll([0x82, 0xFE, 0x01, 0x00, 0, 0, 0, 0, .. new byte[256]]), Has.Exactly(1).StartsWith("binary 256 bytes"));

    [Test]
    public void Section_5_2_a_64_bit_length_is_read() =>
        Assert.That(ReadAll([0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. new byte[65536]]), Has.Exactly(1).StartsWith("binary 65536 bytes"));

    [TestCase("81 FE 0005 37FA213D 7F9F4D5158")]
    [TestCase("81 FF 0000000000000005 37FA213D 7F9F4D5158")]
    public void Node_a_length_in_more_bytes_than_it_needs_is_tolerated(string frame) =>
        Assert.That(ReadAll(Hex(frame)), Is.EqualTo(new[] { "text Hello" }));

    [Test]
    public void Section_5_2_the_top_bit_of_a_64_bit_length_must_be_clear() =>
        Assert.That(ReadAll(Hex("82 FF 8000000000000001")), Is.EqualTo(new[] { "error 1002" }));

    [Test]
    public void Section_5_4_fragments_make_one_message() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, "Hel"), .. ClientFrame(0x00, "lo, "), .. ClientFrame(0x80, "world")]),
            Is.EqualTo(new[] { "text Hello, world" }));

    [Test]
    public void Section_5_4_empty_fragments_are_allowed() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x02, ""), .. ClientFrame(0x00, ""), .. ClientFrame(0x00, "A"), .. ClientFrame(0x80, "")]),
            Is.EqualTo(new[] { "binary 41" }));

    [Test]
    public void Section_5_4_control_frames_may_come_between_fragments() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, "Hel"), .. ClientFrame(0x89, "a"), .. ClientFrame(0x8A, "b"), .. ClientFrame(0x80, "lo")]),
            Is.EqualTo(new[] { "ping a", "pong b", "text Hello" }));

    [TestCase(0x80)]
    [TestCase(0x00)]
    public void Section_5_4_a_continuation_needs_a_message_to_continue(int firstByte) =>
        Assert.That(ReadAll(ClientFrame((byte)firstByte, "x")), Is.EqualTo(new[] { "error 1002" }));

    [Test]
    public void Section_5_4_a_continuation_after_a_finished_message_is_refused() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, "a"), .. ClientFrame(0x80, "b"), .. ClientFrame(0x80, "c")]),
            Is.EqualTo(new[] { "text ab", "error 1002" }));

    [TestCase(0x81)]
    [TestCase(0x82)]
    [TestCase(0x01)]
    public void Section_5_4_a_new_message_must_not_begin_within_another(int firstByte) =>
        Assert.That(ReadAll([.. ClientFrame(0x01, "a"), .. ClientFrame((byte)firstByte, "b")]), Is.EqualTo(new[] { "error 1002" }));

    [TestCase(0x08)]
    [TestCase(0x09)]
    [TestCase(0x0A)]
    public void Section_5_5_a_control_frame_must_not_be_fragmented(int firstByte) =>
        Assert.That(ReadAll(ClientFrame((byte)firstByte, "")), Is.EqualTo(new[] { "error 1002" }));

    [TestCase("88 FE")]
    [TestCase("89 FE")]
    [TestCase("8A FE")]
    [TestCase("89 FF")]
    public void Section_5_5_a_control_frame_carries_at_most_125_bytes(string header) =>
        Assert.That(ReadAll(Hex(header)), Is.EqualTo(new[] { "error 1002" }));

    [Test]
    public void Section_5_5_a_control_frame_of_125_bytes_is_read() =>
        Assert.That(ReadAll(ClientFrame(0x89, new string('p', 125))), Is.EqualTo(new[] { "ping " + new string('p', 125) }));

    [TestCase("C8 80 00000000")]
    [TestCase("C9 80 00000000")]
    [TestCase("CA 80 00000000")]
    public void Rfc_7692_section_6_1_a_control_frame_is_never_compressed(string frame) =>
        Assert.That(ReadAll(Hex(frame), deflate: true), Is.EqualTo(new[] { "error 1002" }));

    [Test]
    public void Rfc_7692_section_6_1_only_the_first_frame_tells_compression() =>
        Assert.That(ReadAll([.. ClientFrame(0x41, "a"), .. ClientFrame(0xC0, "b")], deflate: true), Is.EqualTo(new[] { "error 1002" }));

    [Test]
    public void Section_5_5_1_a_close_without_a_code_reports_1005() =>
        Assert.That(ReadAll(Hex("88 80 37FA213D")), Is.EqualTo(new[] { "close 1005" }));

    [Test]
    public void Section_5_5_1_a_close_carries_a_code_and_a_reason() =>
        Assert.That(ReadAll(ClientFrame(0x88, [0x03, 0xE8, .. "bye"u8])), Is.EqualTo(new[] { "close 1000 bye" }));

    [Test]
    public void Section_5_5_1_half_a_close_code_is_refused() =>
        Assert.That(ReadAll(ClientFrame(0x88, [0x03])), Is.EqualTo(new[] { "error 1002" }));

    [Test]
    public void Section_5_5_1_a_close_reason_must_be_UTF_8() =>
        Assert.That(ReadAll(ClientFrame(0x88, [0x03, 0xE8, 0xC3, 0x28])), Is.EqualTo(new[] { "error 1007" }));

    [Test]
    public void Section_5_5_1_what_follows_a_close_is_ignored() =>
        Assert.That(ReadAll([.. ClientFrame(0x88, ""), .. ClientFrame(0x81, "late"), 0xFF, 0xFF]), Is.EqualTo(new[] { "close 1005" }));

    [Test]
    public void A_close_between_fragments_ends_the_message()
    {
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: false);
        var buffer = Sequence([.. ClientFrame(0x01, "a"), .. ClientFrame(0x88, "")]);

        Assert.That(ReadAll(reader, ref buffer), Is.EqualTo(new[] { "close 1005" }));
        Assert.That(reader.MessageInProgress, Is.False);
    }

    [Test]
    public void Section_7_4_close_codes_are_those_that_may_travel()
    {
        for (var code = 0; code <= ushort.MaxValue; code++)
        {
            var mayTravel = code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
            var expected = mayTravel ? $"close {code}" : "error 1002";

            if (ReadAll(ClientFrame(0x88, [(byte)(code >> 8), (byte)code]))[0] != expected)
            {
                Assert.Fail($"Close code {code} should give '{expected}'.");
            }
        }
    }

    [TestCase("C328", Description = "a lead byte without its continuation")]
    [TestCase("EDA080", Description = "a surrogate")]
    [TestCase("C080", Description = "an overlong form")]
    [TestCase("F4908080", Description = "beyond the last code point")]
    [TestCase("E282", Description = "an unfinished character")]
    public void Section_8_1_a_text_message_must_be_UTF_8(string bytes) =>
        Assert.That(ReadAll(ClientFrame(0x81, Hex(bytes))), Is.EqualTo(new[] { "error 1007" }));

    [Test]
    public void Section_8_1_a_character_may_be_split_between_fragments() =>
        Assert.That(
            ReadAll([.. ClientFrame(0x01, [0xE2, 0x82]), .. ClientFrame(0x80, [0xAC])]),
            Is.EqualTo(new[] { "text \u20AC" }));

    [Test]
    public void Section_8_1_a_fragmented_text_message_must_be_UTF_8_as_a_whole() =>
        Assert.That(ReadAll([.. ClientFrame(0x01, [0xE2, 0x82]), .. ClientFrame(0x80, "x")]), Is.EqualTo(new[] { "error 1007" }));

    [Test]
    public void Binary_messages_are_not_checked_for_UTF_8() =>
        Assert.That(ReadAll(ClientFrame(0x82, [0xC3, 0x28])), Is.EqualTo(new[] { "binary C328" }));

    [Test]
    public void After_an_error_the_reader_repeats_it_and_takes_nothing_more()
    {
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: false);
        var bad = Sequence(Hex("83 80 00000000"));
        ReadAll(reader, ref bad);
        var good = Sequence(ClientFrame(0x81, "late"));

        Assert.That(ReadAll(reader, ref good), Is.EqualTo(new[] { "error 1002" }));
        Assert.That(good.IsEmpty, Is.True);
    }

    [Test]
    public void Every_error_says_what_was_wrong()
    {
        using var reader = new WebSocketMessageReader(RoomyLimits, deflate: false);
        var buffer = Sequence(Hex("81 05"));

        reader.Read(ref buffer, out var item);

        Assert.That(item.Error, Is.EqualTo("A client must mask its frames."));
    }
}
