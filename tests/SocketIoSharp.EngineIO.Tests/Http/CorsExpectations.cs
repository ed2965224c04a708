namespace SocketIoSharp.EngineIO.Tests;

/// <summary>
/// What the <c>cors</c> middleware of Node answers, recorded from it: settings, method, origin, status, and the headers of
/// the answer in order of their names. A preflight from A also asks for the headers "x-custom, y".
/// </summary>
internal static class CorsExpectations
{
    public const string A = "https://a.example";
    public const string B = "https://b.example";

    /// <summary>The request was not answered: it goes on to the engine.</summary>
    public const int Continues = 0;

    private const string All = "GET,HEAD,PUT,PATCH,POST,DELETE";

    public static IReadOnlyList<CorsExpectation> Rows { get; } =
    [
        new("Defaults", "GET", A, Continues, "access-control-allow-origin: *"),
        new("Defaults", "GET", B, Continues, "access-control-allow-origin: *"),
        new("Defaults", "GET", null, Continues, "access-control-allow-origin: *"),
        new("Defaults", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),
        new("Defaults", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),
        new("Defaults", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),

        new("Reflect", "GET", A, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Reflect", "GET", B, Continues, "access-control-allow-origin: https://b.example | vary: Origin"),
        new("Reflect", "GET", null, Continues, "vary: Origin"),
        new("Reflect", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("Reflect", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | access-control-allow-origin: https://b.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("Reflect", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),

        new("None", "GET", A, Continues, ""),
        new("None", "GET", B, Continues, ""),
        new("None", "GET", null, Continues, ""),
        new("None", "OPTIONS", A, Continues, ""),
        new("None", "OPTIONS", B, Continues, ""),
        new("None", "OPTIONS", null, Continues, ""),

        new("Exact", "GET", A, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Exact", "GET", B, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Exact", "GET", null, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Exact", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("Exact", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("Exact", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),

        new("List", "GET", A, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("List", "GET", B, Continues, "vary: Origin"),
        new("List", "GET", null, Continues, "vary: Origin"),
        new("List", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("List", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("List", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),

        new("StarInList", "GET", A, Continues, "vary: Origin"),
        new("StarInList", "GET", B, Continues, "vary: Origin"),
        new("StarInList", "GET", null, Continues, "vary: Origin"),
        new("StarInList", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("StarInList", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("StarInList", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),

        new("Regex", "GET", A, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Regex", "GET", B, Continues, "access-control-allow-origin: https://b.example | vary: Origin"),
        new("Regex", "GET", null, Continues, "vary: Origin"),
        new("Regex", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("Regex", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | access-control-allow-origin: https://b.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("Regex", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),

        new("Mixed", "GET", A, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Mixed", "GET", B, Continues, "vary: Origin"),
        new("Mixed", "GET", null, Continues, "vary: Origin"),
        new("Mixed", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("Mixed", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("Mixed", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),

        new("EmptyList", "GET", A, Continues, "vary: Origin"),
        new("EmptyList", "GET", B, Continues, "vary: Origin"),
        new("EmptyList", "GET", null, Continues, "vary: Origin"),
        new("EmptyList", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("EmptyList", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("EmptyList", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),

        new("FnTrue", "GET", A, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("FnTrue", "GET", B, Continues, "access-control-allow-origin: https://b.example | vary: Origin"),
        new("FnTrue", "GET", null, Continues, "vary: Origin"),
        new("FnTrue", "OPTIONS", A, 204, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("FnTrue", "OPTIONS", B, 204, $"access-control-allow-methods: {All} | access-control-allow-origin: https://b.example | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),
        new("FnTrue", "OPTIONS", null, 204, $"access-control-allow-methods: {All} | content-length: 0 | vary: Origin, Access-Control-Request-Headers"),

        new("FnFalse", "GET", A, Continues, ""),
        new("FnFalse", "GET", B, Continues, ""),
        new("FnFalse", "GET", null, Continues, ""),
        new("FnFalse", "OPTIONS", A, Continues, ""),
        new("FnFalse", "OPTIONS", B, Continues, ""),
        new("FnFalse", "OPTIONS", null, Continues, ""),

        new("Rich", "GET", A, Continues, "access-control-allow-credentials: true | access-control-allow-origin: https://a.example | access-control-expose-headers: x-three,x-four | vary: Origin"),
        new("Rich", "GET", B, Continues, "access-control-allow-credentials: true | access-control-allow-origin: https://a.example | access-control-expose-headers: x-three,x-four | vary: Origin"),
        new("Rich", "GET", null, Continues, "access-control-allow-credentials: true | access-control-allow-origin: https://a.example | access-control-expose-headers: x-three,x-four | vary: Origin"),
        new("Rich", "OPTIONS", A, 204, "access-control-allow-credentials: true | access-control-allow-headers: x-one,X-Two | access-control-allow-methods: GET,POST | access-control-allow-origin: https://a.example | access-control-expose-headers: x-three,x-four | access-control-max-age: 600 | content-length: 0 | vary: Origin"),
        new("Rich", "OPTIONS", B, 204, "access-control-allow-credentials: true | access-control-allow-headers: x-one,X-Two | access-control-allow-methods: GET,POST | access-control-allow-origin: https://a.example | access-control-expose-headers: x-three,x-four | access-control-max-age: 600 | content-length: 0 | vary: Origin"),
        new("Rich", "OPTIONS", null, 204, "access-control-allow-credentials: true | access-control-allow-headers: x-one,X-Two | access-control-allow-methods: GET,POST | access-control-allow-origin: https://a.example | access-control-expose-headers: x-three,x-four | access-control-max-age: 600 | content-length: 0 | vary: Origin"),

        new("Empties", "GET", A, Continues, "access-control-allow-origin: *"),
        new("Empties", "GET", B, Continues, "access-control-allow-origin: *"),
        new("Empties", "GET", null, Continues, "access-control-allow-origin: *"),
        new("Empties", "OPTIONS", A, 204, "access-control-allow-origin: * | access-control-max-age: 0 | content-length: 0"),
        new("Empties", "OPTIONS", B, 204, "access-control-allow-origin: * | access-control-max-age: 0 | content-length: 0"),
        new("Empties", "OPTIONS", null, 204, "access-control-allow-origin: * | access-control-max-age: 0 | content-length: 0"),

        new("Status", "GET", A, Continues, "access-control-allow-origin: *"),
        new("Status", "GET", B, Continues, "access-control-allow-origin: *"),
        new("Status", "GET", null, Continues, "access-control-allow-origin: *"),
        new("Status", "OPTIONS", A, 200, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),
        new("Status", "OPTIONS", B, 200, $"access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),
        new("Status", "OPTIONS", null, 200, $"access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),

        new("Cont", "GET", A, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Cont", "GET", B, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Cont", "GET", null, Continues, "access-control-allow-origin: https://a.example | vary: Origin"),
        new("Cont", "OPTIONS", A, Continues, $"access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | vary: Origin, Access-Control-Request-Headers"),
        new("Cont", "OPTIONS", B, Continues, $"access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | vary: Origin, Access-Control-Request-Headers"),
        new("Cont", "OPTIONS", null, Continues, $"access-control-allow-methods: {All} | access-control-allow-origin: https://a.example | vary: Origin, Access-Control-Request-Headers"),

        new("CredentialsStar", "GET", A, Continues, "access-control-allow-credentials: true | access-control-allow-origin: *"),
        new("CredentialsStar", "GET", B, Continues, "access-control-allow-credentials: true | access-control-allow-origin: *"),
        new("CredentialsStar", "GET", null, Continues, "access-control-allow-credentials: true | access-control-allow-origin: *"),
        new("CredentialsStar", "OPTIONS", A, 204, $"access-control-allow-credentials: true | access-control-allow-headers: x-custom, y | access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),
        new("CredentialsStar", "OPTIONS", B, 204, $"access-control-allow-credentials: true | access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),
        new("CredentialsStar", "OPTIONS", null, 204, $"access-control-allow-credentials: true | access-control-allow-methods: {All} | access-control-allow-origin: * | content-length: 0 | vary: Access-Control-Request-Headers"),
    ];
}

internal sealed record CorsExpectation(string Settings, string Method, string? Origin, int Status, string Headers)
{
    public override string ToString() => $"{Settings} {Method} from {Origin ?? "nowhere"}";
}
