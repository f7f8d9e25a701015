namespace Grid.Silo.Configuration;

/// <summary>An S3-compatible store in which trained models are shared in place of the database, section <c>Grid:S3</c>.</summary>
public sealed class BucketSettings
{
    public const string Section = $"{GridOptions.Section}:S3";

    /// <summary>Bucket for trained models, in place of the database; none by default.</summary>
    public string? Bucket { get; set; }

    /// <summary>URL of the store; by default that of AWS in the region.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Region that requests are signed for.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>What the names of models in the bucket begin with.</summary>
    public string Prefix { get; set; } = "models/";

    /// <summary>
    /// File with <c>[default]</c>, <c>aws_access_key_id</c> and <c>aws_secret_access_key</c>, as AWS's tools write it; by default the
    /// environment or the machine's role says who asks.
    /// </summary>
    public string? CredentialsFile { get; set; }
}
