using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grid.Contracts;

namespace Grid.Tests;

/// <summary>An authority of a test's own, which signs what the test needs; files in PEM.</summary>
sealed class Certificates : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("grid-certificates-").FullName;
    readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    readonly X509Certificate2 _authority;

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Grid test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(_now.AddDays(-1), _now.AddDays(1));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    public string AuthorityFile => Path.Combine(_folder, "authority.pem");

    /// <summary>Signs a certificate for some purposes, or without a word of any; gives its file and that of its key.</summary>
    public (string Certificate, string Key) Sign(string name, params string[] purposes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var oids = new OidCollection();
        foreach (var purpose in purposes) oids.Add(new Oid(purpose));
        if (purposes.Length > 0) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, true));
        using var certificate = request.Create(_authority, _now.AddHours(-1), _now.AddHours(12), RandomNumberGenerator.GetBytes(16));
        var (file, keyFile) = (Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }

    public (string Certificate, string Key) Silo() => Sign("silo", Authority.ServerPurpose, Authority.ClientPurpose);

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
