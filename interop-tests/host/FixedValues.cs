namespace SocketIoSharp.InteropHost;

/// <summary>Values that a host makes with the means of its own language, by name: the arguments of an event.</summary>
internal static class FixedValues
{
    private static readonly byte[] s_same = [9, 8];

    public static object?[] Of(string name) => name switch
    {
        "nothing" => [],
        "null" => [null],
        "many" => [1, "two", true, null, new[] { 4 }, new { five = 5 }, false, "eight"],
        "numbers" => [new object[] { 0, -1, 1.5, 1e21, 1e-7, 9007199254740991, -9007199254740991, 2147483648, 0.1 }],
        "safe-numbers" => [new object[] { 0, -1, 1.5, 1e-7, 9007199254740991, -9007199254740991, 2147483648, 0.1 }],
        "texts" => [new[] { "", "h€llo", "😀", "\u2028\u2029", "quote\" back\\ slash/ \b\f\n\r\t", "\0\u001f\u007f", "<b>&'" }],
        "nested" => [new { list = new[] { new { deep = new object[] { Array.Empty<int>(), new { } } } }, empty = new { }, nothing = (string?)null }],
        "array" => [new[] { "an", "array" }],
        "binary" => [new byte[] { 1, 2, 3 }],
        "empty-binary" => [Array.Empty<byte>()],
        "nested-binary" => ["text", new { list = new object[] { new byte[] { 1 }, new { deep = new byte[] { 2, 3 } } }, same = 1 }, new ReadOnlyMemory<byte>([255, 0])],
        "twice-the-same" => [s_same, new { again = s_same }],
        "ten-binaries" => [Enumerable.Range(0, 10).Select(index => new[] { (byte)index }).ToArray()],
        "big-binary" => [Filled(200_000)],
        "big-text" => [new string('é', 100_000)],
        "date" => [DateTime.UnixEpoch.AddMilliseconds(1700000000123)],
        "placeholder" => [new { _placeholder = true, num = 0 }],
        _ => throw new ArgumentException($"no value named {name}", nameof(name)),
    };

    private static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)'a');
        return bytes;
    }
}
