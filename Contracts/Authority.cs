using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grid.Contracts;

/// <summary>
/// Whom a cluster's silos and clients trust: whoever shows a certificate that these authorities signed. Names in certificates do not count,
/// for silos go by addresses that change; so the authority should sign for one cluster alone.
/// </summary>
public sealed class Authority(X509Certificate2Collection certificates)
{
    /// <summary>As RFC 5280, 4.2.1.12, numbers it; a certificate that names no purpose is a client's.</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <inheritdoc cref="ServerPurpose"/>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    /// <param name="file">Certificates in PEM, one or more.</param>
    /// <exception cref="CryptographicException">There is none in it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Authority Load(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? new(certificates) : throw new CryptographicException("there is no certificate in it");
    }

    /// <summary>From when on nobody is vouched for, in local time: the end of the authority that lasts longest.</summary>
    public DateTime NotAfter => certificates.Max(certificate => certificate.NotAfter);

    /// <summary>Whether a certificate is signed by these authorities, in force, and good for a purpose: for a server, whom others trust
    /// with everything, it must say so itself.</summary>
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
