using System.Text;

namespace SocketIoSharp.Tests;

/// <summary>What clients put into their credentials when they want to come back.</summary>
public sealed class ResumeRequestTests
{
    [TestCase("{\"pid\":\"a\",\"offset\":\"b\"}", "a", "b")]
    [TestCase("{\"token\":{\"pid\":\"no\"},\"offset\":\"b\",\"pid\":\"a\"}", "a", "b")]
    [TestCase("{\"pid\":\"a\"}", "a", null)]
    [TestCase("{\"p\\u0069d\":\"a\"}", "a", null)]
    [TestCase("{\"pid\":\"a\",\"\\ud800\":1}", "a", null)]
    public void A_client_names_its_session(string auth, string privateId, string? offset)
    {
        Assert.That(ResumeRequest.TryRead(Encoding.UTF8.GetBytes(auth), out var actualId, out var actualOffset));
        Assert.That((actualId, actualOffset), Is.EqualTo((privateId, offset)));
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("{\"offset\":\"b\"}")]
    [TestCase("{\"pid\":1}")]
    [TestCase("{\"pid\":null,\"offset\":\"b\"}")]
    [TestCase("{\"pid\":\"a\",\"offset\":1}")]
    [TestCase("{\"pid\":\"\\u0061\"}")]
    [TestCase("{\"\\ud800\":1}")]
    [TestCase("{\"\\udc00\\ud800\":\"pid\"}")]
    [TestCase("{\"pid\":\"\\ud800\"}")]
    public void Anything_else_names_none(string auth)
        => Assert.That(ResumeRequest.TryRead(Encoding.UTF8.GetBytes(auth), out _, out _), Is.False);

    [Test]
    public void Bytes_that_are_no_text_name_none()
        => Assert.That(ResumeRequest.TryRead([.. "{\"pid\":\""u8, 0xff, 0xfe, .. "\"}"u8], out _, out _), Is.False);
}
