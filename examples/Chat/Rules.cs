using System.Globalization;

namespace Chat;

/// <summary>What browsers may send. Everything that they say is checked here before it is used.</summary>
internal static class Rules
{
    public const int LongestPersonName = 20;
    public const int LongestRoomName = 30;
    public const int LongestText = 1000;
    public const int LongestNonce = 64;
    private const int ShortestKey = 16;
    private const int LongestKey = 64;

    /// <summary>Gives the name without spaces around it, or null when it cannot be one.</summary>
    public static string? TryName(string? name, int longest)
        => name?.Trim() is { Length: > 0 } trimmed && trimmed.Length <= longest && char.IsLetterOrDigit(trimmed[0]) && trimmed.All(IsOfName) ? trimmed : null;

    /// <summary>Gives the text without spaces around it, or null when there is none, too much, or what is no text.</summary>
    public static string? TryText(string? text)
        => text?.Trim() is { Length: > 0 and <= LongestText } trimmed && !trimmed.Any(character => char.IsControl(character) && character is not ('\n' or '\t'))
            ? trimmed
            : null;

    public static bool IsKey(string? key) => key is { Length: >= ShortestKey and <= LongestKey };

    public static bool IsNonce(string? nonce) => nonce is { Length: > 0 and <= LongestNonce };

    // Accents may be characters of their own.
    private static bool IsOfName(char character)
        => char.IsLetterOrDigit(character) || character is ' ' or '.' or '-' or '_'
            || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
