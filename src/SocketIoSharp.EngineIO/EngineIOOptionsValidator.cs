using Microsoft.Extensions.Options;

namespace SocketIoSharp.EngineIO;

/// <summary>Checks options when the application starts; every message names the option and what to set.</summary>
internal static class EngineIOOptionsValidator
{
    // A timer cannot be set further ahead than this.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    public static ValidateOptionsResult Validate(EngineIOOptions options)
    {
        var errors = new List<string>();
        CheckInterval(errors, nameof(options.PingInterval), options.PingInterval);
        CheckInterval(errors, nameof(options.PingTimeout), options.PingTimeout);
        CheckInterval(errors, nameof(options.UpgradeTimeout), options.UpgradeTimeout);
        if (options.MaxMessageTime is { } messageTime && messageTime != Timeout.InfiniteTimeSpan)
        {
            CheckInterval(errors, nameof(options.MaxMessageTime), messageTime);
        }

        CheckPositive(errors, nameof(options.MaxHttpBufferSize), options.MaxHttpBufferSize, Array.MaxLength / 2);
        CheckPositive(errors, nameof(options.MaxFramesPerMessage), options.MaxFramesPerMessage);
        CheckPositive(errors, nameof(options.MaxPendingControlFrames), options.MaxPendingControlFrames);
        CheckPositive(errors, nameof(options.MaxOutgoingBytes), options.MaxOutgoingBytes);
        CheckPositive(errors, nameof(options.MaxConcurrentHandshakes), options.MaxConcurrentHandshakes);
        CheckTransports(errors, options);
        if (options.HttpCompression is { Threshold: < 0 })
        {
            errors.Add($"{nameof(options.HttpCompression)}.{nameof(HttpCompressionOptions.Threshold)} must not be negative; set {nameof(options.HttpCompression)} to null to turn compression off.");
        }

        if (options.PerMessageDeflate is { Threshold: < 0 })
        {
            errors.Add($"{nameof(options.PerMessageDeflate)}.{nameof(PerMessageDeflateOptions.Threshold)} must not be negative; set {nameof(options.PerMessageDeflate)} to null to turn compression off.");
        }

        if (options.Cookie is { } cookie && SessionCookie.Validate(cookie) is { } cookieError)
        {
            errors.Add($"{nameof(options.Cookie)}: {cookieError}");
        }

        if (options.AllowedOrigins is { } origins && OriginRules.Validate([.. origins]) is { } originError)
        {
            errors.Add($"{nameof(options.AllowedOrigins)}: {originError}");
        }

        if (options.Cors is not null && options.CorsDelegate is not null)
        {
            errors.Add($"Set either {nameof(options.Cors)} or {nameof(options.CorsDelegate)}, not both.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckTransports(List<string> errors, EngineIOOptions options)
    {
        if (options.Transports is not { Count: > 0 })
        {
            errors.Add($"{nameof(options.Transports)} must name at least one transport.");
        }
        else if (options.Transports.Distinct().Count() != options.Transports.Count || options.Transports.Any(static transport => !Enum.IsDefined(transport)))
        {
            errors.Add($"{nameof(options.Transports)} names a transport twice, or one that does not exist.");
        }
    }

    private static void CheckInterval(List<string> errors, string name, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > s_longest)
        {
            errors.Add($"{name} must be longer than zero and at most {s_longest.TotalDays} days, but is {value}.");
        }
    }

    private static void CheckPositive(List<string> errors, string name, long? value, long most = long.MaxValue)
    {
        if (value is < 1 || value > most)
        {
            errors.Add($"{name} must be at least 1{(most == long.MaxValue ? string.Empty : $" and at most {most}")}, but is {value}.");
        }
    }
}

/// <summary>Plugs the checks into the options system, for the options of each storey.</summary>
internal sealed class EngineIOOptionsValidator<TOptions> : IValidateOptions<TOptions>
    where TOptions : EngineIOOptions
{
    public ValidateOptionsResult Validate(string? name, TOptions options) => EngineIOOptionsValidator.Validate(options);
}
