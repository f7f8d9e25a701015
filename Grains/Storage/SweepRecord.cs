using Grid.Contracts;

namespace Grid.Grains.Storage;

/// <summary>The row of a sweep.</summary>
/// <param name="Id">Id of the sweep: its name and the hash of the plan.</param>
/// <param name="File">Name of the sweep file, as messages show it.</param>
/// <param name="Text">Text of the sweep file.</param>
/// <param name="Version">Version of the science that the sweep was planned with.</param>
/// <param name="Reason">Why the sweep stopped, if nobody asked for it.</param>
/// <param name="FailedAfter">Failures before this moment do not count, for somebody asked to try them again.</param>
/// <param name="Faults">Groups that ended by a fault, and how often, for later coordinators.</param>
/// <param name="Done">Number of done cells at the last write; the coordinator has the current one.</param>
/// <param name="Failed">Number of failed cells at the last write; the coordinator has the current one.</param>
public sealed record SweepRecord(
    string Id,
    string Name,
    string File,
    string Text,
    string PlanHash,
    string Version,
    int Priority,
    SweepPhase Phase,
    string? Reason,
    int Cells,
    int Done,
    int Failed,
    DateTimeOffset Submitted,
    DateTimeOffset? Finished,
    DateTimeOffset FailedAfter,
    IReadOnlyDictionary<int, int> Faults)
{
    /// <summary>Who submitted the sweep first; empty if unknown, as in rows of older versions.</summary>
    public string Owner { get; init; } = "";
}
