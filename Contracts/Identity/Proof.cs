using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Grid.Contracts.Identity;

/// <summary>
/// Proves who makes a call. A client sends a proof with each call through a gateway that knows people by their certificates, and a silo
/// sends one with each of its own calls. It holds the certificate, the time until which it is valid, the cluster that it is for, and the
/// signature of the certificate's key over these. TLS proves the same about a connection, which a grain cannot see.
/// </summary>
public static class Proof
{
    /// <summary>How long a proof is valid: long enough for clocks that differ. A new proof is made well before that.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <param name="own">The certificate with its private key.</param>
    /// <param name="cluster">Id of the cluster: a proof for one cluster is invalid in another.</param>
    /// <param name="purpose">The purpose to prove: a client's, or with <see cref="Authority.ServerPurpose"/> a silo's.</param>
    public static string Make(X509Certificate2 own, string cluster, DateTimeOffset now, string purpose = Authority.ClientPurpose)
    {
        var until = (now + Life).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Signed(cluster, until, purpose);
        using var ec = own.GetECDsaPrivateKey();
        using var rsa = own.GetRSAPrivateKey();
        var signature = ec?.SignData(signed, HashAlgorithmName.SHA256)
            ?? rsa?.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            ?? throw new CryptographicException("the key of the certificate is of neither ECDSA nor RSA");
        return $"{Convert.ToBase64String(own.RawData)}.{until}.{Convert.ToBase64String(signature)}";
    }

    /// <summary>The common name that a proof proves; null if it proves nothing.</summary>
    /// <param name="authority">Who must have signed the certificate, for the purpose.</param>
    /// <param name="purpose">The purpose that must be proven: a client's proof is none for a silo, and the other way round.</param>
    public static string? Check(
        string proof, string cluster, Authority authority, DateTimeOffset now, string purpose = Authority.ClientPurpose)
    {
        try
        {
            var parts = proof.Split('.');
            if (parts.Length != 3 || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var until)) return null;
            var left = until - now.ToUnixTimeSeconds();
            if (left < 0 || left > 2 * Life.TotalSeconds) return null;
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(parts[0]));
            var (signed, signature) = (Signed(cluster, parts[1], purpose), Convert.FromBase64String(parts[2]));
            using var ec = certificate.GetECDsaPublicKey();
            using var rsa = certificate.GetRSAPublicKey();
            var isSigned = ec?.VerifyData(signed, signature, HashAlgorithmName.SHA256)
                ?? rsa?.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) ?? false;
            return isSigned && authority.VouchesFor(certificate, purpose)
                ? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) : null;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    static byte[] Signed(string cluster, string until, string purpose) =>
        Encoding.UTF8.GetBytes($"grid {(purpose == Authority.ServerPurpose ? "silo" : "caller")}\n{cluster}\n{until}");
}
