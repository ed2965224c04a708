using System.Buffers.Text;
using System.Security.Cryptography;

namespace SocketIoSharp.EngineIO;

/// <summary>Unguessable ids of 20 url-safe characters: 120 bits from a cryptographic generator.</summary>
internal static class SessionId
{
    private const int ByteLength = 15;

    public static string Create()
    {
        Span<byte> random = stackalloc byte[ByteLength];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }
}
