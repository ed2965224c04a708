namespace SocketIoSharp;

/// <summary>
/// Turns arguments into JSON and back. Binary values are not part of the JSON: they travel beside it, and the JSON holds
/// <c>{"_placeholder":true,"num":0}</c> in their place. Called from many threads at once.
/// </summary>
public interface IPayloadSerializer
{
    /// <summary>Writes one value, which is complete JSON afterwards.</summary>
    /// <param name="output">Receives the UTF-8 text of the value and its binary values.</param>
    /// <param name="value">The value; its type at run time decides.</param>
    void Write(ArgumentWriter output, object? value);

    /// <summary>Writes one value of a type that is known when the program is built.</summary>
    /// <typeparam name="T">The declared type.</typeparam>
    /// <param name="output">Receives the UTF-8 text of the value and its binary values.</param>
    /// <param name="value">The value; its type at run time decides.</param>
    void Write<T>(ArgumentWriter output, T value);

    /// <summary>Reads one value.</summary>
    /// <typeparam name="T">The type that is wanted.</typeparam>
    /// <param name="json">The UTF-8 text of the value, which is well-formed.</param>
    /// <param name="attachments">The binary values; a placeholder's number is an index into them.</param>
    /// <returns>The value.</returns>
    /// <exception cref="EventArgumentException">The value does not fit the type.</exception>
    T Read<T>(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments);
}
