namespace Grid.Silo.Configuration;

/// <summary>Encryption between silos and clients, section <c>Grid:Tls</c>: the first three together, or none of them.</summary>
public sealed class TlsSettings
{
    public const string Section = $"{GridOptions.Section}:Tls";

    /// <summary>The silo's certificate, PEM, signed by the authority for server and client authentication.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The certificate's private key, PEM.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Certificates of the authority, PEM; it should sign for this cluster alone.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>Whether clients, too, must show a certificate that the authority signed.</summary>
    public bool ClientCertificates { get; set; }
}
