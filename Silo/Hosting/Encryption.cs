using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Silo.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace Grid.Silo.Hosting;

/// <summary>Puts TLS on every connection of a silo. Silos always prove to each other who they are; clients do if a setting asks for
/// it.</summary>
static class Encryption
{
    /// <exception cref="SettingException">Settings or files are missing or wrong.</exception>
    public static void AddEncryption(this ISiloBuilder silo, TlsSettings settings)
    {
        string?[] files = [settings.CertificateFile, settings.KeyFile, settings.AuthorityFile];
        if (files.All(string.IsNullOrEmpty))
        {
            if (settings.ClientCertificates)
                throw new SettingException(
                    $"{TlsSettings.Section}:ClientCertificates: a silo without a certificate of its own cannot ask clients for theirs");
            return;
        }

        if (files.Any(string.IsNullOrEmpty))
            throw new SettingException($"{TlsSettings.Section}: give CertificateFile, KeyFile and AuthorityFile, or none of them");
        var certificate = Read("CertificateFile", () => X509Certificate2.CreateFromPemFile(settings.CertificateFile!, settings.KeyFile));
        var authority = Read("AuthorityFile", () => Authority.Load(settings.AuthorityFile!));
        // A client's certificate does not make a silo.
        var silos = Options(certificate, authority, Authority.ServerPurpose, RemoteCertificateMode.RequireCertificate);
        var clients = Options(
            certificate, authority, Authority.ClientPurpose,
                settings.ClientCertificates ? RemoteCertificateMode.RequireCertificate : RemoteCertificateMode.NoCertificate);
        if (!authority.VouchesFor(certificate, Authority.ServerPurpose))
            throw new SettingException(
                $"{TlsSettings.Section}:CertificateFile: the certificate is not signed by that of AuthorityFile for server "
                + "authentication, or it is not valid now");
        silo.Services.AddSingleton(new CertificateEnd("silo", certificate.NotAfter));
        silo.Services.AddSingleton(new CertificateEnd("authority", authority.NotAfter));
        silo.Configure<SiloConnectionOptions>(connections =>
        {
            connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(silos));
            connections.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(silos));
            connections.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(clients));
        });
    }

    /// <summary>Serves HTTPS with the silo's certificate; clients may show their certificates.</summary>
    /// <exception cref="SettingException">There is no such certificate.</exception>
    public static void ListenTls(this KestrelServerOptions kestrel, GridOptions options)
    {
        if (options.Identity.HttpsPort == 0) return;
        if (options.Tls is not { CertificateFile.Length: > 0, KeyFile.Length: > 0, AuthorityFile.Length: > 0 })
            throw new SettingException(
                $"{IdentitySettings.Section}:HttpsPort: HTTPS takes the certificate of {TlsSettings.Section}; give CertificateFile, "
                + "KeyFile and AuthorityFile");
        var certificate = Read("CertificateFile", () =>
            X509Certificate2.CreateFromPemFile(options.Tls.CertificateFile, options.Tls.KeyFile));
        var authority = Read("AuthorityFile", () => Authority.Load(options.Tls.AuthorityFile));
        kestrel.ListenAnyIP(options.Identity.HttpsPort, listen =>
        {
            // Before the handshake, which takes no certificate.
            ConnectionLimit.Add(listen);
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (shown, _, _) => authority.VouchesFor(shown, Authority.ClientPurpose);
            });
        });
    }

    static TlsOptions Options(X509Certificate2 certificate, Authority authority, string purpose, RemoteCertificateMode mode) => new()
    {
        LocalCertificate = certificate,
        RemoteCertificateMode = mode,
        ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (remote, _, _) => authority.VouchesFor(remote, purpose),
    };

    static T Read<T>(string setting, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new SettingException($"{TlsSettings.Section}:{setting}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }
}
