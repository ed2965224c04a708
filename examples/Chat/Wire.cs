using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat;

// What travels between the page and the server, beside plain strings and numbers.

/// <summary>Who a browser says it is; the key is a secret of that browser, and makes the name its own.</summary>
internal sealed record Credentials(string? Name, string? Key);

/// <summary>Why a browser is not let in, for the page's code; the text for people is the message of the error.</summary>
internal sealed record Refusal(string Code);

/// <summary>A message in a room, or to one person. Ids grow; the nonce is the author's own mark on it.</summary>
internal sealed record ChatMessage(long Id, string From, string? Room, string? To, string Text, long At, string Nonce);

/// <summary>Everything that a browser needs to begin with.</summary>
internal sealed record Welcome(string Name, string[] Online, RoomInfo[] Rooms);

/// <summary>A room and who is in it.</summary>
internal sealed record RoomInfo(string Name, string[] Members);

/// <summary>What came after a message; with a gap when some of that is forgotten.</summary>
internal sealed record Missed(ChatMessage[] Messages, bool Gap);

/// <summary>The answer to joining a room: its name as its founder wrote it, and what was said there.</summary>
internal sealed record JoinReply(string? Error, string? Room, ChatMessage[]? Messages, bool Gap);

/// <summary>The answer to leaving a room or sending a message.</summary>
internal sealed record Reply(string? Error = null);

/// <summary>Somebody begins or ends to type, in a room or to a person.</summary>
internal sealed record Typing(string? Room, string? To, bool Active);

/// <summary>What the others are told about it; without a room it is a private message that is being typed.</summary>
internal sealed record TypingNotice(string? Room, string From, bool Active);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(Refusal))]
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(Missed))]
[JsonSerializable(typeof(JoinReply))]
[JsonSerializable(typeof(Reply))]
[JsonSerializable(typeof(Typing))]
[JsonSerializable(typeof(TypingNotice))]
internal sealed partial class ChatJson : JsonSerializerContext;
