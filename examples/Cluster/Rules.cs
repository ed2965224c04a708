namespace Cluster;

/// <summary>What browsers may say.</summary>
internal static class Rules
{
    private const int LongestName = 20;
    private const int LongestText = 500;

    public static readonly string[] Rooms = ["red", "blue"];

    public static string NameOf(Introduction? introduction)
        => introduction?.Name?.Trim() is { Length: > 0 and <= LongestName } name ? name : "Guest";

    public static string RoomOf(Introduction? introduction)
        => Rooms.FirstOrDefault(room => room == introduction?.Room) ?? Rooms[0];

    public static bool IsText(string? text) => text?.Trim() is { Length: > 0 and <= LongestText };
}
