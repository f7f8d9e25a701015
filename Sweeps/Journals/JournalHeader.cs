using System.Text.Json.Serialization;

namespace Grid.Sweeps.Journals;

/// <summary>The first line of a journal: which sweep's results follow.</summary>
/// <param name="Sweep">The name of the sweep.</param>
/// <param name="Plan">The hash of the plan, which differs wherever the cells differ.</param>
/// <param name="Version">The version of the science, which is raised whenever numbers change.</param>
public sealed record JournalHeader(string Sweep, string Plan, string Version)
{
    /// <summary>The number of the format that is written.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The number of the journal's format.</summary>
    [JsonPropertyOrder(-1)]
    public int Format { get; init; } = CurrentFormat;

    /// <inheritdoc/>
    public override string ToString() => $"sweep {Sweep}, plan {Plan}, version {Version}";
}
