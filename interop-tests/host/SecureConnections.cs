using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SocketIoSharp.InteropHost;

/// <summary>
/// HTTPS, when TLS_CERT and TLS_KEY name PEM files. Clients may show a certificate; one engine lets in only those that show
/// the host's own.
/// </summary>
internal static class SecureConnections
{
    private static readonly X509Certificate2? s_certificate = Environment.GetEnvironmentVariable("TLS_CERT") is { Length: > 0 } path
        ? X509Certificate2.CreateFromPemFile(path, Environment.GetEnvironmentVariable("TLS_KEY"))
        : null;

    public static void Use(ListenOptions listen)
    {
        if (s_certificate is not null)
        {
            listen.UseHttps(https =>
            {
                https.ServerCertificate = s_certificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.AllowAnyClientCertificate();
            });
        }
    }

    public static bool IsCertified(ConnectionInfo connection) =>
        s_certificate is not null && connection.ClientCertificate?.Thumbprint == s_certificate.Thumbprint;
}
