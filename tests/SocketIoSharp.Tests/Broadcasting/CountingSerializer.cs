namespace SocketIoSharp.Tests.Broadcasting;

/// <summary>Counts how many values are written.</summary>
internal sealed class CountingSerializer : IPayloadSerializer
{
    private readonly SystemTextJsonPayloadSerializer _inner = new(new SocketIOOptions().JsonSerializerOptions);

    public int Written { get; set; }

    public void Write(ArgumentWriter output, object? value)
    {
        Written++;
        _inner.Write(output, value);
    }

    public void Write<T>(ArgumentWriter output, T value)
    {
        Written++;
        _inner.Write(output, value);
    }

    public T Read<T>(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments) => _inner.Read<T>(json, attachments);
}
