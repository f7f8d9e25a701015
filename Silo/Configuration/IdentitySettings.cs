namespace Grid.Silo.Configuration;

/// <summary>Who may use the page, the HTTP API and, with client certificates, the gateway; section <c>Grid:Identity</c>.</summary>
public sealed class IdentitySettings
{
    public const string Section = $"{GridOptions.Section}:Identity";

    /// <summary>File of names, roles and hashed tokens or certificates, see docs/api.md; none by default.</summary>
    public string? PeopleFile { get; set; }

    /// <summary>Issuer of an OpenID Connect provider, whose keys are fetched; none by default.</summary>
    public string? Issuer { get; set; }

    /// <summary>File with the issuer's keys as a JSON Web Key Set, in place of those that it publishes.</summary>
    public string? KeysFile { get; set; }

    /// <summary>Audience that the issuer's tokens must name.</summary>
    public string Audience { get; set; } = "grid";

    /// <summary>Claim of such a token that holds the name of its owner.</summary>
    public string NameClaim { get; set; } = "sub";

    /// <summary>Claim that holds roles or groups; those called `grid-read`, `grid-submit` and `grid-admin` count.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Most requests that one address may make in a minute; health and metrics do not count.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 1200;

    /// <summary>Port for HTTPS with the certificate of `Grid:Tls`, where clients may show theirs; 0 is none.</summary>
    [System.ComponentModel.DataAnnotations.Range(0, 65535)]
    public int HttpsPort { get; set; }

    internal bool IsSetUp => !string.IsNullOrEmpty(PeopleFile) || !string.IsNullOrEmpty(Issuer);
}
