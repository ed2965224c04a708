using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class SessionCookieTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 5, 3, 4, 5, 999, TimeSpan.Zero);

    [Test]
    public void The_default_is_the_cookie_of_node()
    {
        Assert.That(Format(EngineIOCookie.CreateDefault(), "abc_-123"), Is.EqualTo("io=abc_-123; Path=/; HttpOnly; SameSite=Lax"));
    }

    [Test]
    public void All_attributes_stand_in_the_order_of_node()
    {
        var cookie = new CookieBuilder
        {
            Name = "node",
            MaxAge = TimeSpan.FromSeconds(90.7),
            Domain = ".example.com",
            Path = "/chat",
            Expiration = TimeSpan.FromDays(1),
            HttpOnly = true,
            SecurePolicy = CookieSecurePolicy.Always,
            SameSite = SameSiteMode.None,
            Extensions = { "Partitioned", "Priority=High" },
        };

        Assert.That(Format(cookie, "x"), Is.EqualTo(
            "node=x; Max-Age=90; Domain=.example.com; Path=/chat; Expires=Fri, 06 Nov 2026 03:04:05 GMT; HttpOnly; Secure; Partitioned; Priority=High; SameSite=None"));
    }

    [Test]
    public void A_bare_builder_is_named_io_and_covers_every_path()
    {
        Assert.That(Format(new CookieBuilder(), "x"), Is.EqualTo("io=x; Path=/"));
    }

    [Test]
    public void An_empty_path_leaves_the_attribute_out()
    {
        Assert.That(Format(new CookieBuilder { Path = "", SameSite = SameSiteMode.Strict }, "x"), Is.EqualTo("io=x; SameSite=Strict"));
    }

    [TestCase(0, "io=x; Max-Age=0; Path=/")]
    [TestCase(-1.5, "io=x; Max-Age=-2; Path=/")]
    public void Max_age_is_rounded_down(double seconds, string expected)
    {
        Assert.That(Format(new CookieBuilder { MaxAge = TimeSpan.FromSeconds(seconds) }, "x"), Is.EqualTo(expected));
    }

    [TestCase(CookieSecurePolicy.Always, false, true)]
    [TestCase(CookieSecurePolicy.Always, true, true)]
    [TestCase(CookieSecurePolicy.SameAsRequest, false, false)]
    [TestCase(CookieSecurePolicy.SameAsRequest, true, true)]
    [TestCase(CookieSecurePolicy.None, true, false)]
    public void Secure_follows_the_policy(CookieSecurePolicy policy, bool isHttps, bool expected)
    {
        var text = SessionCookie.Format(new CookieBuilder { SecurePolicy = policy }, "x", isHttps, s_now);

        Assert.That(text, Is.EqualTo(expected ? "io=x; Path=/; Secure" : "io=x; Path=/"));
    }

    [TestCase("a b!~*'()é日/;=+😀", "a%20b!~*'()%C3%A9%E6%97%A5%2F%3B%3D%2B%F0%9F%98%80")]
    [TestCase("\r\nSet-Cookie: a=b", "%0D%0ASet-Cookie%3A%20a%3Db")]
    public void The_id_is_encoded_as_encodeURIComponent_does(string sid, string expected)
    {
        Assert.That(Format(new CookieBuilder(), sid), Is.EqualTo($"io={expected}; Path=/"));
    }

    [Test]
    public void Half_a_surrogate_pair_in_the_id_does_not_throw()
    {
        Assert.That(Format(new CookieBuilder(), "\uD800"), Is.EqualTo("io=%EF%BF%BD; Path=/"));
    }

    [Test]
    public void The_default_cookie_is_valid()
    {
        Assert.That(SessionCookie.Validate(EngineIOCookie.CreateDefault()), Is.Null);
        Assert.That(SessionCookie.Validate(new CookieBuilder()), Is.Null);
    }

    [TestCase("ok!#$%&'*+-.^_`|~", true)]
    [TestCase("a b", false)]
    [TestCase("a;b", false)]
    [TestCase("a=b", false)]
    [TestCase("a,b", false)]
    [TestCase("é", false)]
    [TestCase("a\r\n", false)]
    [TestCase("userName=<script>alert('XSS3')</script>; Max-Age=2592000; a", false)]
    public void Cve_2024_47764_a_cookie_name_cannot_inject_other_fields(string name, bool isValid)
    {
        AssertValidity(new CookieBuilder { Name = name }, isValid);
    }

    [TestCase("/a b>c", true)]
    [TestCase("", true)]
    [TestCase("/a;b", false)]
    [TestCase("/a<b", false)]
    [TestCase("/é", false)]
    [TestCase("/a\n", false)]
    [TestCase("/\x7f", false)]
    public void Cve_2024_47764_a_cookie_path_cannot_inject_other_fields(string path, bool isValid)
    {
        AssertValidity(new CookieBuilder { Path = path }, isValid);
    }

    [TestCase("a.b", true)]
    [TestCase("localhost", true)]
    [TestCase("127.0.0.1", true)]
    [TestCase(".a", true)]
    [TestCase("", true)]
    [TestCase("a..b", false)]
    [TestCase("..a", false)]
    [TestCase(".", false)]
    [TestCase("-a.b", false)]
    [TestCase("a-.b", false)]
    [TestCase("a.b.", false)]
    [TestCase("a_b", false)]
    [TestCase("a;b", false)]
    [TestCase("a.b:80", false)]
    [TestCase("é.com", false)]
    [TestCase("a\n", false)]
    public void Cve_2024_47764_a_cookie_domain_cannot_inject_other_fields(string domain, bool isValid)
    {
        AssertValidity(new CookieBuilder { Domain = domain }, isValid);
    }

    [Test]
    public void A_domain_label_has_at_most_63_characters()
    {
        AssertValidity(new CookieBuilder { Domain = new string('a', 63) }, isValid: true);
        AssertValidity(new CookieBuilder { Domain = new string('a', 64) }, isValid: false);
    }

    [TestCase("Partitioned", true)]
    [TestCase("Priority=High", true)]
    [TestCase("Priority=High; Domain=evil.example", false)]
    [TestCase("a\r\nb", false)]
    public void An_extension_is_a_single_attribute(string extension, bool isValid)
    {
        AssertValidity(new CookieBuilder { Extensions = { extension } }, isValid);
    }

    private static string Format(CookieBuilder cookie, string sid) => SessionCookie.Format(cookie, sid, isHttps: false, s_now);

    private static void AssertValidity(CookieBuilder cookie, bool isValid) =>
        Assert.That(SessionCookie.Validate(cookie), isValid ? Is.Null : Is.Not.Null);
}
