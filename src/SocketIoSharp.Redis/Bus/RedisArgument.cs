using System.Globalization;
using System.Text;

namespace SocketIoSharp;

/// <summary>An argument of a command: bytes.</summary>
internal readonly struct RedisArgument(ReadOnlyMemory<byte> bytes)
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public static implicit operator RedisArgument(string text) => new(Encoding.UTF8.GetBytes(text));

    public static implicit operator RedisArgument(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static implicit operator RedisArgument(ReadOnlyMemory<byte> bytes) => new(bytes);

    public static implicit operator RedisArgument(byte[] bytes) => new(bytes);

    public override string ToString() => Encoding.UTF8.GetString(bytes.Span);
}
