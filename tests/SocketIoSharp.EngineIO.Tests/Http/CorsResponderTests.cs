using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using static SocketIoSharp.EngineIO.Tests.CorsExpectations;

namespace SocketIoSharp.EngineIO.Tests;

public sealed partial class CorsResponderTests
{
    private static IEnumerable<CorsExpectation> RecordedFromNode => Rows;

    [TestCaseSource(nameof(RecordedFromNode))]
    public async Task Headers_and_status_equal_those_of_the_node_middleware(object recorded)
    {
        var row = (CorsExpectation)recorded;
        var context = CreateContext(row.Method, row.Origin);
        if (row is { Method: "OPTIONS", Origin: A })
        {
            context.Request.Headers.AccessControlRequestHeaders = "x-custom, y";
        }

        var answered = await new CorsResponder(SettingsNamed(row.Settings)).ApplyAsync(context);

        Assert.That(answered ? context.Response.StatusCode : Continues, Is.EqualTo(row.Status));
        Assert.That(Describe(context.Response.Headers), Is.EqualTo(row.Headers));
    }

    [TestCase("Accept-Encoding", "Accept-Encoding, Origin, Access-Control-Request-Headers")]
    [TestCase("origin", "origin, Access-Control-Request-Headers")]
    [TestCase("A,ORIGIN", "A,ORIGIN, Access-Control-Request-Headers")]
    [TestCase("Accept, *", "*")]
    [TestCase("*", "*")]
    [TestCase("", "Origin, Access-Control-Request-Headers")]
    public async Task Vary_is_added_to_what_is_there_and_never_twice(string present, string expected)
    {
        var context = CreateContext("OPTIONS", origin: null);
        context.Response.Headers.Vary = present;

        await new CorsResponder(new EngineIOCorsOptions { Origin = A }).ApplyAsync(context);

        Assert.That(context.Response.Headers.Vary.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Vary_lines_that_are_there_already_are_joined()
    {
        var context = CreateContext("GET", A);
        context.Response.Headers.Vary = new(["Accept", "Cookie"]);

        await new CorsResponder(new EngineIOCorsOptions { Origin = A }).ApplyAsync(context);

        Assert.That(context.Response.Headers.Vary.ToString(), Is.EqualTo("Accept, Cookie, Origin"));
    }

    [Test]
    public async Task A_preflight_in_small_letters_is_a_preflight()
    {
        Assert.That(await new CorsResponder(new EngineIOCorsOptions()).ApplyAsync(CreateContext("options", A)), Is.True);
    }

    [TestCase("https://é.example")]
    [TestCase("https://a.example\u0001")]
    [TestCase("https://a.example\r\nSet-Cookie: a=b")]
    public async Task An_origin_that_no_header_can_carry_is_not_reflected(string origin)
    {
        var context = CreateContext("GET", origin);

        await new CorsResponder(new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.Reflect }).ApplyAsync(context);

        Assert.That(Describe(context.Response.Headers), Is.EqualTo("vary: Origin"));
    }

    [Test]
    public async Task Requested_headers_that_no_header_can_carry_are_not_reflected()
    {
        var context = CreateContext("OPTIONS", A);
        context.Request.Headers.AccessControlRequestHeaders = "x-é";

        var answered = await new CorsResponder(new EngineIOCorsOptions()).ApplyAsync(context);

        Assert.That(answered, Is.True);
        Assert.That(context.Response.Headers.AccessControlAllowHeaders.Count, Is.Zero);
    }

    [Test]
    public async Task Requested_headers_on_several_lines_are_joined_as_in_node()
    {
        var context = CreateContext("OPTIONS", A);
        context.Request.Headers.AccessControlRequestHeaders = new(["x-one", "x-two"]);

        await new CorsResponder(new EngineIOCorsOptions()).ApplyAsync(context);

        Assert.That(context.Response.Headers.AccessControlAllowHeaders.ToString(), Is.EqualTo("x-one, x-two"));
    }

    [Test]
    public async Task A_pattern_that_runs_into_its_timeout_matches_nothing()
    {
        var slow = new Regex("^(a|aa)+$", RegexOptions.ExplicitCapture, TimeSpan.FromMilliseconds(1));
        var origin = new string('a', 40) + "!";
        var context = CreateContext("GET", origin);
        Assert.That(() => slow.IsMatch(origin), Throws.InstanceOf<RegexMatchTimeoutException>());

        await new CorsResponder(new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.Matching(slow) }).ApplyAsync(context);

        Assert.That(Describe(context.Response.Headers), Is.EqualTo("vary: Origin"));
    }

    [Test]
    public async Task A_function_is_asked_with_the_origin_and_the_request()
    {
        (string? Origin, HttpContext Context) asked = default;
        var context = CreateContext("GET", origin: null);
        var responder = new CorsResponder(new EngineIOCorsOptions
        {
            Origin = EngineIOCorsOrigin.When((origin, request) =>
            {
                asked = (origin, request);
                return ValueTask.FromResult(true);
            }),
        });

        await responder.ApplyAsync(context);

        Assert.That(asked.Origin, Is.Null);
        Assert.That(asked.Context, Is.SameAs(context));
    }

    [Test]
    public void An_exception_of_the_function_reaches_the_caller()
    {
        var responder = new CorsResponder(new EngineIOCorsOptions
        {
            Origin = EngineIOCorsOrigin.When((_, _) => throw new InvalidOperationException("no database")),
        });

        Assert.That(async () => await responder.ApplyAsync(CreateContext("GET", A)), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Options_may_be_chosen_per_request()
    {
        var responder = new CorsResponder(async context =>
        {
            await Task.Yield();
            return context.Request.Path == "/open/" ? new EngineIOCorsOptions() : null;
        });
        var open = CreateContext("GET", A);
        open.Request.Path = "/open/";
        var closed = CreateContext("OPTIONS", A);
        closed.Request.Path = "/closed/";

        await responder.ApplyAsync(open);
        var closedWasAnswered = await responder.ApplyAsync(closed);

        Assert.That(Describe(open.Response.Headers), Is.EqualTo("access-control-allow-origin: *"));
        Assert.That(closedWasAnswered, Is.False);
        Assert.That(Describe(closed.Response.Headers), Is.Empty);
    }

    [Test]
    public async Task Max_age_is_sent_in_whole_seconds()
    {
        var context = CreateContext("OPTIONS", A);

        await new CorsResponder(new EngineIOCorsOptions { MaxAge = TimeSpan.FromMilliseconds(90_900) }).ApplyAsync(context);

        Assert.That(context.Response.Headers.AccessControlMaxAge.ToString(), Is.EqualTo("90"));
    }

    [Test]
    public void Settings_that_would_break_the_response_are_refused_at_once()
    {
        Assert.That(() => EngineIOCorsOrigin.Exactly("https://a\r\nx: y"), Throws.ArgumentException);
        Assert.That(() => EngineIOCorsOrigin.Exactly(""), Throws.ArgumentException);
        Assert.That(() => new CorsResponder(new EngineIOCorsOptions { AllowedHeaders = ["x\ny"] }), Throws.ArgumentException);
        Assert.That(() => new CorsResponder(new EngineIOCorsOptions { ExposedHeaders = ["é"] }), Throws.ArgumentException);
        Assert.That(() => new CorsResponder(new EngineIOCorsOptions { OptionsSuccessStatus = 101 }), Throws.ArgumentException);
    }

    [Test]
    public void A_function_cannot_stand_in_a_list()
    {
        var function = EngineIOCorsOrigin.When((_, _) => ValueTask.FromResult(true));

        Assert.That(() => EngineIOCorsOrigin.OneOf(A, function), Throws.ArgumentException);
    }

    [Test]
    public void A_string_converts_to_an_origin_and_a_star_to_any()
    {
        EngineIOCorsOrigin star = "*";

        Assert.That(star, Is.SameAs(EngineIOCorsOrigin.Any));
    }

    private static DefaultHttpContext CreateContext(string method, string? origin)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        if (origin is not null)
        {
            context.Request.Headers.Origin = origin;
        }

        return context;
    }

    private static string Describe(IHeaderDictionary headers) => string.Join(
        " | ",
        headers.Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}").Order(StringComparer.Ordinal));

    private static EngineIOCorsOptions SettingsNamed(string name)
    {
        switch (name)
        {
            case "Rich":
                var rich = new EngineIOCorsOptions
                {
                    Origin = A,
                    AllowedHeaders = ["x-one", "X-Two"],
                    ExposedHeaders = ["x-three", "x-four"],
                    Credentials = true,
                    MaxAge = TimeSpan.FromMinutes(10),
                };
                rich.Methods.Clear();
                rich.Methods.Add("GET");
                rich.Methods.Add("POST");
                return rich;
            case "Empties":
                var empties = new EngineIOCorsOptions { AllowedHeaders = [], ExposedHeaders = [], MaxAge = TimeSpan.Zero };
                empties.Methods.Clear();
                return empties;
        }

        return name switch
        {
            "Defaults" => new EngineIOCorsOptions(),
            "Reflect" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.Reflect },
            "None" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.None },
            "Exact" => new EngineIOCorsOptions { Origin = A },
            "List" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.OneOf(A, "https://c.example") },
            "StarInList" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.OneOf("*") },
            "Regex" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.Matching(EndsInExample()) },
            "Mixed" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.OneOf(A, EngineIOCorsOrigin.Matching(StartsWithX())) },
            "EmptyList" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.OneOf(Array.Empty<string>()) },
            "FnTrue" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.When((_, _) => ValueTask.FromResult(true)) },
            "FnFalse" => new EngineIOCorsOptions { Origin = EngineIOCorsOrigin.When((_, _) => ValueTask.FromResult(false)) },
            "Status" => new EngineIOCorsOptions { OptionsSuccessStatus = 200 },
            "Cont" => new EngineIOCorsOptions { Origin = A, PreflightContinue = true },
            "CredentialsStar" => new EngineIOCorsOptions { Credentials = true },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There are no such settings."),
        };
    }

    [GeneratedRegex(@"\.example$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex EndsInExample();

    [GeneratedRegex("^https://x", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex StartsWithX();
}
