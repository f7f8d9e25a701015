namespace Grid.Silo.Configuration;

/// <summary>Encryption between silos and clients, section <c>Grid:Tls</c>: the first three together, or none of them.</summary>
public sealed class TlsSettings
{
    public const string Section = $"{GridOptions.Section}:Tls";

    /// <summary>File with the silo's certificate in PEM, which the authority signed for server and client authentication.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>File with the certificate's private key in PEM.</summary>
    public string? KeyFile { get; set; }

    /// <summary>File with the authority's certificates in PEM; the authority should sign for this cluster alone.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>Whether clients must show a certificate that the authority signed.</summary>
    public bool ClientCertificates { get; set; }
}
