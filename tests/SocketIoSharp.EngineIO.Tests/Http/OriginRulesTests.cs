namespace SocketIoSharp.EngineIO.Tests;

public sealed class OriginRulesTests
{
    [TestCase(null, true)]
    [TestCase("", true)]
    [TestCase("https://a.example", true)]
    [TestCase("a\tb ~", true)]
    [TestCase("\u0080\u00FF", true)]
    [TestCase("https://日本.example", true)]
    [TestCase("a\u0000", false)]
    [TestCase("\u0001a", false)]
    [TestCase("a\u001Fb", false)]
    [TestCase("abcdef\u007F", false)]
    [TestCase("a\r\n", false)]
    public void An_origin_has_only_characters_of_a_header_value(string? origin, bool isLegal)
    {
        Assert.That(OriginRules.HasLegalCharacters(origin), Is.EqualTo(isLegal));
    }

    [TestCase("https://a.example", true)]
    [TestCase("HTTPS://A.Example", true)]
    [TestCase("http://a.example:8080", true)]
    [TestCase(null, true)]
    [TestCase("", false)]
    [TestCase("null", false)]
    [TestCase("http://a.example", false)]
    [TestCase("https://a.example:8443", false)]
    [TestCase("https://a.example.evil.example", false)]
    [TestCase("https://a.example, https://evil.example", false)]
    [TestCase("*", false)]
    public void Cve_2019_13611_only_listed_origins_are_allowed(string? origin, bool isAllowed)
    {
        string[] allowed = ["https://a.example", "http://a.example:8080"];

        Assert.That(OriginRules.IsAllowed(origin, allowed), Is.EqualTo(isAllowed));
    }

    [Test]
    public void Without_a_list_every_origin_is_allowed()
    {
        Assert.That(OriginRules.IsAllowed("https://evil.example", allowedOrigins: null), Is.True);
    }

    [Test]
    public void An_empty_list_allows_only_requests_that_name_no_origin()
    {
        Assert.That(OriginRules.IsAllowed("https://a.example", []), Is.False);
        Assert.That(OriginRules.IsAllowed(origin: null, []), Is.True);
    }

    [Test]
    public void A_star_in_the_list_allows_every_origin()
    {
        Assert.That(OriginRules.IsAllowed("https://a.example", ["*"]), Is.True);
        Assert.That(OriginRules.IsAllowed("null", ["*"]), Is.True);
    }

    [Test]
    public void The_null_origin_is_allowed_when_it_is_listed()
    {
        Assert.That(OriginRules.IsAllowed("null", ["https://a.example", "null"]), Is.True);
    }

    [TestCase("https://a.example", true)]
    [TestCase("http://[::1]:3000", true)]
    [TestCase("capacitor://localhost", true)]
    [TestCase("*", true)]
    [TestCase("null", true)]
    [TestCase("https://a.example/", false)]
    [TestCase("https://a.example/path", false)]
    [TestCase("a.example", false)]
    [TestCase("https://", false)]
    [TestCase("://a", false)]
    [TestCase("", false)]
    [TestCase("https://é.example", false)]
    public void A_list_entry_that_can_never_match_is_named(string entry, bool isValid)
    {
        Assert.That(OriginRules.Validate(["https://ok.example", entry]), isValid ? Is.Null : Does.Contain($"'{entry}'"));
    }

    [Test]
    public void No_list_is_a_valid_list()
    {
        Assert.That(OriginRules.Validate(allowedOrigins: null), Is.Null);
    }

    [TestCase(null, false)]
    [TestCase("", false)]
    [TestCase("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", false)]
    [TestCase("Mozilla/5.0 (compatible; MSIE 10.0)", false)]
    [TestCase("Mozilla/4.0 (compatible;MSIE 8.0)", true)]
    [TestCase("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0)", true)]
    [TestCase("trident/7.0", false)]
    public void Internet_Explorer_is_told_to_leave_payloads_alone(string? userAgent, bool expected)
    {
        Assert.That(UserAgents.NeedsXssProtectionHeader(userAgent), Is.EqualTo(expected));
    }
}
