namespace Grid.Silo.Configuration;

/// <summary>Who may use the page, the HTTP API and, with client certificates, the gateway; section <c>Grid:Identity</c>.</summary>
public sealed class IdentitySettings
{
    public const string Section = $"{GridOptions.Section}:Identity";

    /// <summary>File of names, roles and hashed tokens or certificates, see docs/api.md; none by default.</summary>
    public string? PeopleFile { get; set; }

    /// <summary>Issuer of an OpenID Connect provider, whose keys are fetched; none by default.</summary>
    public string? Issuer { get; set; }

    /// <summary>Keys of the issuer as a JSON Web Key Set, in place of those it publishes.</summary>
    public string? KeysFile { get; set; }

    /// <summary>Whom tokens of the issuer must be meant for.</summary>
    public string Audience { get; set; } = "grid";

    /// <summary>Claim of such a token with the name of its owner.</summary>
    public string NameClaim { get; set; } = "sub";

    /// <summary>Claim with roles or groups; those called `grid-read`, `grid-submit` and `grid-admin` count.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Requests that one address may make in a minute; health and metrics are not counted.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 1200;

    /// <summary>Port for HTTPS with the certificate of `Grid:Tls`, where clients may show theirs; 0 for none.</summary>
    [System.ComponentModel.DataAnnotations.Range(0, 65535)]
    public int HttpsPort { get; set; }

    internal bool IsSetUp => !string.IsNullOrEmpty(PeopleFile) || !string.IsNullOrEmpty(Issuer);
}
