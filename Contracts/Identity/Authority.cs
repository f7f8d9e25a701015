using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grid.Contracts.Identity;

/// <summary>
/// The authorities whose certificates silos and clients of a cluster trust. Names in certificates do not count, because the addresses of
/// silos change; therefore an authority should sign for one cluster only.
/// </summary>
public sealed class Authority(X509Certificate2Collection certificates)
{
    /// <summary>The number of the purpose in RFC 5280, 4.2.1.12. A certificate that names no purpose counts as a client's.</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <inheritdoc cref="ServerPurpose"/>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    /// <param name="file">Certificates in PEM, one or more.</param>
    /// <exception cref="CryptographicException">The file holds no certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Authority Load(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? new(certificates) : throw new CryptographicException("there is no certificate in it");
    }

    /// <summary>When the last of the authorities expires, in local time; no certificate is trusted from then on.</summary>
    public DateTime NotAfter => certificates.Max(certificate => certificate.NotAfter);

    /// <summary>Whether a certificate is signed by these authorities, valid now, and usable for a purpose. A server, which others trust
    /// with everything, needs a certificate that names this purpose.</summary>
    public bool VouchesFor(X509Certificate2? certificate, string purpose)
    {
        if (certificate is null || (purpose == ServerPurpose && !Names(certificate, purpose))) return false;
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(certificates);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        return chain.Build(certificate);
    }

    static bool Names(X509Certificate2 certificate, string purpose) => certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
        .SelectMany(usage => usage.EnhancedKeyUsages.Cast<Oid>()).Any(oid => oid.Value == purpose);
}
