namespace SocketIoSharp;

/// <summary>Why a message was refused.</summary>
internal enum MessagePackError : byte
{
    None,

    /// <summary>A length or count is beyond the end of the message.</summary>
    Truncated,

    /// <summary>The byte C1, the only one that begins no value.</summary>
    UnusedByte,

    /// <summary>A value of another type stands where one of this type is needed.</summary>
    WrongType,

    /// <summary>Arrays and maps are nested beyond the limit.</summary>
    TooDeep,

    /// <summary>More binary values than the limit.</summary>
    TooManyAttachments,

    /// <summary>A map key that is neither a string nor an integer.</summary>
    InvalidKey,

    /// <summary>Bytes are left after the value.</summary>
    TrailingBytes,

    /// <summary>The text to transcode is not JSON, or nested beyond the limit.</summary>
    InvalidJson,

    /// <summary>Binary values that the text uses again and again would make the message far longer than they are together.</summary>
    TooLarge,
}
