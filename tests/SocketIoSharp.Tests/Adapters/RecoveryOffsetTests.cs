namespace SocketIoSharp.Tests.Adapters;

public sealed class RecoveryOffsetTests
{
    [Test]
    public void Every_position_has_one_short_text_that_is_read_back()
    {
        var offsets = new RecoveryOffset();
        foreach (var position in new[] { 0, 1, 9, 10, 63, 64, 65, 4095, 4096, 1_000_000, long.MaxValue >> 4 })
        {
            var text = offsets.Format(position);

            Assert.That(text, Does.Match("^[0-9A-Za-z._-]{10,19}$"));
            Assert.That(offsets.TryParse(text, out var read), Is.True, text);
            Assert.That(read, Is.EqualTo(position));
        }
    }

    [Test]
    public void Another_log_does_not_read_it()
        => Assert.That(new RecoveryOffset().TryParse(new RecoveryOffset().Format(1), out _), Is.False);

    [TestCase("")]
    [TestCase("00")]
    [TestCase("01")]
    [TestCase("1 ")]
    [TestCase("+1")]
    [TestCase("1é")]
    [TestCase("zzzzzzzzzzz")]
    public void Digits_that_no_position_has_are_refused(string digits)
    {
        var offsets = new RecoveryOffset();
        var prefix = offsets.Format(0)[..^1];

        Assert.That(offsets.TryParse(prefix + digits, out _), Is.False);
    }
}
